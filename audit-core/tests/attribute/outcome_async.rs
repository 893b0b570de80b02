//! How a call of a function that is awaited is said to have ended.

use std::time::Duration;

use audit_core::testing::ManualClock;
use audit_core::{EventKind, InScope, Refused, Status, Value, admit, audit};

use crate::world::{World, caught, once, poll};

#[audit(action = "refund", ret, err)]
async fn waits_twice(amount: u64) -> Result<u64, String> {
    once().await;
    once().await;
    if amount == 13 {
        return Err("unlucky".to_owned());
    }
    Ok(amount)
}

#[admit(action = "refund")]
async fn admitted(amount: u64) -> Result<u64, Refused> {
    once().await;
    Ok(amount)
}

#[audit(action = "refund")]
async fn panics(late: bool) {
    if late {
        once().await;
    }
    panic!("inside a poll");
}

#[test]
fn an_awaited_function_is_completed_or_failed_once() {
    let world = World::new();
    assert_eq!(world.block_on(waits_twice(1)), Ok(1));
    assert_eq!(world.block_on(waits_twice(13)), Err("unlucky".to_owned()));
    let outcomes = world.outcomes();
    assert_eq!(outcomes.len(), 2);
    assert_eq!(outcomes[0].status, Status::Completed);
    assert_eq!(outcomes[0].value, Some(Value::from(1_u64)));
    assert_eq!(outcomes[1].status, Status::Failed);
    assert_eq!(outcomes[1].error.as_deref(), Some("unlucky"));
}

#[test]
fn a_panic_inside_a_poll_goes_on_and_is_panicked_once() {
    for late in [false, true] {
        let world = World::new();
        let mut future = Box::pin(panics(late).in_scope(&world.runtime));
        let caught = caught(|| while poll(future.as_mut()).is_pending() {});
        assert_eq!(caught.unwrap_err().downcast_ref(), Some(&"inside a poll"));
        drop(future);
        assert_eq!(world.statuses(), [Status::Panicked]);
    }
}

#[test]
fn a_future_dropped_at_any_await_is_cancelled_once() {
    for polls in [1, 2] {
        let world = World::new();
        let mut future = Box::pin(waits_twice(1).in_scope(&world.runtime));
        for _ in 0..polls {
            assert!(poll(future.as_mut()).is_pending());
        }
        assert_eq!(world.events().len(), 1, "the decision");
        drop(future);
        assert_eq!(world.statuses(), [Status::Cancelled]);
    }
}

#[test]
fn a_future_dropped_before_its_first_poll_leaves_nothing() {
    let world = World::new();
    world.run(|| {
        drop(waits_twice(1));
        drop(admitted(5000));
    });
    assert!(world.events().is_empty());
}

#[test]
fn a_future_that_is_done_is_not_cancelled_when_it_is_dropped() {
    let world = World::new();
    let mut future = Box::pin(admitted(1).in_scope(&world.runtime));
    while poll(future.as_mut()).is_pending() {}
    drop(future);
    assert_eq!(world.statuses(), [Status::Completed]);
}

#[test]
fn an_awaited_function_is_refused_before_its_first_instruction() {
    #[admit(action = "refund", fields(amount))]
    async fn touches(amount: u64, touched: &mut bool) -> Result<(), Refused> {
        *touched = amount > 0;
        Ok(())
    }
    let (world, mut touched) = (World::new(), false);
    assert!(world.block_on(touches(5000, &mut touched)).is_err());
    assert!(!touched);
    assert_eq!(world.statuses(), [Status::Refused]);
}

#[audit]
async fn takes_time(clock: &ManualClock) {
    clock.advance(Duration::from_nanos(5));
    once().await;
    clock.advance(Duration::from_nanos(6));
}

#[test]
fn the_duration_spans_all_polls_and_the_waits_between_them() {
    let world = World::new();
    let mut future = Box::pin(takes_time(&world.clock).in_scope(&world.runtime));
    assert!(poll(future.as_mut()).is_pending());
    world.clock.advance(Duration::from_nanos(100));
    assert!(poll(future.as_mut()).is_ready());
    assert_eq!(world.outcomes()[0].duration, Duration::from_nanos(111));
}

#[test]
fn decision_and_outcome_of_an_awaited_call_are_linked() {
    let world = World::new();
    assert!(world.block_on(admitted(1)).is_ok());
    let events = world.events();
    assert_eq!(
        [events[0].kind, events[1].kind],
        [EventKind::Decision, EventKind::Outcome]
    );
    assert_eq!(events[1].call, Some(events[0].id));
}

#[audit(action = "refund")]
fn recursive(amount: u64) -> u64 {
    if amount == 0 {
        0
    } else {
        1 + recursive(amount - 1)
    }
}

#[audit(action = "refund")]
async fn recursive_async(amount: u64) -> u64 {
    once().await;
    if amount == 0 {
        return 0;
    }
    1 + Box::pin(recursive_async(amount - 1)).await
}

#[test]
fn every_level_of_a_recursion_is_a_call_and_ends_from_the_inside_out() {
    let world = World::new();
    assert_eq!(world.run(|| recursive(40)), 40);
    assert_eq!(world.block_on(recursive_async(40)), 40);
    let events = world.events();
    assert_eq!(events.len(), 2 * 2 * 41);
    for half in events.chunks(2 * 41) {
        let (decisions, outcomes) = half.split_at(41);
        let began: Vec<_> = decisions.iter().rev().map(|event| Some(event.id)).collect();
        let ended: Vec<_> = outcomes.iter().map(|event| event.call).collect();
        assert_eq!(began, ended);
    }
}
