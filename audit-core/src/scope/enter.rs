//! What is in force for a handler, put in force: on this thread, or at every poll of a future.

use std::future::Future;

use super::future::ScopedFuture;
use super::handling::Handling;
use super::stack::{Entered, Standing};

impl Handling {
    /// Puts it in force on this thread, until what this returns is dropped.
    #[inline]
    pub(crate) fn enter(self) -> Entered {
        Entered::new(Standing::Handling(self))
    }

    /// Calls a handler with this in force.
    pub(crate) fn run<R>(self, work: impl FnOnce() -> R) -> R {
        let _entered = self.enter();
        work()
    }

    /// A handler's future, with this in force at every poll.
    pub(crate) fn around<F: Future>(self, work: F) -> ScopedFuture<F> {
        ScopedFuture::new(Standing::Handling(self), work)
    }
}
