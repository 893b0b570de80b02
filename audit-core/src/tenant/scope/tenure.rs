//! [`Tenure`]: a scope that is entered again and again, and told of once.

use std::fmt;
use std::sync::Arc;

use crate::scope::{Entered, InForce, Scope};

use super::bound::Bound;

/// A scope that is entered again and again, wherever it is carried, and told of once: when it begins, and when it is over.
///
/// For adapters whose work has several parts, such as the call of a service, its future and the body of its answer, where
/// [`Scope::run`] and [`InScope`](super::InScope) would bind each anew.
///
/// ```
/// use audit_core::{Scope, tenant};
///
/// let mut tenure = tenant::scope("acme")?.tenure("Upload");
/// let head = tenure.run(|| Scope::current().tenant_id());
/// assert_eq!(Scope::current().tenant_id(), None); // in force only inside
/// let body = tenure.run(|| Scope::current().tenant_id());
/// tenure.finish();
/// assert_eq!((head.as_deref(), body.as_deref()), (Some("acme"), Some("acme")));
/// # Ok::<(), audit_core::InvalidTenant>(())
/// ```
///
/// One that is dropped before it [finished](Self::finish) was cancelled, and is told of as such; a panic that leaves
/// [`run`](Self::run) is its end too.
#[must_use = "a tenure that is dropped unfinished is told of as cancelled"]
pub struct Tenure {
    in_force: Arc<InForce>,
    bound: Bound,
}

impl Scope {
    /// Begins a tenure in this scope, with what is in force here for all that the scope does not say. `class` is what kind of scope
    /// it is, for whoever watches tenants come and go.
    pub fn tenure(self, class: &'static str) -> Tenure {
        let binds = self.binds_tenant();
        let in_force = self.resolved();
        let mut bound = Bound::nothing();
        if binds && Bound::is_told(&in_force) {
            bound = Bound::of(class, &in_force);
            let _entered = Entered::scope(Arc::clone(&in_force));
            bound.begin();
        }
        Tenure { in_force, bound }
    }
}

impl Tenure {
    /// Runs a closure in its scope, on this thread. Once it was told of as over it still does that, and is told of no more.
    #[inline]
    pub fn run<R>(&mut self, work: impl FnOnce() -> R) -> R {
        let mut unfinished = Unfinished(Some(&mut self.bound));
        // Left before its end is told.
        let entered = Entered::scope(Arc::clone(&self.in_force));
        let result = work();
        drop(entered);
        unfinished.0 = None;
        result
    }

    /// Its work is done, and its end is told as such.
    pub fn finish(mut self) {
        self.bound.end(None);
    }
}

impl Drop for Tenure {
    fn drop(&mut self) {
        self.bound.end(Some("cancelled"));
    }
}

impl fmt::Debug for Tenure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tenure")
            .field("ambient", &self.in_force.ambient)
            .finish_non_exhaustive()
    }
}

/// Tells of the end where a panic unwinds.
struct Unfinished<'b>(Option<&'b mut Bound>);

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        if let Some(bound) = &mut self.0 {
            bound.end(Some("panic"));
        }
    }
}
