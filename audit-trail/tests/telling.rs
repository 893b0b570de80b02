//! What a trail records of itself reaches the sinks too: who watches for losses and readers need not read the trail for it.

#![cfg(test)]

mod support;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::Duration;

use audit_core::sink::{CallbackSink, MemorySink};
use audit_core::{Delivery, EventKind, Pattern, Recorded, register_sink, unregister_sink};
use audit_trail::note::TrailKey;
use audit_trail::retention::{RetentionPolicy, RetentionRule};
use audit_trail::{Overflow, Trail};

use support::{Gate, GateStore, SOON, durable, event, found, json, put};

/// Sinks of the process get what every trail tells: one test at a time.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn sinks_get_what_the_trail_records_of_itself_once_and_as_it_stands_there() {
    let _alone = alone();
    let (dir, gate, sink) = (
        tempfile::tempdir().unwrap(),
        Gate::default(),
        Arc::new(MemorySink::new()),
    );
    register_sink(sink.clone()).unwrap();
    let path = dir.path().join("audit.db");
    let store = GateStore::open(&path, &gate);
    let options = Trail::options()
        .queue_records(4)
        .overflow(Overflow::DropNewest)
        .checkpoint_every(Duration::MAX);
    let trail = options
        .open_store(store, TrailKey::generate("test").unwrap())
        .unwrap();
    durable(&trail, "old", 0).unwrap();
    // Six of ten find no room while the writer hangs with one in hand.
    trail.checkpoint().unwrap();
    gate.hang();
    let put = |number| put(&trail, &event("load", number), Delivery::Buffered);
    assert!(matches!(put(0), Recorded::Taken(_)));
    gate.wait_until_it_hangs();
    let taken = (1..=10).filter(|number| matches!(put(*number), Recorded::Taken(_)));
    assert_eq!(taken.count(), 4);
    gate.open();
    trail.flush(SOON).unwrap();
    assert_eq!(found(&trail, "name:load").len(), 5);
    let next = TrailKey::generate("next").unwrap();
    trail.rotate_key(next.clone()).unwrap();
    let rule = RetentionRule::keep(Pattern::new("old").unwrap()).for_at_most(Duration::ZERO);
    let policy = RetentionPolicy::new([rule]);
    let later = "2100-01-01T00:00:00Z".parse().unwrap();
    let plan = trail.plan_retention(&policy, later).unwrap();
    assert_eq!(trail.prune(&plan).unwrap().records, 1);
    trail.close(SOON).unwrap();
    unregister_sink(&sink);

    let told = sink.events();
    let names = told
        .iter()
        .map(|event| (event.kind, event.name.to_string()));
    let names: BTreeSet<String> = names.map(|(kind, name)| format!("{kind} {name}")).collect();
    let expected = [
        "access trail.prune",
        "access trail.query",
        "lifecycle trail.closed",
        "lifecycle trail.key_changed",
        "lifecycle trail.opened",
        "loss loss",
        "retention retention",
    ];
    assert!(names.iter().eq(expected), "{names:?}");
    let again = support::quiet().key(next).open(&path).unwrap();
    let records = found(&again, "kind:access,lifecycle,loss,retention");
    let records = records.iter().map(json);
    let of_trail: Vec<String> = records
        .filter(|record| record["name"] != "trail.opened")
        .map(|record| record["id"].as_str().unwrap().to_owned())
        .collect();
    let mut of_sink: Vec<String> = told
        .iter()
        .filter(|event| event.name != *"trail.opened")
        .map(|event| event.id.to_string())
        .collect();
    assert_eq!(of_sink.len(), of_trail.len(), "each once");
    of_sink.sort_by_key(|id| of_trail.iter().position(|known| known == id));
    assert_eq!(of_sink, of_trail);
}

#[test]
fn a_sink_that_is_told_of_a_loss_may_ask_the_trail_for_a_durable_record() {
    let _alone = alone();
    let (dir, gate) = (tempfile::tempdir().unwrap(), Gate::default());
    let store = GateStore::open(&dir.path().join("audit.db"), &gate);
    let options = support::quiet()
        .queue_records(4)
        .overflow(Overflow::DropNewest);
    let options = options.checkpoint_every(Duration::MAX);
    let key = TrailKey::generate("test").unwrap();
    let trail = options.open_store(store, key).unwrap();
    let (answer, answered) = mpsc::channel();
    let asked = trail.clone();
    let asking = Arc::new(CallbackSink::new(move |emission| {
        if emission.kind() == EventKind::Loss {
            let _gone = answer.send(durable(&asked, "noticed", 1).is_ok());
        }
        Ok(())
    }));
    register_sink(asking.clone()).unwrap();
    trail.checkpoint().unwrap();
    gate.hang();
    for number in 0..10 {
        let _taken_or_lost = put(&trail, &event("load", number), Delivery::Buffered);
        if number == 0 {
            gate.wait_until_it_hangs();
        }
    }
    gate.open();
    trail.flush(SOON).unwrap();
    assert_eq!(answered.recv_timeout(SOON), Ok(true));
    unregister_sink(&asking);
    trail.close(SOON).unwrap();
}

#[test]
fn what_a_sink_that_hangs_makes_the_trail_leave_untold_is_counted_and_warned_of() {
    let _alone = alone();
    support::catch_warnings();
    let dir = tempfile::tempdir().unwrap();
    let options = support::quiet()
        .queue_records(1)
        .overflow(Overflow::DropNewest);
    let trail = options.open(dir.path().join("audit.db")).unwrap();
    let (let_go, hangs) = mpsc::channel::<()>();
    let (hangs, told) = (Mutex::new(hangs), Arc::new(AtomicU64::new(0)));
    let counted = Arc::clone(&told);
    let hanging = Arc::new(CallbackSink::new(move |emission| {
        if matches!(emission.kind(), EventKind::Loss | EventKind::Lifecycle) {
            let _let_go = hangs.lock().unwrap().recv();
            counted.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }));
    register_sink(hanging.clone()).unwrap();
    // One loss after the other, some more than may wait.
    for _ in 0..1_050 {
        support::until_at_once("that there is no room", || {
            !support::buffered(&trail, "load", 0)
        });
        trail.flush(SOON).unwrap();
    }
    drop(let_go);
    trail.close(SOON).unwrap();
    unregister_sink(&hanging);
    let (untold, told) = (trail.stats().notices_untold, told.load(Ordering::Relaxed));
    let made = support::losses(&trail).len() + found(&trail, "name:trail.closed").len();
    assert!(told > 1024, "{told}");
    assert_eq!(untold + told, made as u64, "each is told or counted");
    let warnings = support::warnings_about("too many wait").len();
    assert_eq!(warnings, untold.ilog2() as usize + 1, "{untold}");
}
