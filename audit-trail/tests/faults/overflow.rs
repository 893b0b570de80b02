//! The queue is full.

use std::path::Path;
use std::time::Duration;

use audit_core::testing::ManualClock;
use audit_core::{Delivery, RecordErrorKind, Recorded, Timestamp};
use audit_trail::anchor::Anchor;
use audit_trail::note::TrailKey;
use audit_trail::{Overflow, Trail, TrailAnchor};

use crate::support::{
    Gate, GateStore, SOON, buffered, event_at, losses, numbers, put, quiet, until,
};

/// A trail whose queue has room for four, and whose writer hangs with one record in hand.
fn hanging(dir: &Path, gate: &Gate, overflow: Overflow) -> Trail {
    let store = GateStore::open(&dir.join("audit.db"), gate);
    let key = TrailKey::generate("test").unwrap();
    let options = quiet().queue_records(4).overflow(overflow);
    let options = options.checkpoint_every(Duration::MAX);
    let trail = options.open_store(store, key).unwrap();
    // The first checkpoint is due at once: from here on the writer has in hand what the test gives it.
    trail.checkpoint().unwrap();
    gate.hang();
    let first = put(&trail, &event_at(&clock(0), "first", 0), Delivery::Buffered);
    assert!(matches!(first, Recorded::Taken(_)));
    gate.wait_until_it_hangs();
    trail
}

fn second(second: u64) -> Timestamp {
    let time = format!("2026-11-23T08:00:{second:02}Z");
    time.parse().unwrap()
}

fn clock(at: u64) -> ManualClock {
    ManualClock::new(second(at))
}

/// Records one for each second, from 1 to 10. Returns which were taken at once.
fn ten(trail: &Trail) -> Vec<u64> {
    let taken = |number: &u64| {
        let recorded = put(
            trail,
            &event_at(&clock(*number), "ten", *number),
            Delivery::Buffered,
        );
        matches!(recorded, Recorded::Taken(_))
    };
    (1..=10).filter(taken).collect()
}

/// What the one `loss` record says.
fn loss(trail: &Trail) -> (u64, String, String) {
    let losses = losses(trail);
    let [loss] = &losses[..] else {
        panic!("{losses:?}")
    };
    let text = |name: &str| loss[name].as_str().unwrap().to_owned();
    (loss["count"].as_u64().unwrap(), text("from"), text("to"))
}

fn between(count: u64, from: u64, to: u64) -> (u64, String, String) {
    (count, second(from).to_string(), second(to).to_string())
}

#[test]
fn the_newest_are_dropped_and_told_of() {
    let (dir, gate) = (tempfile::tempdir().unwrap(), Gate::default());
    let trail = hanging(dir.path(), &gate, Overflow::DropNewest);
    assert_eq!(ten(&trail), [1, 2, 3, 4]);
    gate.open();
    trail.flush(SOON).unwrap();
    assert_eq!(numbers(&trail, "ten"), [1, 2, 3, 4]);
    assert_eq!(loss(&trail), between(6, 5, 10));
    assert_eq!(trail.stats().records_lost, 6);
}

#[test]
fn the_oldest_are_dropped_and_told_of() {
    let (dir, gate) = (tempfile::tempdir().unwrap(), Gate::default());
    let trail = hanging(dir.path(), &gate, Overflow::DropOldest);
    assert_eq!(ten(&trail).len(), 10);
    gate.open();
    trail.flush(SOON).unwrap();
    assert_eq!(numbers(&trail, "ten"), [7, 8, 9, 10]);
    assert_eq!(loss(&trail), between(6, 1, 6));
}

#[test]
fn best_effort_leaves_half_of_the_room_and_is_told_of() {
    let (dir, gate) = (tempfile::tempdir().unwrap(), Gate::default());
    let trail = hanging(dir.path(), &gate, Overflow::Wait(SOON));
    for number in 1..=5 {
        let recorded = put(
            &trail,
            &event_at(&clock(number), "best", number),
            Delivery::BestEffort,
        );
        assert_eq!(matches!(recorded, Recorded::Taken(_)), number <= 2);
    }
    gate.open();
    trail.flush(SOON).unwrap();
    assert_eq!(numbers(&trail, "best"), [1, 2]);
    assert_eq!(loss(&trail), between(3, 3, 5));
}

