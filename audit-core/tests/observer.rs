//! An observer sees every decision, in order, and can harm neither the call nor another observer.

#![cfg(test)]

mod support;

use std::panic::panic_any;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use audit_core::testing::ManualClock;
use audit_core::{Effect, ObserverStats, Runtime};
use support::{builder, quietly, refund, runtime, warnings_of};

/// Counts how often it is told.
fn counter() -> (
    Arc<AtomicU32>,
    impl Fn(&audit_core::DecisionEvent<'_>) + Send + Sync + 'static,
) {
    let seen = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&seen);
    (seen, move |_event: &audit_core::DecisionEvent<'_>| {
        counted.fetch_add(1, Ordering::SeqCst);
    })
}

fn stats_of(runtime: &Runtime, name: &str) -> ObserverStats {
    let stats = runtime.observer_stats();
    stats.into_iter().find(|stats| stats.name == name).unwrap()
}

#[test]
fn observers_are_told_in_the_order_in_which_they_were_added() {
    let order = Arc::new(Mutex::new(Vec::new()));
    let note = |name: &'static str| {
        let order = Arc::clone(&order);
        move |_: &audit_core::DecisionEvent<'_>| order.lock().unwrap().push(name)
    };
    let runtime = builder()
        .observer("a", note("a"))
        .observer("b", note("b"))
        .build()
        .unwrap();
    runtime.observe("c", note("c"));
    let _ = runtime.evaluate(&refund(1));
    assert_eq!(*order.lock().unwrap(), ["a", "b", "c"]);
}

#[test]
fn a_panic_reaches_neither_the_caller_nor_the_next_observer() {
    let (seen, count) = counter();
    let runtime = builder()
        // A slow call on a busy machine would be a second reason for a warning.
        .slow_observer(Duration::MAX)
        .observer("broken", |_| panic!("no disk"))
        .observer("after", count)
        .build()
        .unwrap();
    let (decision, warnings) = quietly(|| warnings_of(|| runtime.evaluate(&refund(5000))));

    assert_eq!(decision.effect, Effect::Block);
    assert_eq!(
        decision.error, None,
        "an observer is no part of the decision"
    );
    assert_eq!(seen.load(Ordering::SeqCst), 1);
    assert_eq!(stats_of(&runtime, "broken").panics, 1);
    assert_eq!(stats_of(&runtime, "after").panics, 0);
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].contains("observer `broken` panicked"));
    assert!(warnings[0].contains("no disk"));
}

#[test]
fn a_panic_whose_payload_panics_when_dropped_is_contained_too() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic_any(7_u8);
        }
    }
    let runtime = builder()
        .observer("bomb", |_| panic_any(Bomb))
        .observer("number", |_| panic_any(42))
        .build()
        .unwrap();
    assert!(quietly(|| runtime.allow(&refund(1))));
    assert_eq!(stats_of(&runtime, "bomb").panics, 1);
    assert_eq!(stats_of(&runtime, "number").panics, 1);
}

#[test]
fn warnings_about_one_observer_grow_rarer_and_its_counter_does_not() {
    let runtime = builder()
        // Not on a busy machine either: a slow call would be a second reason for a warning.
        .slow_observer(Duration::MAX)
        .observer("broken", |_| panic!("again"))
        .build()
        .unwrap();
    let ((), warnings) = quietly(|| {
        warnings_of(|| {
            for _ in 0..100 {
                let _ = runtime.evaluate(&refund(1));
            }
        })
    });
    assert_eq!(stats_of(&runtime, "broken").panics, 100);
    assert_eq!(
        warnings.len(),
        7,
        "the 1st, 2nd, 4th, 8th, 16th, 32nd, 64th"
    );
}

