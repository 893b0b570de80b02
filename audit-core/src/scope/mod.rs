//! [`Scope`]: who acts, for which tenant, in which trace, under which runtime, for a stretch of code.
//!
//! A scope is in force on one thread while a closure runs, or in one future while it is polled. It leaves
//! with the closure or future, also on an error, a panic or a cancellation. Programs enter one by the room `tenant`, which tells
//! of the tenants that come and go with it; here it is entered without a word.

mod consequence;
mod deed;
mod future;
mod stack;
mod surroundings;

use std::fmt;
use std::sync::Arc;

use crate::armed;
use crate::caller::Caller;
use crate::clock::EventId;
use crate::observer::Observer;
use crate::request::{Actor, Ambient, TenantId, Trace};
use crate::runtime::Runtime;

pub(crate) use consequence::Consequences;
pub(crate) use deed::{Because, Cause, Deed};
pub(crate) use future::Within;
pub(crate) use stack::{
    Entered, callers_here, cause_around, consequences_here, current_caller, handling_depth,
    with_current, with_nearest,
};
pub(crate) use surroundings::Surroundings;

/// What is in force in a scope.
#[derive(Clone, Default)]
pub(crate) struct InForce {
    pub(crate) ambient: Ambient,
    pub(crate) runtime: Option<Runtime>,
    /// Sees the decisions made in this scope alone.
    pub(crate) captures: Vec<Arc<dyn Observer>>,
    /// Who uses the bus, and how deep in handlers.
    pub(crate) caller: Option<(Arc<Caller>, u16)>,
    /// With what is counted what he publishes, if a publication led to it. Where nothing is said, that of what is around counts.
    pub(crate) consequences: Option<Consequences>,
}

/// Who acts, for which tenant, in which trace, under which runtime, for a stretch of code.
///
/// What a scope does not say is taken from the scope around it, at the moment it is entered or, for a
/// future, at the moment it is bound.
///
/// ```
/// use audit_core::{Actor, Scope};
/// let name = Scope::new().actor(Actor::new("alice")).tenant("acme")?.run(|| {
///     let scope = Scope::current();
///     // A new thread knows nothing of this one; what it should know is carried over.
///     std::thread::spawn(move || scope.run(|| Scope::current().actor_id())).join()
/// });
/// assert_eq!(name.unwrap().as_deref(), Some("alice"));
/// # Ok::<(), audit_core::InvalidTenant>(())
/// ```
#[derive(Clone, Default)]
#[must_use = "a scope is in force only while `run` or a future bound with `in_scope` runs"]
pub struct Scope {
    in_force: InForce,
}

impl Scope {
    /// A scope that changes nothing yet.
    #[inline]
    pub fn new() -> Self {
        Self::default()
    }

    /// All that is in force here and now, to be carried to another thread or a spawned task.
    ///
    /// In a handler of the bus that is also in whose name it acts, because of which event, and how deep in handlers. With how many
    /// publications have come of one is not: what goes on elsewhere in this scope, as a session that a handler begins, may publish
    /// for ever. What the handler awaits itself is counted, in whatever scope.
    pub fn current() -> Self {
        let mut in_force = with_current(|in_force| in_force.map(|one| InForce::clone(one)));
        if let Some(in_force) = &mut in_force {
            in_force.consequences = None;
        }
        Self {
            in_force: in_force.unwrap_or_default(),
        }
    }

    /// This actor acts.
    pub fn actor(mut self, actor: impl Into<Actor<'static>>) -> Self {
        self.in_force.ambient.actor = Some(Arc::new(actor.into()));
        self
    }

    /// For this tenant.
    ///
    /// # Errors
    /// It is no name of a tenant.
    pub fn tenant<T: TryInto<TenantId>>(mut self, tenant: T) -> Result<Self, T::Error> {
        self.in_force.ambient.tenant = Some(tenant.try_into()?);
        Ok(self)
    }

