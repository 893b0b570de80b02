//! [`Signal`]: something that happens once, and that many may wait for.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// Something that happens once, and that many may wait for.
#[derive(Debug, Default)]
pub(super) struct Signal(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    is_given: bool,
    /// Who waits, each by a number of its own.
    waiting: Vec<(u64, Waker)>,
    numbers: u64,
}

/// Waits for a signal. Whoever waits no more is forgotten.
#[derive(Debug)]
pub(super) struct Given<'s> {
    signal: &'s Signal,
    number: u64,
}

impl Signal {
    /// It has happened.
    pub(super) fn give(&self) {
        let mut state = self.state();
        state.is_given = true;
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        for (_, waker) in waiting {
            waker.wake();
        }
    }

    /// Whether it has happened.
    pub(super) fn is_given(&self) -> bool {
        self.state().is_given
    }

    /// Waits until it has happened.
    pub(super) fn given(&self) -> Given<'_> {
        let mut state = self.state();
        state.numbers += 1;
        Given {
            signal: self,
            number: state.numbers,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Future for Given<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.signal.state();
        if state.is_given {
            return Poll::Ready(());
        }
        let waker = context.waker().clone();
        state.waiting.retain(|(number, _)| *number != self.number);
        state.waiting.push((self.number, waker));
        Poll::Pending
    }
}

impl Drop for Given<'_> {
    fn drop(&mut self) {
        let mut state = self.signal.state();
        state.waiting.retain(|(number, _)| *number != self.number);
    }
}
