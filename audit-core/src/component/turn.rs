//! [`Turns`]: one after another, across awaits.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::executor::{Waiters, wait};

/// Lets one have its turn at a time, also while it awaits something.
#[derive(Debug, Default)]
pub(super) struct Turns(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    is_taken: bool,
    waiting: Waiters,
}

/// Somebody's turn, until dropped.
#[derive(Debug)]
pub(super) struct Turn(Arc<Turns>);

impl Turns {
    /// Waits for its turn, as long as it may: that is asked first, and again whenever those who wait are [woken](Self::wake). Who
    /// waits longest is not first: turns are few and rare.
    ///
    /// # Errors
    /// It may wait no more.
    pub(super) async fn take<E>(
        self: &Arc<Self>,
        may_wait: impl Fn() -> Result<(), E>,
    ) -> Result<Turn, E> {
        let look = |his: &mut Option<u64>, context: &mut Context<'_>| {
            // First put down, then asked: whoever changes the answer in between wakes us.
            let unneeded = self.state().waiting.put(his, (), context.waker());
            drop(unneeded);
            if let Err(error) = may_wait() {
                return Poll::Ready(Err(error));
            }
            let mut state = self.state();
            if state.is_taken {
                return Poll::Pending;
            }
            state.is_taken = true;
            Poll::Ready(Ok(Turn(Arc::clone(self))))
        };
        let leave = |his| {
            let unneeded = self.state().waiting.remove(his);
            drop(unneeded);
        };
        wait(look, leave).await
    }

    /// Lets all who wait ask once more.
    pub(super) fn wake(&self) {
        let waiting = self.state().waiting.take(|()| true);
        waiting.into_iter().for_each(Waker::wake);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    /// All who wait are woken: one of them may have gone.
    fn drop(&mut self) {
        self.0.state().is_taken = false;
        self.0.wake();
    }
}
