//! Many tests of a service in one process: each sees its own calls and no other's.

use std::sync::{Arc, Barrier};

use audit_core::testing::{Captured, capture, capture_async};
use audit_core::{Effect, InScope as _, Refused, Runtime, Scope, Status, admit, audit};

use crate::support::{policy_with_limit, runtime};
use crate::world::{World, block_on, once};

#[admit(action = "refund")]
fn refund(amount: u32) -> Result<u32, Refused> {
    Ok(amount)
}

#[admit(action = "refund")]
async fn refund_later(amount: u32) -> Result<u32, Refused> {
    once().await;
    Ok(amount)
}

#[audit(action = "transfer", fields(amount))]
async fn transfer(amount: u32) -> u32 {
    once().await;
    amount
}

const TESTS: u32 = 64;
const ROUNDS: u32 = 20;

/// One test: refunds up to its number are allowed by its own policy, one more is not.
fn one_test(number: u32, start: &Barrier) {
    let world = World::new();
    world.runtime.reload(policy_with_limit(number));
    start.wait();
    for _ in 0..ROUNDS {
        let captured = world.run(|| {
            capture(|| {
                assert_eq!(refund(number).unwrap(), number);
                let refused = refund(number + 1).unwrap_err();
                assert_eq!(refused.rule(), Some(format!("above_{number}").as_str()));
            })
        });
        check(&captured, number, &[Status::Completed, Status::Refused]);
        let captured = block_on(
            capture_async(async {
                assert!(refund_later(number).await.is_ok());
                assert!(refund_later(number + 1).await.is_err());
                transfer(number).await;
            })
            .in_scope(&world.runtime),
        );
        let ended = [Status::Completed, Status::Refused, Status::Completed];
        check(&captured, number, &ended);
        std::thread::yield_now();
    }
    let events = world.events();
    assert_eq!(
        events.len(),
        ROUNDS as usize * 10,
        "its observer is told the same"
    );
    let versions = events.iter().filter_map(|event| event.decision.as_ref());
    assert!(
        versions
            .map(|decision| decision.policy.version)
            .all(|version| version == number)
    );
}

fn check<R>(captured: &Captured<R>, number: u32, ended: &[Status]) {
    let statuses: Vec<_> = captured.outcomes().map(|outcome| outcome.status).collect();
    assert_eq!(statuses, ended);
    assert_eq!(captured.decisions().count(), ended.len());
    assert_eq!(captured.effects("refund"), [Effect::Allow, Effect::Block]);
    for event in &captured.events {
        let Some(action) = &event.action else {
            continue;
        };
        let amount = action.fields().get("amount").unwrap();
        assert!(*amount == number.into() || *amount == (number + 1).into());
    }
}

#[test]
fn sixty_four_tests_at_once_each_see_their_own_decisions_and_outcomes() {
    let start = Barrier::new(TESTS as usize);
    std::thread::scope(|threads| {
        for number in 0..TESTS {
            let start = &start;
            threads.spawn(move || one_test(number * 10, start));
        }
    });
}

#[test]
fn sixty_four_tasks_that_take_turns_on_few_threads_each_see_their_own() {
    let pool = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .unwrap();
    let task = |number: u32| async move {
        let runtime = runtime();
        runtime.reload(policy_with_limit(number));
        let work = capture_async(async move {
            for _ in 0..ROUNDS {
                tokio::task::yield_now().await;
                assert!(turns(number).await.is_ok());
                assert!(turns(number + 1).await.is_err());
            }
        });
        let captured = work.in_scope(&runtime).await;
        assert_eq!(captured.decisions().count(), 2 * ROUNDS as usize);
        assert_eq!(captured.outcomes().count(), 2 * ROUNDS as usize);
    };
    let tasks: Vec<_> = (0..TESTS)
        .map(|number| pool.spawn(task(number * 10)))
        .collect();
    for done in tasks {
        pool.block_on(done).unwrap();
    }
}

#[admit(action = "refund")]
async fn turns(amount: u32) -> Result<u32, Refused> {
    tokio::task::yield_now().await;
    Ok(amount)
}

#[test]
fn a_capture_sees_what_is_spawned_when_it_is_bound_and_nothing_else() {
    let runtime: Arc<Runtime> = Arc::new(runtime());
    let captured = runtime.scope(|| {
        capture(|| {
            let here = Scope::current();
            std::thread::scope(|threads| {
                threads.spawn(|| here.run(|| refund(1).unwrap()));
                threads.spawn(|| runtime.scope(|| refund(5000).unwrap_err()));
            });
        })
    });
    assert_eq!(captured.effects("refund"), [Effect::Allow]);
    assert_eq!(captured.outcomes().count(), 1);
}
