//! How a trail does: counters and state, which its writer keeps and anybody reads.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::store::{Head, StoreError, StoreErrorKind};

/// Whether a trail writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TrailState {
    /// It does.
    Writing,
    /// Its store refuses; what comes waits and is tried again.
    Failing(StoreErrorKind),
    /// It was closed.
    Closed,
}

/// How a trail does, in numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TrailStats {
    /// Whether it writes.
    pub state: TrailState,
    /// What the store said last when it refused, in one line.
    pub last_error: Option<String>,
    /// How many records it holds, pruned ones counted.
    pub records: u64,
    /// How many of them are read from their bytes when somebody asks, as their columns are not drawn yet.
    pub records_unindexed: u64,
    /// Up to where the latest checkpoint reaches.
    pub records_anchored: u64,
    /// How many records this opening wrote.
    pub records_written: u64,
    /// In how many transactions.
    pub batches_written: u64,
    /// How many records were lost. `loss` records tell of them or will; of what the trail could not tell any more, as its writer
    /// panicked or its store failed at the end, the next opening tells as an unclean end.
    pub records_lost: u64,
    /// How many records wait to be written.
    pub queue_records: usize,
    /// How many bytes they take.
    pub queue_bytes: usize,
    /// How often the store refused.
    pub store_failures: u64,
    /// How often a checkpoint could not be copied to a second place, or not in time as the trail was closed, or a place could not
    /// give its copies back as it was opened.
    pub anchor_failures: u64,
    /// How often a checkpoint was due and not signed, as another process changed the key and this one did not have the new
    /// one.
    pub checkpoints_withheld: u64,
    /// How many records that the trail made of itself no sink or observer was told of, as too many waited for a slow one or there was
    /// no thread for it. They stand in the trail.
    pub notices_untold: u64,
}

/// What the writer keeps.
#[derive(Debug, Default)]
pub(crate) struct Health {
    pub(crate) records: AtomicU64,
    pub(crate) indexed: AtomicU64,
    pub(crate) anchored: AtomicU64,
    pub(crate) written: AtomicU64,
    pub(crate) batches: AtomicU64,
    pub(crate) failures: AtomicU64,
    pub(crate) anchor_failures: AtomicU64,
    pub(crate) checkpoints_withheld: AtomicU64,
    trouble: Mutex<Trouble>,
    ended: Condvar,
}

#[derive(Debug, Default)]
struct Trouble {
    failing: Option<StoreErrorKind>,
    last: Option<String>,
    closed: bool,
    /// Why the end is not in the store.
    unsaid: Option<StoreError>,
    gone: bool,
}

impl Health {
    /// That of a trail which so many second places said nothing of as it was opened.
    pub(crate) fn after(places_silent: u64) -> Self {
        Self {
            anchor_failures: AtomicU64::new(places_silent),
            ..Self::default()
        }
    }

    /// The store stands so.
    pub(crate) fn stand(&self, head: &Head) {
        self.records.store(head.size, Ordering::Relaxed);
        self.indexed.store(head.indexed, Ordering::Relaxed);
    }

    /// The store refused. Whether that is news is returned.
    pub(crate) fn fail(&self, error: &StoreError) -> bool {
        self.failures.fetch_add(1, Ordering::Relaxed);
        let mut trouble = self.lock();
        let news = trouble.failing != Some(error.kind);
        trouble.failing = Some(error.kind);
        trouble.last = Some(error.to_string());
        news
    }

    /// The store took something. Whether that is news is returned.
    pub(crate) fn recover(&self) -> bool {
        let mut trouble = self.lock();
        trouble.failing.take().is_some()
    }

    /// All is written that will be, and the end is said or can't be.
    pub(crate) fn close(&self, unsaid: Option<StoreError>) {
        let mut trouble = self.lock();
        trouble.closed = true;
        trouble.unsaid = unsaid;
        self.ended.notify_all();
    }

    /// Whether all is written that will be.
    pub(crate) fn is_closed(&self) -> bool {
        self.lock().closed
    }

    /// The writer is gone, however it came to that.
    pub(crate) fn leave(&self) {
        let mut trouble = self.lock();
        trouble.closed = true;
        trouble.gone = true;
        drop(trouble);
        self.ended.notify_all();
    }

    /// Waits until all is written that will be, at most until then. Returns whether that came true.
    pub(crate) fn wait_closed(&self, deadline: Instant) -> bool {
        self.wait(deadline, |trouble| trouble.closed)
    }

    /// Waits until the writer is gone, at most until then. Returns whether that came true.
    pub(crate) fn wait_gone(&self, deadline: Instant) -> bool {
        self.wait(deadline, |trouble| trouble.gone)
    }

    /// Why the end is not in the store, if it is not.
    pub(crate) fn take_unsaid(&self) -> Option<StoreError> {
        self.lock().unsaid.take()
    }

    fn wait(&self, deadline: Instant, over: impl Fn(&Trouble) -> bool) -> bool {
        let mut trouble = self.lock();
        while !over(&trouble) {
            let Some(left) = deadline.checked_duration_since(Instant::now()) else {
                return false;
            };
            let waited = self.ended.wait_timeout(trouble, left);
            trouble = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    /// A poisoned lock is taken all the same: every change is complete in itself.
    fn lock(&self) -> MutexGuard<'_, Trouble> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it writes, and what was wrong last.
    pub(crate) fn state(&self) -> (TrailState, Option<String>) {
        let trouble = self.lock();
        let state = match (trouble.closed, trouble.failing) {
            (true, _) => TrailState::Closed,
            (false, Some(kind)) => TrailState::Failing(kind),
            (false, None) => TrailState::Writing,
        };
        (state, trouble.last.clone())
    }
}
