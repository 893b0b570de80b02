//! [`RetentionSweep`]: retention again and again, on a thread of its own.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use audit_core::__private::{contain, say};

use crate::deadline::after;

/// Retention that is carried out again and again until this is stopped or dropped, or the trail is closed. Whatever goes wrong in
/// it is counted and warned of, and reaches nobody else.
#[derive(Debug)]
#[must_use = "the sweep stops as soon as this is dropped"]
pub struct RetentionSweep {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

/// What a sweep did, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SweepStats {
    /// How often it ran to its end.
    pub sweeps_completed: u64,
    /// How often it failed.
    pub sweeps_failed: u64,
    /// How many records went.
    pub records_removed: u64,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    completed: AtomicU64,
    failed: AtomicU64,
    removed: AtomicU64,
}

#[derive(Debug, Default)]
struct State {
    /// Whether it is to end.
    stopped: bool,
    /// Whether its thread came to its end.
    ended: bool,
}

/// Ages are told in seconds: nothing becomes too old more often.
const LEAST: Duration = Duration::from_secs(1);

/// Whether a trail is being swept: one sweep at a time, and none once the trail is closed.
#[derive(Debug, Default)]
pub(crate) struct Sweeping(Mutex<Current>);

#[derive(Debug, Default)]
struct Current {
    sweep: Weak<Shared>,
    over: bool,
}

/// Why no sweep was started.
#[derive(Debug)]
pub(crate) enum NoSweep {
    /// Another one runs.
    Runs,
    /// The trail is closed.
    Closed,
    /// There is no thread for it.
    Thread(std::io::Error),
}

impl Sweeping {
    /// Starts a sweep, now and then each time the interval is over.
    ///
    /// `sweep` says how many records went, or what went wrong, and nothing once there is no trail to sweep any more.
    ///
    /// # Errors
    /// One runs already, the trail is closed, or there is no thread for it.
    pub(crate) fn start(
        &self,
        interval: Duration,
        mut sweep: impl FnMut() -> Option<Result<u64, String>> + Send + 'static,
    ) -> Result<RetentionSweep, NoSweep> {
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if current.over {
            return Err(NoSweep::Closed);
        }
        if current.sweep.upgrade().is_some_and(|known| known.runs()) {
            return Err(NoSweep::Runs);
        }
        let shared = Arc::new(Shared::default());
        let swept = Ends(Arc::clone(&shared));
        let thread = thread::Builder::new()
            .name("audit-trail-retention".to_owned())
            .spawn(move || {
                while swept.0.once(&mut sweep) && swept.0.wait(rest(interval)) {}
                // It may hold the last handle of the trail, which is closed before this sweep ends.
                drop(sweep);
            })
            .map_err(NoSweep::Thread)?;
        current.sweep = Arc::downgrade(&shared);
        Ok(RetentionSweep {
            shared,
            thread: Some(thread),
        })
    }

    /// Ends the one that runs, and lets none begin any more.
    pub(crate) fn end(&self) {
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        current.over = true;
        if let Some(sweep) = current.sweep.upgrade() {
            sweep.halt();
        }
    }
}

/// How long a sweep rests.
fn rest(interval: Duration) -> Duration {
    interval.max(LEAST)
}

/// Says that a sweep ended when its thread does, however that comes.
struct Ends(Arc<Shared>);

impl Drop for Ends {
    fn drop(&mut self) {
        self.0.lock().ended = true;
        self.0.changed.notify_all();
    }
}

impl Shared {
    /// A poisoned lock is taken all the same: every change is complete in itself.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn runs(&self) -> bool {
        !self.lock().ended
    }

    fn halt(&self) {
        self.lock().stopped = true;
        self.changed.notify_all();
    }

    /// Sweeps once. Returns whether there is something to sweep still.
    fn once(&self, sweep: &mut dyn FnMut() -> Option<Result<u64, String>>) -> bool {
        let error = match contain(sweep) {
            Ok(None) => return false,
            Ok(Some(Ok(records))) => {
                self.removed.fetch_add(records, Ordering::Relaxed);
                self.completed.fetch_add(1, Ordering::Relaxed);
                return true;
            }
            Ok(Some(Err(error))) => error,
            Err(_) => "it panicked".to_owned(),
        };
        let times = self.failed.fetch_add(1, Ordering::Relaxed) + 1;
        if times.is_power_of_two() {
            say(|| {
                tracing::warn!(target: "audit::health", error, times, "retention failed; it is tried again");
            });
        }
        true
    }

    /// Waits until the interval is over. Returns whether to go on.
    fn wait(&self, interval: Duration) -> bool {
        let end = after(interval);
        let mut state = self.lock();
        while !state.stopped {
            let left = end.saturating_duration_since(Instant::now());
            if left == Duration::ZERO {
                return true;
            }
            let waited = self.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        false
    }
}

impl RetentionSweep {
    /// What it did so far.
    pub fn stats(&self) -> SweepStats {
        SweepStats {
            sweeps_completed: self.shared.completed.load(Ordering::Relaxed),
            sweeps_failed: self.shared.failed.load(Ordering::Relaxed),
            records_removed: self.shared.removed.load(Ordering::Relaxed),
        }
    }

    /// Whether it came to its end, as the trail did.
    pub fn has_ended(&self) -> bool {
        !self.shared.runs()
    }

    /// Stops it, and waits for a sweep that is under way.
    pub fn stop(mut self) -> SweepStats {
        self.shared.halt();
        if let Some(thread) = self.thread.take() {
            let _panicked = thread.join();
        }
        self.stats()
    }
}

impl Drop for RetentionSweep {
    /// Waits for a sweep that is under way, for a few seconds: it may hold the last handle of the trail.
    fn drop(&mut self) {
        self.shared.halt();
        let deadline = Instant::now() + PATIENCE;
        let mut state = self.shared.lock();
        while !state.ended {
            let Some(left) = deadline.checked_duration_since(Instant::now()) else {
                return;
            };
            let waited = self.shared.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// How long dropping a sweep waits for it.
const PATIENCE: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_that_is_no_rest_at_all_is_a_second() {
        assert_eq!(rest(Duration::ZERO), LEAST);
        assert_eq!(rest(Duration::from_mins(5)), Duration::from_mins(5));
        assert_eq!(rest(Duration::MAX), Duration::MAX);
    }
}
