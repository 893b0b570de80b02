//! [`Gap`]: what a sink did not take since it last took something.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::clock::Timestamp;

use super::SinkError;

/// What a sink did not take since it last took something. Costs one load while there is nothing.
#[derive(Debug, Default)]
pub(super) struct Gap {
    is_open: AtomicBool,
    missed: Mutex<Option<Missed>>,
}

/// Events in a row that were not taken.
#[derive(Clone, Debug)]
pub(super) struct Missed {
    /// How many.
    pub(super) count: u64,
    /// Of those, how many nobody took instead.
    pub(super) lost: u64,
    /// When the first of them happened, and the last.
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
    /// What the sink said to the last of them.
    pub(super) error: SinkError,
}

impl Gap {
    /// One more was not taken. Returns how many that makes.
    pub(super) fn widen(&self, time: Timestamp, is_lost: bool, error: &SinkError) -> u64 {
        let mut missed = self.lock();
        self.is_open.store(true, Ordering::Relaxed);
        let missed = missed.get_or_insert_with(|| Missed {
            count: 0,
            lost: 0,
            from: time,
            to: time,
            error: error.clone(),
        });
        missed.count += 1;
        missed.lost += u64::from(is_lost);
        missed.to = time;
        missed.error.clone_from(error);
        missed.count
    }

    /// Something was taken again. Returns what was missed before, once.
    #[inline]
    pub(super) fn close(&self) -> Option<Missed> {
        if !self.is_open.load(Ordering::Relaxed) {
            return None;
        }
        let mut missed = self.lock();
        self.is_open.store(false, Ordering::Relaxed);
        missed.take()
    }

    /// A poisoned lock is taken all the same: every change is complete in itself.
    fn lock(&self) -> MutexGuard<'_, Option<Missed>> {
        self.missed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
