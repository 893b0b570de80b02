//! [`Pace`]: a clock by which days pass in minutes.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use audit_core::{Clock, SystemClock, Timestamp};

/// The wall time at which it starts: 2026-01-01, before any run, so that the trail's own records are the latest.
const START: i64 = 1_767_225_600_000_000_000;

/// A clock whose wall time is told to move, while what something takes is measured as ever.
#[derive(Clone, Debug)]
pub(crate) struct Pace(Arc<AtomicI64>);

impl Pace {
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicI64::new(START)))
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, by: Duration) {
        let nanos = i64::try_from(by.as_nanos()).unwrap_or(i64::MAX);
        self.0.fetch_add(nanos, Ordering::Relaxed);
    }

    /// Where it stands.
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_nanos(self.0.load(Ordering::Relaxed))
    }

    /// Where it started.
    pub(crate) fn start() -> Timestamp {
        Timestamp::from_nanos(START)
    }
}

impl Clock for Pace {
    fn monotonic_nanos(&self) -> u64 {
        SystemClock.monotonic_nanos()
    }

    fn wall_at(&self, _monotonic_nanos: u64) -> Timestamp {
        self.now()
    }
}
