//! [`RetentionSweep`]: retention again and again, on a thread of its own.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::deadline::after;

/// Retention that is carried out again and again until this is stopped or dropped. Whatever goes wrong in it is counted and
/// warned of, and reaches nobody else.
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
    stopped: Mutex<bool>,
    /// Whether its thread came to its end.
    ended: AtomicBool,
    changed: Condvar,
    completed: AtomicU64,
    failed: AtomicU64,
    removed: AtomicU64,
}

/// Whether a trail is being swept: one sweep at a time.
#[derive(Debug, Default)]
pub(crate) struct Sweeping(Arc<AtomicBool>);

impl Sweeping {
    /// Starts a sweep, now and then each time the interval is over; nothing if one runs already.
    ///
    /// `sweep` says how many records went, or what went wrong.
    pub(crate) fn start(
        &self,
        interval: Duration,
        mut sweep: impl FnMut() -> Result<u64, String> + Send + 'static,
    ) -> Option<std::io::Result<RetentionSweep>> {
        if self.0.swap(true, Ordering::AcqRel) {
            return None;
        }
        let runs = Runs(Arc::clone(&self.0));
        let shared = Arc::new(Shared::default());
        let swept = Arc::clone(&shared);
        let thread = thread::Builder::new()
            .name("audit-trail-retention".to_owned())
            .spawn(move || {
                let _runs = runs;
                loop {
                    swept.once(&mut sweep);
                    if swept.wait(interval) {
                        break;
                    }
                }
                // It may hold the last handle of the trail, which is closed then.
                drop(sweep);
                swept.end();
            });
        Some(thread.map(|thread| RetentionSweep {
            shared,
            thread: Some(thread),
        }))
    }
}

/// Says that no sweep runs any more when its thread ends, however it ends.
struct Runs(Arc<AtomicBool>);

impl Drop for Runs {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

impl Shared {
    fn once(&self, sweep: &mut dyn FnMut() -> Result<u64, String>) {
        let swept = std::panic::catch_unwind(std::panic::AssertUnwindSafe(sweep));
        let error = match swept {
            Ok(Ok(records)) => {
                self.removed.fetch_add(records, Ordering::Relaxed);
                self.completed.fetch_add(1, Ordering::Relaxed);
                return;
            }
            Ok(Err(error)) => error,
            Err(_) => "it panicked".to_owned(),
        };
        let times = self.failed.fetch_add(1, Ordering::Relaxed) + 1;
        if times.is_power_of_two() {
            tracing::warn!(target: "audit::health", error, times, "retention failed; it is tried again");
        }
    }

    fn end(&self) {
        let _stopped = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        self.ended.store(true, Ordering::Release);
        self.changed.notify_all();
    }

    /// Waits until the interval is over. Returns whether to stop.
    fn wait(&self, interval: Duration) -> bool {
        let end = after(interval);
        let mut stopped = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        while !*stopped {
            let left = end.saturating_duration_since(Instant::now());
            if left == Duration::ZERO {
                return false;
            }
            let waited = self.changed.wait_timeout(stopped, left);
            stopped = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        true
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

    /// Stops it, and waits for a sweep that is under way.
    pub fn stop(mut self) -> SweepStats {
        self.halt();
        if let Some(thread) = self.thread.take() {
            let _panicked = thread.join();
        }
        self.stats()
    }

    fn halt(&self) {
        *self
            .shared
            .stopped
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = true;
        self.shared.changed.notify_all();
    }
}

impl Drop for RetentionSweep {
    /// Waits for a sweep that is under way, for a few seconds: it may hold the last handle of the trail.
    fn drop(&mut self) {
        self.halt();
        let deadline = Instant::now() + PATIENCE;
        let mut stopped = self
            .shared
            .stopped
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        while !self.shared.ended.load(Ordering::Acquire) {
            let Some(left) = deadline.checked_duration_since(Instant::now()) else {
                return;
            };
            let waited = self.shared.changed.wait_timeout(stopped, left);
            stopped = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// How long dropping a sweep waits for it.
const PATIENCE: Duration = Duration::from_secs(10);