#[test]
fn who_waits_for_room_gets_it_in_turn_and_nothing_is_lost() {
    let (dir, gate) = (tempfile::tempdir().unwrap(), Gate::default());
    let trail = hanging(dir.path(), &gate, Overflow::Wait(SOON));
    let mut waiting = Vec::new();
    for number in 1..=10 {
        match put(
            &trail,
            &event_at(&clock(number), "ten", number),
            Delivery::Buffered,
        ) {
            Recorded::Taken(_) => assert!(number <= 4),
            Recorded::Pending(_, receipt) => waiting.push(receipt),
            other => panic!("{other:?}"),
        }
    }
    gate.open();
    let deadline = std::time::Instant::now() + SOON;
    for receipt in waiting {
        receipt.wait(deadline).unwrap();
    }
    trail.flush(SOON).unwrap();
    assert_eq!(numbers(&trail, "ten"), (1..=10).collect::<Vec<_>>());
    assert_eq!(trail.stats().records_lost, 0);
}

#[test]
fn who_waits_in_vain_is_told_so_and_told_of() {
    let (dir, gate) = (tempfile::tempdir().unwrap(), Gate::default());
    let trail = hanging(dir.path(), &gate, Overflow::Wait(Duration::from_millis(10)));
    let mut waiting = Vec::new();
    for number in 1..=10 {
        match put(
            &trail,
            &event_at(&clock(number), "ten", number),
            Delivery::Buffered,
        ) {
            Recorded::Pending(_, receipt) => waiting.push(receipt),
            taken => assert!(matches!(taken, Recorded::Taken(_))),
        }
    }
    let deadline = std::time::Instant::now() + SOON;
    for receipt in waiting {
        assert_eq!(
            receipt.wait(deadline).unwrap_err().kind,
            RecordErrorKind::TimedOut
        );
    }
    gate.open();
    trail.close(SOON).unwrap();
    assert_eq!(numbers(&trail, "ten"), [1, 2, 3, 4]);
    let told: u64 = losses(&trail)
        .iter()
        .map(|loss| loss["count"].as_u64().unwrap())
        .sum();
    assert_eq!(told, 6);
}

#[test]
fn flushing_waits_for_durable_records_though_others_are_dropped_behind_them() {
    let (dir, gate) = (tempfile::tempdir().unwrap(), Gate::default());
    let trail = hanging(dir.path(), &gate, Overflow::DropOldest);
    let _receipts: Vec<Recorded> = (0..3)
        .map(|number| {
            put(
                &trail,
                &event_at(&clock(1), "durable", number),
                Delivery::Durable,
            )
        })
        .collect();
    std::thread::scope(|threads| {
        let flushing = threads.spawn(|| trail.flush(Duration::from_millis(200)));
        // Each drops the one before it.
        while !flushing.is_finished() {
            let dropped = put(
                &trail,
                &event_at(&clock(2), "dropped", 0),
                Delivery::Buffered,
            );
            assert!(matches!(dropped, Recorded::Taken(_)));
        }
        assert!(flushing.join().unwrap().is_err(), "nothing was written");
    });
    gate.open();
    trail.flush(SOON).unwrap();
    assert_eq!(numbers(&trail, "durable"), [0, 1, 2]);
}

#[test]
fn a_checkpoint_that_another_trail_keeps_is_kept_whatever_is_dropped_before_and_behind_it() {
    let (dir, gate) = (tempfile::tempdir().unwrap(), Gate::default());
    let trail = hanging(dir.path(), &gate, Overflow::DropOldest);
    assert_eq!(ten(&trail).len(), 10);
    let mut anchor = TrailAnchor::new("other", trail.clone());
    std::thread::scope(|threads| {
        let putting = threads.spawn(move || anchor.put("a checkpoint"));
        until("that it waits", || trail.stats().queue_records == 5);
        for number in 0..1_000 {
            assert!(buffered(&trail, "dropping", number));
            std::thread::yield_now();
        }
        gate.open();
        putting.join().unwrap().unwrap();
    });
}
