//! The store hangs.

use std::path::Path;
use std::time::Duration;

use audit_core::{
    Delivery, Event, Fact, Fields, InScope, RecordErrorKind, Recorded, Recorder, Refused, Scope,
    Terms, Value, admit, audit,
};
use audit_trail::note::TrailKey;
use audit_trail::{Trail, TrailOptions, TrailState};

use crate::support::{
    Gate, GateStore, SOON, assert_sound, buffered, durable, event, found, losses, numbers, open,
    put, quiet, runtime, until,
};

fn gated(dir: &Path, gate: &Gate, options: TrailOptions) -> Trail {
    let store = GateStore::open(&dir.join("audit.db"), gate);
    let key = TrailKey::from_seed("test", &[7; 32]).unwrap();
    let options = options.checkpoint_every(Duration::MAX);
    let trail = options.open_store(store, key).unwrap();
    // The first checkpoint is due at once: from here on the writer has in hand what the test gives it.
    trail.checkpoint().unwrap();
    trail
}

fn impatient() -> TrailOptions {
    quiet().durable_timeout(Duration::from_millis(20))
}

#[test]
fn a_database_that_somebody_holds_costs_durable_callers_their_time_out_and_nobody_a_record() {
    let dir = tempfile::tempdir().unwrap();
    let trail = quiet()
        .durable_timeout(Duration::from_millis(50))
        .open(dir.path().join("audit.db"))
        .unwrap();
    let other = rusqlite::Connection::open(dir.path().join("audit.db")).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let error = durable(&trail, "durable", 1).unwrap_err();
    assert_eq!(error.kind, RecordErrorKind::TimedOut);
    for number in 0..100 {
        assert!(buffered(&trail, "buffered", number));
        let best = put(&trail, &event("best", number), Delivery::BestEffort);
        assert!(matches!(best, Recorded::Taken(_)));
    }
    other.execute_batch("ROLLBACK").unwrap();
    trail.flush(SOON).unwrap();
    // What timed out was never taken back: it is there as soon as it can be, and once.
    assert_eq!(numbers(&trail, "durable"), [1]);
    assert_eq!(numbers(&trail, "buffered"), (0..100).collect::<Vec<_>>());
    assert_eq!(numbers(&trail, "best"), (0..100).collect::<Vec<_>>());
    assert_eq!(trail.stats().records_lost, 0);
    assert_sound(&trail);
}

#[admit(action = "refund", delivery = "durable")]
async fn refund(order_id: &str, amount: u64) -> Result<(), Refused> {
    let _ = (order_id, amount);
    Ok(())
}

#[test]
fn a_store_that_hangs_does_not_hold_the_one_thread_of_an_executor() {
    let dir = tempfile::tempdir().unwrap();
    let gate = Gate::default();
    let trail = gated(dir.path(), &gate, quiet().durable_timeout(SOON));
    trail.flush(SOON).unwrap();
    gate.hang();
    let scope = Scope::new().runtime(runtime(&trail));
    let executor = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    executor.block_on(async {
        let calls = async {
            let call = |n| async move { refund(&format!("o-{n}"), 1).await };
            let (a, b) = tokio::join!(
                call(1).in_scope(scope.clone()),
                call(2).in_scope(scope.clone())
            );
            a.unwrap();
            b.unwrap();
        };
        // If the executor's thread were held, nobody would open the gate.
        let opens = async {
            tokio::task::yield_now().await;
            gate.wait_until_it_hangs();
            gate.open();
        };
        tokio::join!(calls, opens);
    });
    trail.flush(SOON).unwrap();
    assert_eq!(
        found(&trail, "action:refund outcome:completed kind:decision").len(),
        2
    );
}