    /// In this trace.
    #[inline]
    pub fn trace(mut self, trace: Trace) -> Self {
        self.in_force.ambient.trace = Some(trace);
        self
    }

    /// Because of this event.
    pub fn cause(mut self, cause: EventId) -> Self {
        self.in_force.ambient.cause = Some(cause);
        self
    }

    /// Under this runtime instead of the process's default.
    pub fn runtime(mut self, runtime: Runtime) -> Self {
        armed::scoped();
        armed::watched();
        self.in_force.runtime = Some(runtime);
        self
    }

    /// Lets this observer see the decisions made in this scope, in addition to the runtime's own.
    pub(crate) fn capture(mut self, observer: Arc<dyn Observer>) -> Self {
        armed::watched();
        self.in_force.captures.push(observer);
        self
    }

    /// Whether it says for which tenant.
    #[inline]
    pub(crate) fn binds_tenant(&self) -> bool {
        self.in_force.ambient.tenant.is_some()
    }

    /// All that is in force once this is entered here.
    #[inline]
    pub(crate) fn resolved(self) -> Arc<InForce> {
        if stack::is_empty() {
            // Written where it stays: it is large.
            return Arc::new(self.in_force);
        }
        Arc::new(with_current(|outer| match outer {
            Some(outer) => self.in_force.within(outer),
            None => self.in_force,
        }))
    }

    /// Runs a closure in this scope without telling anybody: for one that binds no tenant.
    pub(crate) fn run_untold<R>(self, work: impl FnOnce() -> R) -> R {
        let _entered = Entered::scope(self.resolved());
        work()
    }

    /// The same for a future.
    pub(crate) fn around_untold<F: Future>(self, work: F) -> Within<F> {
        Within::scope(self.resolved(), work)
    }

    /// The identifier of the actor in this scope, if it names one.
    pub fn actor_id(&self) -> Option<String> {
        self.in_force
            .ambient
            .actor
            .as_deref()?
            .id()
            .map(str::to_owned)
    }

    /// The tenant of this scope, if it names one.
    pub fn tenant_id(&self) -> Option<TenantId> {
        self.in_force.ambient.tenant.clone()
    }

    /// What this scope says about actor, tenant, trace and cause.
    pub fn ambient(&self) -> &Ambient {
        &self.in_force.ambient
    }
}

impl InForce {
    /// What is in force outside any scope.
    pub(crate) const fn empty() -> Self {
        Self {
            ambient: Ambient::nothing(),
            runtime: None,
            captures: Vec::new(),
            caller: None,
            consequences: None,
        }
    }

    fn within(self, outer: &Self) -> Self {
        let (own, around) = (self.ambient, &outer.ambient);
        let mut captures = outer.captures.clone();
        captures.extend(
            self.captures
                .into_iter()
                .filter(|new| !outer.captures.iter().any(|old| Arc::ptr_eq(old, new))),
        );
        Self {
            ambient: own.within(around),
            runtime: self.runtime.or_else(|| outer.runtime.clone()),
            captures,
            caller: self.caller.or_else(|| outer.caller.clone()),
            // Found around it where it is in force: what is bound to a scope may go on elsewhere.
            consequences: None,
        }
    }
}

impl From<Runtime> for Scope {
    fn from(runtime: Runtime) -> Self {
        Self::new().runtime(runtime)
    }
}

impl From<&Runtime> for Scope {
    fn from(runtime: &Runtime) -> Self {
        Self::from(runtime.clone())
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scope")
            .field("ambient", &self.in_force.ambient)
            .field("runtime", &self.in_force.runtime)
            .finish_non_exhaustive()
    }
}

impl Runtime {
    /// Runs a closure with this runtime in force on this thread, instead of the process's default.
    pub fn scope<R>(&self, work: impl FnOnce() -> R) -> R {
        Scope::from(self).run_untold(work)
    }
}
