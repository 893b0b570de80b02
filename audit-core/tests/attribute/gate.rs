//! Gates that stay shut whatever opens beside them, and wrappers that change nothing around a body.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};

use audit_core::{
    EvaluateError, Evaluator, FailureKind, Mode, PolicyInfo, Refusal, Refused, Request, Runtime,
    Stage, Verdict, admit, audit,
};

use crate::support::quietly;
use crate::world::World;

fn none() -> Runtime {
    panic!("none is configured")
}

#[admit(action = "refund", runtime = none(), uninstalled = "run")]
fn named_elsewhere(ran: &Cell<bool>) -> Result<(), Refused> {
    ran.set(true);
    Ok(())
}

#[admit(action = "refund", runtime = none(), uninstalled = "run")]
async fn named_elsewhere_async(ran: &Cell<bool>) -> Result<(), Refused> {
    ran.set(true);
    Ok(())
}

#[test]
fn an_admitted_function_whose_runtime_fails_runs_in_no_mode_of_another() {
    for mode in [Mode::Off, Mode::Shadow, Mode::Enforce] {
        let world = World::with(|builder| builder.mode(mode));
        let ran = Cell::new(false);
        let refused = quietly(|| world.run(|| named_elsewhere(&ran))).unwrap_err();
        assert_eq!(refused.refusal(), Refusal::Indeterminate, "{mode}");
        let decisions = world.decisions();
        let error = decisions[0].error.as_ref().unwrap();
        assert_eq!(
            (error.stage, error.kind),
            (Stage::Runtime, FailureKind::Panicked)
        );
        let refused = quietly(|| world.run(|| crate::world::block_on(named_elsewhere_async(&ran))));
        assert!(refused.is_err());
        assert!(!ran.get(), "{mode}");
    }
    let ran = Cell::new(false);
    assert!(quietly(|| named_elsewhere(&ran)).is_err());
    assert!(!ran.get(), "nor where nothing is installed");
}

/// Breaks its own rule.
struct Recursive;

#[audit(action = "refund")]
fn asked_by_the_evaluator() {}

impl Evaluator for Recursive {
    fn evaluate<'e>(&'e self, _: &Request<'_>) -> Result<Verdict<'e>, EvaluateError> {
        asked_by_the_evaluator();
        Ok(Verdict::by_default(audit_core::Effect::Allow))
    }

    fn info(&self) -> PolicyInfo {
        PolicyInfo::default()
    }
}

#[test]
fn an_evaluator_that_calls_what_it_judges_ends() {
    let runtime = Runtime::builder().policy(Recursive).build().unwrap();
    let captured = runtime.scope(|| audit_core::testing::capture(asked_by_the_evaluator));
    let stages: Vec<_> = captured
        .decisions()
        .map(|decision| decision.error.as_ref().map(|error| error.stage))
        .collect();
    assert_eq!(stages, [Some(Stage::Evaluate), None]);
}

static DROPPED: AtomicBool = AtomicBool::new(false);

struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        DROPPED.store(true, Ordering::Relaxed);
        panic!("a resolver's own");
    }
}

#[audit(action = "refund")]
async fn waits_for_a_resolver() {}

#[test]
fn a_resolver_that_panics_when_it_is_dropped_harms_nobody() {
    let world = World::with(|builder| {
        builder.actor_resolver_async(|_| async {
            let _bomb = Bomb;
            std::future::pending().await
        })
    });
    quietly(|| {
        world.run(|| {
            let mut call = Box::pin(waits_for_a_resolver());
            let mut context = std::task::Context::from_waker(std::task::Waker::noop());
            assert!(call.as_mut().poll(&mut context).is_pending());
        });
    });
    assert!(DROPPED.load(Ordering::Relaxed));
}

#[audit(action = "refund")]
#[allow(clippy::manual_async_fn, reason = "that is what it is about")]
fn borrows_in_its_block(amount: u64) -> impl Future<Output = u64> {
    async { amount + 1 }
}

#[audit(action = "refund")]
#[allow(unused_variables, reason = "that is what it is about")]
fn keeps_nothing(name: &str) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async move {})
}

#[test]
fn what_is_returned_borrows_and_lives_as_it_did() {
    let world = World::new();
    world.run(|| {
        assert_eq!(crate::world::block_on(borrows_in_its_block(1)), 2);
        let future = keeps_nothing(&String::from("short"));
        crate::world::block_on(future);
    });
    assert_eq!(world.decisions().len(), 2);
}