#[test]
fn a_store_of_somebody_else_that_hangs_times_durable_out_and_keeps_all_that_was_taken() {
    let dir = tempfile::tempdir().unwrap();
    let gate = Gate::default();
    let trail = gated(dir.path(), &gate, impatient());
    gate.hang();
    assert!(buffered(&trail, "before", 1));
    gate.wait_until_it_hangs();
    assert_eq!(
        durable(&trail, "durable", 1).unwrap_err().kind,
        RecordErrorKind::TimedOut
    );
    assert!(buffered(&trail, "after", 1));
    assert!(trail.flush(Duration::ZERO).is_err());
    gate.open();
    trail.flush(SOON).unwrap();
    for name in ["before", "durable", "after"] {
        assert_eq!(numbers(&trail, name), [1], "{name}");
    }
}

#[test]
fn a_store_that_fails_says_so_at_once_and_the_record_is_written_when_it_can_be() {
    let dir = tempfile::tempdir().unwrap();
    let gate = Gate::default();
    let trail = gated(dir.path(), &gate, quiet().durable_timeout(SOON));
    for break_it in [Gate::fail, Gate::panic] {
        break_it(&gate);
        assert_eq!(
            durable(&trail, "durable", 1).unwrap_err().kind,
            RecordErrorKind::Failed
        );
        assert!(matches!(trail.stats().state, TrailState::Failing(_)));
        gate.open();
        trail.flush(SOON).unwrap();
        assert_eq!(trail.stats().state, TrailState::Writing);
    }
    assert_eq!(numbers(&trail, "durable"), [1, 1]);
    assert_sound(&trail);
}

#[test]
fn a_store_that_panics_in_what_somebody_asked_for_does_not_end_the_writer() {
    let dir = tempfile::tempdir().unwrap();
    let gate = Gate::default();
    let trail = gated(dir.path(), &gate, quiet().durable_timeout(SOON));
    trail.flush(SOON).unwrap();
    gate.panic();
    let other = TrailKey::generate("test").unwrap();
    trail.rotate_key(other).unwrap_err();
    gate.open();
    durable(&trail, "after", 1)
        .or_else(|_| durable(&trail, "after", 1))
        .unwrap();
    trail.close(SOON).unwrap();
}

#[audit(action = "refund", delivery = "durable")]
fn refund_in_shadow(order_id: &str, amount: u64) {
    let _ = (order_id, amount);
}

/// A record that is nearly as large as one can be.
fn large(name: &'static str) -> Event<'static> {
    let mut event = event(name, 0);
    let text = "x".repeat(65_000);
    event.data = Some(Value::from(Fields::new().with("text", text)));
    event
}

#[test]
fn memory_is_bounded_however_long_the_store_hangs() {
    const MIB: usize = 1024 * 1024;
    let dir = tempfile::tempdir().unwrap();
    let gate = Gate::default();
    let options = quiet()
        .durable_timeout(Duration::ZERO)
        .close_timeout(Duration::ZERO)
        .queue_bytes(MIB)
        .overflow(audit_trail::Overflow::Wait(SOON));
    let trail = gated(dir.path(), &gate, options);
    gate.hang();
    assert!(buffered(&trail, "first", 0));
    gate.wait_until_it_hangs();
    let (mut attempted, mut waiting) = (0, Vec::new());
    let mut keep = |event: &Event<'static>, delivery, must_keep| {
        let mut terms = Terms::default();
        (terms.delivery, terms.must_keep) = (Some(delivery), must_keep);
        attempted += 1;
        if let Recorded::Pending(_, receipt) = trail.record(&Fact::Other(event), &terms) {
            waiting.push(receipt);
        }
        trail.stats().queue_bytes
    };
    let (best, more) = (large("best"), large("more"));
    let (begun, end) = (large("begun"), large("end"));
    let (mut before, mut took) = (0, Vec::new());
    for (event, delivery, must_keep, times) in [
        (&best, Delivery::BestEffort, false, 20),
        (&more, Delivery::Buffered, false, 60),
        (&begun, Delivery::Durable, false, 40),
        // What ends durable calls finds room though all else is full.
        (&end, Delivery::Durable, true, 50),
    ] {
        let bytes = (0..times).map(|_| keep(event, delivery, must_keep)).max();
        took.push(bytes.unwrap() - before);
        before = bytes.unwrap();
    }
    let [best, more, begun, ends] = took[..] else {
        panic!("{took:?}")
    };
    // Half of the room; the other half, and what tasks wait with; as much again.
    for (bytes, most) in [(best, MIB / 2), (more, MIB / 2 + MIB), (begun, MIB)] {
        assert!((most - 2 * 65_535..=most).contains(&bytes), "{took:?}");
    }
    assert!(ends >= 50 * 65_000, "{took:?}");
    let stats = trail.stats();
    assert_eq!(
        stats.records_lost + stats.queue_records as u64,
        attempted,
        "each waits or is counted"
    );
    // It is closed without waiting for a store that works.
    gate.fail();
}

