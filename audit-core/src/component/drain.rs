//! [`Drain`] and [`Deadline`]: waiting for what is under way, as long as there is time.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use crate::executor::{Executor, Task};

/// The time that is left for several things, one after another.
pub(super) struct Deadline {
    /// Nothing where there is no end, or it has passed.
    alarm: Option<Task>,
    has_passed: bool,
}

impl Deadline {
    /// After so long; without a timer there is no end.
    pub(super) fn new(executor: &dyn Executor, after: Duration) -> Self {
        Self {
            alarm: executor.sleep(after),
            has_passed: false,
        }
    }

    /// What a future answers, if it does in time. One that can answer at once is asked also when no time is left.
    pub(super) async fn wait<F: Future>(&mut self, work: F) -> Option<F::Output> {
        let mut work = pin!(work);
        poll_fn(|context| {
            if let Poll::Ready(output) = work.as_mut().poll(context) {
                return Poll::Ready(Some(output));
            }
            if let Some(alarm) = &mut self.alarm
                && alarm.as_mut().poll(context).is_ready()
            {
                self.alarm = None;
                self.has_passed = true;
            }
            if self.has_passed {
                Poll::Ready(None)
            } else {
                Poll::Pending
            }
        })
        .await
    }
}

/// Waits for several things at once, and knows those that are not done.
#[derive(Default)]
pub(super) struct Drain(Vec<(String, Task)>);

impl Drain {
    /// One thing more, by a name.
    pub(super) fn add(&mut self, name: String, work: impl Future<Output = ()> + Send + 'static) {
        self.0.push((name, Box::pin(work)));
    }

    /// Waits until all are done. All are begun at once.
    pub(super) async fn done(&mut self) {
        poll_fn(|context| {
            self.0
                .retain_mut(|(_, work)| work.as_mut().poll(context).is_pending());
            if self.0.is_empty() {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
    }

    /// Those that are not done.
    pub(super) fn under_way(self) -> Vec<String> {
        self.0.into_iter().map(|(name, _)| name).collect()
    }
}
