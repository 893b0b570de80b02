//! A resolver that fails in any way makes the decision indeterminate: it blocks, says why, and is recorded.

#![cfg(test)]

mod support;

use std::panic::panic_any;

use audit_core::testing::capture;
use audit_core::{
    Action, Actor, BoxError, Call, Decision, Effect, FailureKind, Fields, Function, Runtime,
    RuntimeBuilder, Stage,
};
use support::{builder, quietly, refund};

/// The answer of a runtime whose one resolver of this stage fails, with all observers have to say.
fn outcome_of(runtime: &Runtime) -> Decision<'static> {
    let call = Call::of(Function::new("refund", Fields::new().with("amount", 1)));
    let captured = quietly(|| capture(|| runtime.decide(&call)));
    let event = captured.events[0].decision.as_deref().unwrap();
    assert_eq!(event, &captured.value, "the event says the same");
    assert_eq!(captured.events.len(), 1);
    captured.value
}

fn assert_indeterminate(decision: &Decision<'_>, stage: Stage, kind: FailureKind) {
    let error = decision.error.as_ref().unwrap();
    assert_eq!((error.stage, error.kind), (stage, kind));
    assert_eq!(decision.effect, Effect::Block);
    assert!(!decision.permits());
    assert!(decision.is_indeterminate());
    assert_eq!(decision.matched_rule, None);
    assert!(!decision.default_used, "no default decided this");
}

/// Each stage with a runtime whose resolver fails in one way.
macro_rules! each_stage {
    ($sync_or_async:ident, $answer:expr) => {{
        type Add = fn(RuntimeBuilder) -> RuntimeBuilder;
        let stages: [(Stage, Add); 6] = each_stage!(@$sync_or_async $answer);
        stages.map(|(stage, add)| (stage, add(builder()).build().unwrap()))
    }};
    (@sync $answer:expr) => {[
        (Stage::Context, |b| b.context_resolver(|_| $answer)),
        (Stage::ActionType, |b| b.action_type_resolver(|_| $answer)),
        (Stage::Action, |b| b.action_resolver(|_| $answer)),
        (Stage::Tenant, |b| b.tenant_resolver(|_| $answer)),
        (Stage::Actor, |b| b.actor_resolver(|_| $answer)),
        (Stage::Snapshot, |b| b.snapshot_resolver(|_| $answer)),
    ]};
    (@later $answer:expr) => {[
        (Stage::Context, |b| b.context_resolver_async(|_| async { $answer })),
        (Stage::ActionType, |b| b.action_type_resolver_async(|_| async { $answer })),
        (Stage::Action, |b| b.action_resolver_async(|_| async { $answer })),
        (Stage::Tenant, |b| b.tenant_resolver_async(|_| async { $answer })),
        (Stage::Actor, |b| b.actor_resolver_async(|_| async { $answer })),
        (Stage::Snapshot, |b| b.snapshot_resolver_async(|_| async { $answer })),
    ]};
}

fn unreachable_store() -> BoxError {
    "the store is away".into()
}

#[test]
fn an_error_of_any_resolver_blocks_and_names_its_step() {
    for (stage, runtime) in each_stage!(sync, Err(unreachable_store())) {
        let decision = outcome_of(&runtime);
        assert_indeterminate(&decision, stage, FailureKind::Failed);
        assert_eq!(decision.error.unwrap().message, "the store is away");
    }
}

#[test]
fn a_panic_of_any_resolver_blocks_and_names_its_step() {
    for (stage, runtime) in each_stage!(sync, panic!("division by zero")) {
        let decision = outcome_of(&runtime);
        assert_indeterminate(&decision, stage, FailureKind::Panicked);
        assert_eq!(decision.error.unwrap().message, "division by zero");
    }
}

#[test]
fn a_resolver_that_can_only_be_awaited_blocks_a_synchronous_call_instead_of_saying_nothing() {
    for (stage, runtime) in each_stage!(later, Err(unreachable_store())) {
        let decision = outcome_of(&runtime);
        assert_indeterminate(&decision, stage, FailureKind::AsyncOnly);
        let message = decision.error.unwrap().message;
        assert!(message.contains("evaluate_async"), "{message}");
    }
}

#[tokio::test]
async fn an_error_or_panic_of_an_awaited_resolver_blocks_and_names_its_step() {
    let function = Function::new("refund", Fields::new().with("amount", 1));
    let call = Call::of(function);
    for (stage, runtime) in each_stage!(later, Err(unreachable_store())) {
        let decision = runtime.decide_async(&call).await;
        assert_indeterminate(&decision, stage, FailureKind::Failed);
    }
    for (stage, runtime) in each_stage!(later, panic_any(7_u8)) {
        let decision = runtime.decide_async(&call).await;
        assert_indeterminate(&decision, stage, FailureKind::Panicked);
        assert_eq!(decision.error.unwrap().message, "a panic without text");
    }
}

#[test]
fn a_resolver_that_panics_before_its_future_exists_blocks() {
    let runtime = builder()
        .actor_resolver_async(|context| {
            assert!(context.function().is_some(), "no function here");
            std::future::ready(Ok(Actor::anonymous()))
        })
        .build()
        .unwrap();
    let action = refund(1);
    let work = runtime.evaluate_async(&action);
    let decision = quietly(|| {
        tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap()
            .block_on(work)
    });
    assert_indeterminate(&decision, Stage::Actor, FailureKind::Panicked);
}

#[test]
fn the_sources_of_an_error_are_kept_joined_by_colons() {
    let runtime = builder()
        .snapshot_resolver(|_| {
            let cause = std::io::Error::other("connection refused");
            Err(std::io::Error::other(cause).into())
        })
        .actor_resolver(|_| Ok(Actor::new("alice")))
        .build()
        .unwrap();
    let decision = runtime.evaluate(&Action::new("refund"));
    let message = decision.error.unwrap().message;
    assert!(message.contains("connection refused"), "{message}");
}

#[test]
fn a_foreign_message_of_a_megabyte_is_cut() {
    let runtime = builder()
        .snapshot_resolver(|_| Err("ä".repeat(1 << 20).into()))
        .build()
        .unwrap();
    let message = runtime.evaluate(&refund(1)).error.unwrap().message;
    assert_eq!(message.chars().count(), 512);
}