#[test]
fn records_that_wait_are_bounded_in_number_however_small_they_are() {
    let dir = tempfile::tempdir().unwrap();
    let gate = Gate::default();
    let options = quiet().durable_timeout(Duration::ZERO).queue_records(100);
    let trail = gated(dir.path(), &gate, options);
    gate.hang();
    assert!(buffered(&trail, "first", 0));
    gate.wait_until_it_hangs();
    Scope::new().runtime(runtime(&trail)).run(|| {
        for call in 0..200 {
            refund_in_shadow("o", call);
        }
    });
    for number in 0..500 {
        let _lost = buffered(&trail, "more", number);
        let _lost = put(&trail, &event("best", number), Delivery::BestEffort);
    }
    let stats = trail.stats();
    // Buffered, durable, and the ends of calls whose decisions nobody knows to be on disk.
    assert_eq!(stats.queue_records, 3 * 100, "{stats:?}");
    let (lost, waiting) = (stats.records_lost, stats.queue_records as u64);
    assert_eq!(
        lost + waiting,
        2 * 200 + 2 * 500,
        "each waits or is counted"
    );
    gate.open();
    trail.flush(SOON).unwrap();
    let told: u64 = losses(&trail)
        .iter()
        .map(|loss| loss["count"].as_u64().unwrap())
        .sum();
    assert_eq!(told, lost);
}

#[test]
fn the_longest_durations_there_are_stand_for_ever_and_break_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let trail = quiet()
        .durable_timeout(Duration::MAX)
        .checkpoint_every(Duration::MAX)
        .close_timeout(Duration::MAX)
        .anchor_every(Duration::MAX)
        .anchor(audit_trail::anchor::FileAnchor::new(
            dir.path().join("anchor"),
        ))
        .overflow(audit_trail::Overflow::Wait(Duration::MAX))
        .open(dir.path().join("audit.db"))
        .unwrap();
    durable(&trail, "kept", 1).unwrap();
    trail.checkpoint().unwrap();
    durable(&trail, "kept", 2).unwrap();
    trail.flush(Duration::MAX).unwrap();
    let policy = audit_trail::retention::RetentionPolicy::default();
    let sweep = trail.sweep(policy, Duration::MAX).unwrap();
    until("a sweep", || sweep.stats().sweeps_completed == 1);
    sweep.stop();
    drop(trail);
    assert_eq!(numbers(&open(dir.path()), "kept"), [1, 2]);
}

#[test]
fn columns_that_take_long_to_draw_do_not_hold_up_closing() {
    let dir = tempfile::tempdir().unwrap();
    let gate = Gate::default();
    let trail = gated(dir.path(), &gate, quiet());
    gate.hang();
    for number in 0..5_000 {
        assert!(buffered(&trail, "much", number));
    }
    gate.wait_until_it_hangs();
    std::thread::scope(|threads| {
        let closing = threads.spawn(|| trail.close(SOON));
        until("closing", || !buffered(&trail, "late", 0));
        // The writer takes all that waits as one large batch, whose columns are left for later.
        gate.hang_in_drawing();
        closing.join().unwrap().unwrap();
    });
    gate.open();
    drop(trail);
    let trail = gated(dir.path(), &gate, quiet());
    assert_eq!(numbers(&trail, "much"), (0..5_000).collect::<Vec<_>>());
}
