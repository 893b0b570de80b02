//! Scopes as programs enter them: told of on both paths as far as they bind a tenant.

mod bound;
mod future;
mod tenure;

use crate::request::TenantId;
use crate::scope::{Entered, Scope};

use bound::Bound;

pub use future::{InScope, ScopedFuture};
pub use tenure::Tenure;

/// A scope for this tenant.
///
/// ```
/// use audit_core::{Actor, tenant};
/// tenant::scope("acme")?.actor(Actor::new("alice")).run(|| { /* all that is done here is done for `acme` */ });
/// # Ok::<(), audit_core::InvalidTenant>(())
/// ```
///
/// What is awaited first is no tenant yet, so nobody can bind the text of a future:
///
/// ```compile_fail
/// let found = async { "acme" };
/// let scope = audit_core::tenant::scope(found);
/// ```
///
/// # Errors
/// It is no name of a tenant.
pub fn scope<T: TryInto<TenantId>>(tenant: T) -> Result<Scope, T::Error> {
    Scope::new().tenant(tenant)
}

impl Scope {
    /// Runs a closure in this scope, on this thread.
    pub fn run<R>(self, work: impl FnOnce() -> R) -> R {
        let binds = self.binds_tenant();
        let in_force = self.resolved();
        let mut bound = Bound::nothing();
        if binds && Bound::is_told(&in_force) {
            bound = Bound::of("Scope", &in_force);
        }
        // Left before its end is told.
        let entered = Entered::scope(in_force);
        bound.begin();
        let result = work();
        drop(entered);
        bound.end(None);
        result
    }

    /// A closure that runs in this scope wherever it is called: what a spawned thread should know.
    ///
    /// ```
    /// use audit_core::{Scope, tenant};
    /// let name = tenant::scope("acme")?.run(|| {
    ///     let work = Scope::current().carry(|| Scope::current().tenant_id());
    ///     std::thread::spawn(work).join()
    /// });
    /// assert_eq!(name.unwrap().as_deref(), Some("acme"));
    /// # Ok::<(), audit_core::InvalidTenant>(())
    /// ```
    pub fn carry<R>(self, work: impl FnOnce() -> R) -> impl FnOnce() -> R {
        move || self.run(work)
    }
}
