//! [`Turns`]: one after another, across awaits.

use std::sync::{Mutex, MutexGuard, PoisonError};
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
pub(super) struct Turn<'t>(&'t Turns);

impl Turns {
    /// Waits for its turn. Who waits longest is not first: turns are few and rare.
    pub(super) async fn take(&self) -> Turn<'_> {
        let look = |his: &mut Option<u64>, context: &mut Context<'_>| {
            let mut state = self.state();
            if state.is_taken {
                let unneeded = state.waiting.put(his, (), context.waker());
                drop(state);
                drop(unneeded);
                return Poll::Pending;
            }
            state.is_taken = true;
            Poll::Ready(Turn(self))
        };
        let leave = |his| {
            let unneeded = self.state().waiting.remove(his);
            drop(unneeded);
        };
        wait(look, leave).await
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    /// All who wait are woken: one of them may have gone.
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.is_taken = false;
        let waiting = state.waiting.take(|()| true);
        drop(state);
        waiting.into_iter().for_each(Waker::wake);
    }
}
