//! [`Signal`]: something that happens once, and that many may wait for.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::executor::{Waiters, wait};

/// Something that happens once, and that many may wait for.
#[derive(Debug, Default)]
pub(super) struct Signal(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    is_given: bool,
    waiting: Waiters,
}

impl Signal {
    /// It has happened.
    pub(super) fn give(&self) {
        let mut state = self.state();
        state.is_given = true;
        let waiting = state.waiting.take(|()| true);
        drop(state);
        waiting.into_iter().for_each(Waker::wake);
    }

    /// Whether it has happened.
    pub(super) fn is_given(&self) -> bool {
        self.state().is_given
    }

    /// Waits until it has happened. Whoever waits no more is forgotten.
    pub(super) async fn given(&self) {
        let look = |his: &mut Option<u64>, context: &mut Context<'_>| {
            let mut state = self.state();
            if state.is_given {
                return Poll::Ready(());
            }
            let unneeded = state.waiting.put(his, (), context.waker());
            drop(state);
            drop(unneeded);
            Poll::Pending
        };
        let leave = |his| {
            let unneeded = self.state().waiting.remove(his);
            drop(unneeded);
        };
        wait(look, leave).await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::task::Wake;

    use super::*;

    /// Asks the signal when it goes.
    struct Asking(Arc<Signal>);

    impl Wake for Asking {
        fn wake(self: Arc<Self>) {}
    }

    impl Drop for Asking {
        fn drop(&mut self) {
            assert!(!self.0.is_given());
        }
    }

    #[test]
    fn a_waker_that_is_not_needed_any_more_may_ask_the_signal_when_it_goes() {
        let signal = Arc::new(Signal::default());
        let asking = || Waker::from(Arc::new(Asking(Arc::clone(&signal))));
        let mut given = Box::pin(signal.given());
        for waker in [asking(), asking()] {
            let polled = given.as_mut().poll(&mut Context::from_waker(&waker));
            assert!(polled.is_pending());
        }
        drop(given);
        assert_eq!(Arc::strong_count(&signal), 1);
    }
}
