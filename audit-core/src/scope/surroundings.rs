//! [`Surroundings`]: what is in force where something is handed over, for whoever does it later.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use super::future::ScopedFuture;
use super::stack::{Entered, Standing, with_current};
use super::{InForce, Scope};

/// What is in force where something is handed over, to be in force again where it is done.
#[derive(Clone, Default)]
pub(crate) struct Surroundings(Option<Arc<InForce>>);

impl Surroundings {
    /// All that is in force here.
    pub(crate) fn here() -> Self {
        Self(with_current(|in_force| in_force.cloned()))
    }

    /// The same without who acts, for whom and why: for what is nobody's deed.
    pub(crate) fn of_nobody(&self) -> Scope {
        let mut scope = Scope::new();
        if let Some(in_force) = &self.0 {
            scope.in_force.runtime.clone_from(&in_force.runtime);
            scope.in_force.captures.clone_from(&in_force.captures);
        }
        scope
    }

    /// Runs a closure with this in force, and nothing else.
    pub(crate) fn run<R>(self, work: impl FnOnce() -> R) -> R {
        let _entered = Entered::new(self.standing());
        work()
    }

    /// A future with this in force at every poll, and nothing else.
    pub(crate) fn around<F: Future>(self, work: F) -> ScopedFuture<F> {
        ScopedFuture::new(self.standing(), work)
    }

    fn standing(self) -> Standing {
        Standing::InForce(self.0.unwrap_or_default())
    }
}

impl fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Surroundings").finish_non_exhaustive()
    }
}
