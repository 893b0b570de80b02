//! What `testing` promises: each capture sees its own decisions, and time stands still.

#![cfg(test)]

mod support;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use audit_core::testing::{CountingIds, ManualClock, capture, capture_async};
use audit_core::{Action, Effect, Event, InScope, Scope, Value};
use support::{builder, quietly, refund, runtime};

const MANY: i64 = 64;

/// The numbers of the orders that the events tell of.
fn orders(events: &[Event<'_>]) -> Vec<i64> {
    let order = |event: &Event<'_>| match event.action.as_ref().unwrap().fields().get("order") {
        Some(Value::Int(number)) => *number,
        other => panic!("{other:?}"),
    };
    events.iter().map(order).collect()
}

fn order(number: i64) -> Action<'static> {
    Action::new("refund").with("order", number)
}

#[test]
fn sixty_four_captures_on_threads_each_see_only_their_own_decisions() {
    let runtime = runtime();
    let start = Arc::new(Barrier::new(64));
    let captures: Vec<_> = (0..MANY)
        .map(|number| {
            let (runtime, start) = (runtime.clone(), Arc::clone(&start));
            thread::spawn(move || {
                start.wait();
                capture(|| {
                    for _ in 0..10 {
                        let _ = runtime.evaluate(&order(number));
                        thread::yield_now();
                    }
                })
            })
        })
        .collect();
    for (thread, number) in captures.into_iter().zip(0..) {
        assert_eq!(orders(&thread.join().unwrap().events), [number; 10]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_captures_in_tasks_each_see_only_their_own_decisions() {
    let runtime = runtime();
    let start = Arc::new(tokio::sync::Barrier::new(64));
    let captures: Vec<_> = (0..MANY)
        .map(|number| {
            let (runtime, start) = (runtime.clone(), Arc::clone(&start));
            tokio::spawn(async move {
                start.wait().await;
                capture_async(async {
                    for _ in 0..10 {
                        let action = order(number);
                        let _ = runtime.evaluate_async(&action).await;
                        tokio::task::yield_now().await;
                    }
                })
                .await
            })
        })
        .collect();
    for (task, number) in captures.into_iter().zip(0..) {
        assert_eq!(orders(&task.await.unwrap().events), [number; 10]);
    }
}

#[test]
fn a_capture_sees_a_thread_that_its_scope_is_carried_to_and_no_other() {
    let runtime = runtime();
    let captured = capture(|| {
        let carried = Scope::current();
        let (here, there) = (runtime.clone(), runtime.clone());
        thread::scope(|threads| {
            threads.spawn(move || carried.run(|| drop(here.evaluate(&order(1)))));
            threads.spawn(move || drop(there.evaluate(&order(2))));
        });
    });
    assert_eq!(orders(&captured.events), [1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_capture_sees_a_task_that_is_bound_and_no_other() {
    let runtime = runtime();
    let captured = capture_async(async {
        let (here, there) = (runtime.clone(), runtime.clone());
        let bound = async move { drop(here.evaluate(&order(1))) }.in_scope(Scope::current());
        tokio::spawn(bound).await.unwrap();
        tokio::spawn(async move { drop(there.evaluate(&order(2))) })
            .await
            .unwrap();
    })
    .await;
    assert_eq!(orders(&captured.events), [1]);
}

#[test]
fn an_outer_capture_sees_what_an_inner_one_sees() {
    let runtime = runtime();
    let outer = capture(|| {
        let _ = runtime.evaluate(&order(1));
        let inner = capture(|| runtime.evaluate(&order(2)));
        let _ = runtime.evaluate(&order(3));
        orders(&inner.events)
    });
    assert_eq!(outer.value, [2]);
    assert_eq!(orders(&outer.events), [1, 2, 3]);
}

#[test]
fn a_scope_carried_back_into_its_own_capture_tells_of_each_decision_once() {
    let runtime = runtime();
    let captured = capture(|| Scope::current().run(|| runtime.evaluate(&order(1))));
    assert_eq!(orders(&captured.events), [1]);
}

#[test]
fn a_capture_whose_code_panics_leaves_nothing_behind() {
    let runtime = runtime();
    let panicked = quietly(|| catch_unwind(AssertUnwindSafe(|| capture(|| panic!("red test")))));
    assert!(panicked.is_err());
    let captured = capture(|| runtime.evaluate(&order(7)));
    assert_eq!(orders(&captured.events), [7]);
}

#[test]
fn a_capture_sees_every_runtime_and_keeps_the_decisions_apart_by_action() {
    let (first, second) = (runtime(), runtime());
    let captured = capture(|| {
        let _ = first.evaluate(&refund(5000));
        let _ = second.evaluate(&Action::new("transfer"));
        let _ = second.evaluate(&refund(1));
    });
    assert_eq!(captured.effects("refund"), [Effect::Block, Effect::Allow]);
    assert_eq!(captured.effects("transfer"), [Effect::Allow]);
    assert_eq!(captured.effects("refun"), []);
    assert_eq!(captured.decisions().count(), 3);
}

#[test]
fn a_captured_event_keeps_the_values_of_the_moment_of_the_call() {
    let runtime = runtime();
    let mut name = String::from("EUR");
    let captured = capture(|| {
        let _ = runtime.evaluate(&Action::new("refund").with("currency", name.as_str()));
    });
    name.replace_range(.., "XXX");
    let fields = captured.events[0].action.as_ref().unwrap().fields();
    assert_eq!(fields.get("currency").and_then(Value::as_str), Some("EUR"));
}

#[test]
fn explaining_is_not_deciding_so_nothing_is_captured() {
    let runtime = runtime();
    assert!(capture(|| runtime.explain(&refund(1))).events.is_empty());
}

#[test]
fn the_manual_clock_moves_only_when_told_and_identifiers_count() {
    let clock = Arc::new(ManualClock::new("2026-11-23T08:00:00Z".parse().unwrap()));
    let runtime = builder()
        .shared_clock(Arc::clone(&clock) as _)
        .ids(CountingIds::default())
        .build()
        .unwrap();
    let captured = capture(|| {
        let _ = runtime.evaluate(&refund(1));
        clock.advance(Duration::from_millis(1500));
        let _ = runtime.evaluate(&refund(1));
        clock.set_wall("1999-12-31T23:59:59Z".parse().unwrap());
        let _ = runtime.evaluate(&refund(1));
    });
    let times: Vec<_> = captured
        .events
        .iter()
        .map(|event| event.time.to_string())
        .collect();
    assert_eq!(
        times,
        [
            "2026-11-23T08:00:00.000000000Z",
            "2026-11-23T08:00:01.500000000Z",
            "1999-12-31T23:59:59.000000000Z",
        ]
    );
    let last = captured.events[2].id.to_string();
    assert_eq!(last, "00000000-0000-7000-8000-000000000003");
    assert!(
        captured
            .decisions()
            .all(|decision| decision.duration.is_zero())
    );
}
