//! A trail is closed: with a full queue, over a store that hangs or fails, twice, and used after.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use audit_core::{Delivery, RecordErrorKind, Recorded};
use audit_trail::{TrailError, TrailState};

use crate::support::{
    Gate, SOON, assert_sound, buffered, durable, event, found, gated, losses, numbers, open, put,
    quiet, until,
};

#[test]
fn the_guard_writes_a_full_queue() {
    let dir = tempfile::tempdir().unwrap();
    let trail = quiet()
        .queue_records(5_000)
        .open(dir.path().join("audit.db"))
        .unwrap();
    let guard = trail.guard(SOON);
    let taken = (0..20_000)
        .filter(|number| buffered(&trail, "last", *number))
        .count();
    drop(guard);
    drop(trail);
    let trail = open(dir.path());
    assert_eq!(found(&trail, "name:last").len(), taken);
    assert_eq!(found(&trail, "name:trail.closed").len(), 1);
    assert_sound(&trail);
}

#[test]
fn closing_over_a_store_that_hangs_is_bounded_and_says_what_waits() {
    let (dir, gate) = (tempfile::tempdir().unwrap(), Gate::default());
    let trail = gated(dir.path(), &gate, quiet());
    gate.hang();
    for number in 0..10 {
        assert!(buffered(&trail, "waiting", number));
    }
    gate.wait_until_it_hangs();
    let error = trail.close(Duration::from_millis(10)).unwrap_err();
    assert!(
        matches!(error, TrailError::TimedOut { records: 10 }),
        "{error}"
    );
    gate.open();
}

#[test]
fn closing_over_a_store_that_fails_ends_and_says_what_is_lost() {
    let (dir, gate) = (tempfile::tempdir().unwrap(), Gate::default());
    let trail = gated(dir.path(), &gate, quiet());
    gate.fail();
    for number in 0..10 {
        assert!(buffered(&trail, "lost", number));
    }
    let error = trail.close(Duration::from_millis(10)).unwrap_err();
    assert!(matches!(error, TrailError::Lost { records: 10 }), "{error}");
    // The writer is gone: it does not try for ever.
    assert_eq!(trail.stats().state, TrailState::Closed);
    assert_eq!(trail.stats().records_lost, 10);
}

#[test]
fn what_a_closing_trail_gave_up_is_told_of_if_the_store_takes_that() {
    let (dir, gate) = (tempfile::tempdir().unwrap(), Gate::default());
    let trail = gated(dir.path(), &gate, quiet().queue_records(1));
    trail.flush(SOON).unwrap();
    gate.hang();
    assert!(buffered(&trail, "lost", 0));
    gate.wait_until_it_hangs();
    std::thread::scope(|threads| {
        let closing = threads.spawn(|| trail.close(Duration::ZERO));
        // There is no room for any of these, so that nothing waits behind what the writer has in hand.
        until("closing", || {
            let late = put(&trail, &event("late", 0), Delivery::BestEffort);
            matches!(late, Recorded::Lost(_, error) if error.kind == RecordErrorKind::Closed)
        });
        // It fails once more with its time over, and works when the end is told.
        gate.fail_once();
        let error = closing.join().unwrap().unwrap_err();
        assert!(matches!(error, TrailError::Lost { records: 1 }), "{error}");
    });
    let lost = trail.stats().records_lost;
    drop(trail);
    let trail = gated(dir.path(), &gate, quiet());
    let losses = losses(&trail);
    let told: u64 = losses
        .iter()
        .map(|loss| loss["count"].as_u64().unwrap())
        .sum();
    assert_eq!(
        told, lost,
        "the one that was given up, and those that came too late"
    );
    assert_eq!(found(&trail, "name:trail.closed").len(), 1);
}

/// What is said to whoever flushes over a store that fails, as another handle closes the trail.
fn flushed_as_it_is_closed() -> Result<(), TrailError> {
    let (dir, gate) = (tempfile::tempdir().unwrap(), Gate::default());
    let trail = gated(dir.path(), &gate, quiet());
    gate.hang();
    for number in 0..10 {
        assert!(buffered(&trail, "lost", number));
    }
    gate.wait_until_it_hangs();
    let other = trail.clone();
    let (begin, begins) = mpsc::channel();
    std::thread::scope(|threads| {
        let flushing = threads.spawn(move || {
            begin.send(()).unwrap();
            trail.flush(SOON)
        });
        begins.recv_timeout(SOON).unwrap();
        gate.fail();
        let error = other.close(Duration::ZERO).unwrap_err();
        assert!(matches!(error, TrailError::Lost { records: 10 }), "{error}");
        flushing.join().unwrap()
    })
}

#[test]
fn whoever_flushes_as_another_handle_closes_hears_what_is_lost() {
    until(
        "that flushing began before all was over",
        || match flushed_as_it_is_closed() {
            Ok(()) => false,
            Err(TrailError::Lost { records: 10 }) => true,
            Err(error) => panic!("{error}"),
        },
    );
}

#[test]
fn closing_twice_is_an_error_and_harms_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let trail = open(dir.path());
    durable(&trail, "kept", 1).unwrap();
    trail.close(SOON).unwrap();
    assert!(matches!(trail.close(SOON), Err(TrailError::Closed)));
    drop(trail.guard(SOON));
    drop(trail);
    let trail = open(dir.path());
    assert_eq!(numbers(&trail, "kept"), [1]);
    assert_eq!(found(&trail, "name:trail.closed").len(), 1);
    assert!(losses(&trail).is_empty(), "a clean end");
}

#[test]
fn recording_after_closing_is_refused_at_once_and_counted() {
    let dir = tempfile::tempdir().unwrap();
    let trail = open(dir.path());
    trail.close(SOON).unwrap();
    let started = Instant::now();
    assert_eq!(
        durable(&trail, "late", 1).unwrap_err().kind,
        RecordErrorKind::Closed
    );
    assert!(!buffered(&trail, "late", 2));
    assert!(started.elapsed() < SOON);
    assert_eq!(trail.stats().records_lost, 2);
    assert!(matches!(trail.checkpoint(), Err(TrailError::Closed)));
    // What is there can be read all the same.
    assert_eq!(found(&trail, "name:trail.closed").len(), 1);
}