#[test]
fn a_slow_observer_is_named_and_the_ones_beside_it_are_not() {
    let clock = Arc::new(ManualClock::default());
    let advanced = Arc::clone(&clock);
    let runtime = builder()
        .shared_clock(Arc::clone(&clock) as _)
        .slow_observer(Duration::from_millis(5))
        .observer("before", |_| {})
        .observer("slow", move |_| advanced.advance(Duration::from_millis(5)))
        .observer("after", |_| {})
        .build()
        .unwrap();
    let (decision, warnings) = warnings_of(|| runtime.evaluate(&refund(1)));

    assert_eq!(
        decision.duration,
        Duration::ZERO,
        "an observer's time is not the policy's"
    );
    assert_eq!(stats_of(&runtime, "slow").slow_calls, 1);
    assert_eq!(stats_of(&runtime, "slow").longest, Duration::from_millis(5));
    assert_eq!(stats_of(&runtime, "before").slow_calls, 0);
    assert_eq!(stats_of(&runtime, "after").slow_calls, 0);
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].contains("observer `slow` is slow"));
}

#[test]
fn an_observer_just_under_the_limit_is_not_slow() {
    let clock = Arc::new(ManualClock::default());
    let advanced = Arc::clone(&clock);
    let runtime = builder()
        .shared_clock(Arc::clone(&clock) as _)
        .slow_observer(Duration::from_micros(1))
        .observer("quick", move |_| {
            advanced.advance(Duration::from_nanos(999));
        })
        .build()
        .unwrap();
    let ((), warnings) = warnings_of(|| drop(runtime.evaluate(&refund(1))));
    assert_eq!(stats_of(&runtime, "quick").slow_calls, 0);
    assert!(warnings.is_empty(), "{warnings:?}");
}

#[test]
fn a_removed_observer_is_not_told_again() {
    let (seen, count) = counter();
    let runtime = runtime();
    let id = runtime.observe("short", count);
    let _ = runtime.evaluate(&refund(1));
    assert!(runtime.remove_observer(id));
    let _ = runtime.evaluate(&refund(1));

    assert_eq!(seen.load(Ordering::SeqCst), 1);
    assert!(!runtime.remove_observer(id), "it is gone already");
    assert!(runtime.observer_stats().is_empty());
}

#[test]
fn an_observer_added_by_an_observer_sees_the_next_decision_first() {
    let (seen, count) = counter();
    let count = Mutex::new(Some(count));
    let own: Arc<OnceLock<Runtime>> = Arc::default();
    let reach = Arc::clone(&own);
    let runtime = runtime();
    own.set(runtime.clone()).unwrap();
    let first = runtime.observe("adds", move |_| {
        if let Some(count) = count.lock().unwrap().take() {
            reach.get().unwrap().observe("added", count);
        }
    });
    let _ = runtime.evaluate(&refund(1));
    assert_eq!(seen.load(Ordering::SeqCst), 0);
    let _ = runtime.evaluate(&refund(1));
    assert_eq!(seen.load(Ordering::SeqCst), 1);
    // The observer holds its own runtime.
    assert!(runtime.remove_observer(first));
}

#[test]
fn an_observer_that_asks_for_a_decision_is_not_told_of_that_one() {
    let own: Arc<OnceLock<Runtime>> = Arc::default();
    let reach = Arc::clone(&own);
    let effects = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&effects);
    let runtime = builder()
        .observer("curious", move |event| {
            let asked = reach.get().unwrap().evaluate(&refund(5000));
            noted
                .lock()
                .unwrap()
                .push((event.decision.effect, asked.effect));
        })
        .build()
        .unwrap();
    own.set(runtime.clone()).unwrap();

    assert!(runtime.allow(&refund(1)));
    assert_eq!(*effects.lock().unwrap(), [(Effect::Allow, Effect::Block)]);
    assert_eq!(stats_of(&runtime, "curious").events_reentered, 1);

    assert!(runtime.allow(&refund(1)), "and is told of the next one");
    assert_eq!(effects.lock().unwrap().len(), 2);
}

#[test]
fn an_observer_that_panics_while_it_asks_is_told_of_the_next_decision() {
    let (seen, count) = counter();
    let runtime = builder()
        .observer("broken", |_| panic!("inside"))
        .observer("count", count)
        .build()
        .unwrap();
    quietly(|| {
        let _ = runtime.evaluate(&refund(1));
        let _ = runtime.evaluate(&refund(1));
    });
    assert_eq!(seen.load(Ordering::SeqCst), 2);
    assert_eq!(stats_of(&runtime, "count").events_reentered, 0);
}
