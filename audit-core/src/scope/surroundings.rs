//! What is in force while work is done: around a handler, and, as [`Surroundings`], for what is done later than it was handed over.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use super::InForce;
use super::deed::Deed;
use super::future::Within;
use super::stack::{Entered, Standing, consequences_here, with_current};

/// What is in force where something is handed over, to be in force again where it is done.
#[derive(Clone, Default)]
pub(crate) struct Surroundings(Option<Arc<InForce>>);

impl Surroundings {
    /// All that is in force here, with what is counted what is published here.
    pub(crate) fn here() -> Self {
        let mut here = with_current(|in_force| in_force.cloned());
        if let Some(in_force) = &mut here
            && in_force.consequences.is_none()
            && let Some(consequences) = consequences_here()
        {
            Arc::make_mut(in_force).consequences = Some(consequences);
        }
        Self(here)
    }

    /// The same without who acts, for whom and why: for what is nobody's deed.
    pub(crate) fn of_nobody(&self) -> Self {
        Self(self.0.as_ref().map(|in_force| {
            Arc::new(InForce {
                runtime: in_force.runtime.clone(),
                captures: in_force.captures.clone(),
                ..InForce::default()
            })
        }))
    }

    /// Runs a closure with this in force, and nothing else.
    pub(crate) fn run<R>(self, work: impl FnOnce() -> R) -> R {
        let _entered = Entered::new(self.standing());
        work()
    }

    /// A future with this in force at every poll, and nothing else.
    pub(crate) fn around<F: Future>(self, work: F) -> Within<F> {
        Within::new(self.standing(), work)
    }

    fn standing(self) -> Standing {
        Standing::InForce(self.0.unwrap_or_default())
    }
}

impl Deed {
    /// Puts it in force on this thread, until what this returns is dropped.
    #[inline]
    pub(crate) fn enter(self) -> Entered {
        Entered::new(Standing::Deed(self))
    }

    /// Calls a handler with this in force.
    pub(crate) fn run<R>(self, work: impl FnOnce() -> R) -> R {
        let _entered = self.enter();
        work()
    }

    /// A handler's future, with this in force at every poll.
    pub(crate) fn around<F: Future>(self, work: F) -> Within<F> {
        Within::new(Standing::Deed(self), work)
    }
}

impl Entered {
    /// Ends here, and goes on in a future: what was looked at in it stays as it was seen.
    pub(crate) fn around<F: Future>(self, work: F) -> Within<F> {
        Within::lent(self.leave(), work)
    }
}

impl fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Surroundings").finish_non_exhaustive()
    }
}
