//! What is foreign fails while a change is put in place.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use audit_core::testing::{CountingIds, ManualClock};
use audit_core::{EventId, IdSource, Policy, Runtime, Timestamp, WatchState};

use crate::place::{SETTLE, by_hand, write};
use crate::support::quietly;

/// Has no identifiers to give while it is broken.
struct Ids {
    broken: Arc<AtomicBool>,
    given: CountingIds,
}

impl IdSource for Ids {
    fn next_id(&self, time: Timestamp) -> EventId {
        assert!(!self.broken.load(Ordering::Relaxed), "out of identifiers");
        self.given.next_id(time)
    }
}

#[test]
fn what_could_not_be_put_in_place_is_taken_up_again_and_never_called_current() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), 1);
    let (clock, broken) = (Arc::new(ManualClock::default()), Arc::default());
    let ids = Ids {
        broken: Arc::clone(&broken),
        given: CountingIds::default(),
    };
    let runtime = Runtime::builder()
        .policy(Policy::from_dir(dir.path()).unwrap())
        .shared_clock(Arc::clone(&clock) as _)
        .ids(ids)
        .build()
        .unwrap();
    let watcher = by_hand(dir.path()).start(&runtime).unwrap();
    let settle = || {
        watcher.check_now();
        clock.advance(SETTLE);
        quietly(|| watcher.check_now())
    };
    write(dir.path(), 2);
    broken.store(true, Ordering::Relaxed);
    for _ in 0..3 {
        assert_eq!(settle().state, WatchState::Settling);
        assert_eq!(runtime.policy().version, 1);
    }
    broken.store(false, Ordering::Relaxed);
    assert_eq!(settle().state, WatchState::Current);
    assert_eq!(runtime.policy().version, 2);
}
