//! A queued observer never makes a caller wait, and says what it has not seen.

#![cfg(test)]

mod support;

use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

use audit_core::{Action, Event, Runtime, Value};
use support::{quietly, refund, runtime, warnings_of};

/// A queued observer that begins an event when it is let through the gate, and the amounts that it saw.
struct Gated {
    runtime: Runtime,
    /// Says when an event has left the queue.
    begun: Receiver<()>,
    gate: Sender<()>,
    seen: Receiver<i64>,
}

fn amount_of(event: &Event<'_>) -> i64 {
    match event.action.as_ref().unwrap().fields().get("amount") {
        Some(Value::Int(amount)) => *amount,
        other => panic!("{other:?}"),
    }
}

fn gated(capacity: usize) -> (Gated, audit_core::ObserverId) {
    let (begin, begun) = mpsc::channel();
    let (gate, wait) = mpsc::channel::<()>();
    let (tell, seen) = mpsc::channel();
    let runtime = runtime();
    let id = runtime
        .observe_queued("gated", capacity, move |event| {
            begin.send(()).ok();
            // A closed gate stands open.
            wait.recv().ok();
            tell.send(amount_of(event)).ok();
        })
        .unwrap();
    let gated = Gated {
        runtime,
        begun,
        gate,
        seen,
    };
    (gated, id)
}

impl Gated {
    /// Makes a decision that the worker takes out of the queue and then holds.
    fn occupy(&self, amount: i64) {
        let _ = self.runtime.evaluate(&refund(amount));
        self.begun.recv().unwrap();
    }
}

#[test]
fn an_event_that_finds_the_queue_full_is_counted_and_the_caller_does_not_wait() {
    let (gated, _) = gated(2);
    gated.occupy(1);
    // The worker is held, so a caller that waited would wait for ever.
    let ((), warnings) = warnings_of(|| {
        for amount in 2..=6 {
            assert!(gated.runtime.allow(&refund(amount)));
        }
    });
    assert_eq!(gated.runtime.observer_stats()[0].events_dropped, 3);
    assert!(
        warnings[0].contains("observer `gated` is full"),
        "{warnings:?}"
    );

    drop(gated.gate);
    gated.runtime.flush(Duration::MAX).unwrap();
    assert_eq!(gated.seen.try_iter().collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn flush_names_the_observer_that_was_not_done_and_then_waits_for_all_that_was_accepted() {
    let (gated, _) = gated(8);
    gated.occupy(1);
    for amount in 2..=5 {
        let _ = gated.runtime.evaluate(&refund(amount));
    }
    let error = gated.runtime.flush(Duration::ZERO).unwrap_err();
    assert_eq!(error.observers, ["gated"]);
    assert_eq!(
        error.to_string(),
        "not everything was seen or kept in time by observer `gated`"
    );

    drop(gated.gate);
    gated.runtime.flush(Duration::MAX).unwrap();
    assert_eq!(gated.seen.try_iter().count(), 5);
}

#[test]
fn flush_without_queues_or_events_ends_at_once() {
    runtime().flush(Duration::ZERO).unwrap();
    let (gated, _) = gated(1);
    gated.runtime.flush(Duration::MAX).unwrap();
}

#[test]
fn what_is_in_the_queue_when_the_runtime_goes_is_still_seen() {
    let (gated, _) = gated(8);
    gated.occupy(1);
    let _ = gated.runtime.evaluate(&refund(2));
    let _ = gated.runtime.evaluate(&refund(3));
    drop(gated.runtime);
    drop(gated.gate);
    // The list ends, so the worker has ended and given back what it held.
    assert_eq!(gated.seen.iter().collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn a_removed_observer_still_sees_its_queue_and_nothing_after() {
    let (gated, id) = gated(8);
    gated.occupy(1);
    let _ = gated.runtime.evaluate(&refund(2));
    assert!(gated.runtime.remove_observer(id));
    let _ = gated.runtime.evaluate(&refund(3));
    drop(gated.gate);
    assert_eq!(gated.seen.iter().collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn removing_an_observer_ends_its_worker_although_this_thread_remembers_the_list() {
    let (gated, id) = gated(8);
    gated.occupy(1);
    assert!(gated.runtime.remove_observer(id));
    drop(gated.gate);
    assert_eq!(gated.seen.recv(), Ok(1));
    // An end of the list comes from the worker's own end; the limit only keeps a failure from hanging.
    let end = gated.seen.recv_timeout(Duration::from_mins(1));
    assert_eq!(end, Err(mpsc::RecvTimeoutError::Disconnected));
}

#[test]
fn a_panic_in_the_worker_is_counted_and_the_next_event_is_seen() {
    let (tell, seen) = mpsc::channel();
    let runtime = runtime();
    runtime
        .observe_queued("broken", 8, move |event| {
            quietly(|| {
                assert_ne!(amount_of(event), 1, "no disk");
                tell.send(amount_of(event)).ok();
            });
        })
        .unwrap();
    let _ = runtime.evaluate(&refund(1));
    let _ = runtime.evaluate(&refund(2));
    runtime.flush(Duration::MAX).unwrap();
    assert_eq!(seen.try_iter().collect::<Vec<_>>(), [2]);
    assert_eq!(runtime.observer_stats()[0].panics, 1);
}

#[test]
fn a_queued_event_keeps_the_values_of_the_moment_of_the_call() {
    let (gate, wait) = mpsc::channel::<()>();
    let (tell, seen) = mpsc::channel();
    let runtime = runtime();
    runtime
        .observe_queued("late", 8, move |event| {
            wait.recv().ok();
            tell.send(event.clone()).ok();
        })
        .unwrap();
    let mut order = String::from("order-1");
    let mut action = Action::new("refund").with("amount", 1);
    {
        let borrowed = Action::new("refund")
            .with("order_id", order.as_str())
            .with("amount", 1);
        let _ = runtime.evaluate(&borrowed);
        let _ = runtime.evaluate(&action);
    }
    order.replace_range(.., "ORDER-X");
    action = action.with("amount", 999_999);
    drop(gate);

    runtime.flush(Duration::MAX).unwrap();
    let events: Vec<_> = seen.try_iter().collect();
    let kept = events[0].action.as_ref().unwrap().fields();
    assert_eq!(
        kept.get("order_id").and_then(Value::as_str),
        Some("order-1")
    );
    assert_eq!(amount_of(&events[1]), 1);
    assert_eq!((order.as_str(), action.fields().len()), ("ORDER-X", 1));
}

#[test]
fn a_capacity_of_zero_still_takes_one_event() {
    let (gated, _) = gated(0);
    gated.occupy(1);
    let _ = gated.runtime.evaluate(&refund(2));
    let _ = gated.runtime.evaluate(&refund(3));
    drop(gated.gate);
    gated.runtime.flush(Duration::MAX).unwrap();
    assert_eq!(gated.seen.try_iter().collect::<Vec<_>>(), [1, 2]);
    assert_eq!(gated.runtime.observer_stats()[0].events_dropped, 1);
}
