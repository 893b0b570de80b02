//! Calls that are made while another call is judged.

use std::sync::Arc;

use audit_core::{
    Actor, BoxError, FailureKind, Fields, Refusal, Refused, RuntimeBuilder, Snapshot, Stage,
    Status, admit, audit,
};

use crate::support;
use crate::world::{Tape, World, once};

#[audit(action = "refund")]
fn audited(amount: u64) -> u64 {
    amount
}

#[admit(action = "refund")]
fn admitted(amount: u64) -> Result<u64, Refused> {
    Ok(amount)
}

#[admit(action = "refund")]
async fn admitted_async(amount: u64) -> Result<u64, Refused> {
    Ok(amount)
}

#[test]
fn an_observer_that_calls_an_annotated_function_is_not_told_of_that_call_and_others_are() {
    let tape = Tape::default();
    let runtime = support::builder()
        .observer("caller", |event| {
            assert_eq!(audited(event.decision.matched_rule.is_some().into()), 1);
        })
        .add_observer("tape", tape.clone())
        .build()
        .unwrap();
    assert!(runtime.scope(|| admitted(5000)).is_err());
    let kinds: Vec<_> = tape
        .take()
        .iter()
        .map(|event| event.outcome.as_ref().map(|outcome| outcome.status))
        .collect();
    assert_eq!(
        kinds,
        [None, Some(Status::Completed), None, Some(Status::Refused)]
    );
    let stats = runtime.observer_stats();
    assert_eq!(stats[0].panics, 0);
    assert_eq!(stats[0].events_reentered, 1);
}

#[audit]
fn untyped() {}

#[audit]
fn untyped_too() {}

/// What resolvers do in these tests: calls that would have to be resolved for.
fn calls_back() -> Result<(), BoxError> {
    assert_eq!(
        audited(1),
        1,
        "an audited function runs wherever it is called"
    );
    untyped_too();
    match admitted(1) {
        Err(refused) if refused.refusal() != Refusal::Indeterminate => Err(refused.into()),
        _ => Ok(()),
    }
}

#[test]
fn a_resolver_that_is_needed_by_what_it_calls_is_not_asked_again() {
    type Add = fn(RuntimeBuilder) -> RuntimeBuilder;
    let cases: [(Stage, Add); 6] = [
        (Stage::Context, |it| {
            it.context_resolver(|_| calls_back().map(|()| Arc::new(()) as _))
        }),
        (Stage::ActionType, |it| {
            it.action_type_resolver(|_| calls_back().map(|()| "refund".into()))
        }),
        (Stage::Action, |it| {
            it.action_resolver(|_| calls_back().map(|()| Fields::new()))
        }),
        (Stage::Tenant, |it| {
            it.tenant_resolver(|_| calls_back().map(|()| None))
        }),
        (Stage::Actor, |it| {
            it.actor_resolver(|_| calls_back().map(|()| Actor::new("alice")))
        }),
        (Stage::Snapshot, |it| {
            it.snapshot_resolver(|_| calls_back().map(|()| Snapshot::new()))
        }),
    ];
    for (stage, add) in cases {
        let world = World::with(add);
        world.run(untyped);
        let decisions = world.decisions();
        let (outer, inner) = decisions.split_last().unwrap();
        assert!(
            outer.error.is_none(),
            "the call itself is judged: {outer:?}"
        );
        let asked: Vec<_> = inner
            .iter()
            .filter_map(|decision| decision.error.as_ref())
            .map(|error| (error.stage, error.kind))
            .collect();
        // The resolver of types is not needed where an attribute names the action.
        let times = if stage == Stage::ActionType { 1 } else { 3 };
        assert_eq!(asked, vec![(stage, FailureKind::Failed); times]);
        assert_eq!(inner.len(), 3);
    }
}

#[test]
fn a_resolver_that_awaits_what_needs_it_is_not_asked_again() {
    let world = World::with(|builder| {
        builder.actor_resolver_async(|_| async {
            once().await;
            let refused = admitted_async(1).await.unwrap_err();
            assert_eq!(refused.refusal(), Refusal::Indeterminate);
            Ok(Actor::new("alice"))
        })
    });
    assert_eq!(world.block_on(admitted_async(1)).unwrap(), 1);
    let decisions = world.decisions();
    assert_eq!(decisions.len(), 2);
    let error = decisions[0].error.as_ref().unwrap();
    assert_eq!(error.stage, Stage::Actor);
    assert!(decisions[1].permits());
    // Asked again, the next call finds nobody in the way.
    assert!(world.block_on(admitted_async(1)).is_ok());
}

#[test]
fn a_resolver_of_another_runtime_is_asked_within_this_ones() {
    let other = support::builder()
        .actor_resolver(|_| Ok(Actor::new("inner")))
        .build()
        .unwrap();
    let world = World::with(|builder| {
        builder.actor_resolver(move |_| {
            other.scope(|| admitted(1))?;
            Ok(Actor::new("outer"))
        })
    });
    assert!(world.run(|| admitted(1)).is_ok());
}

#[test]
fn an_expression_of_an_attribute_may_call_annotated_functions() {
    fn who() -> Actor<'static> {
        untyped_too();
        Actor::new("alice")
    }
    #[audit(actor = who())]
    fn asks() {}
    let world = World::new();
    world.run(asks);
    assert_eq!(world.decisions().len(), 2);
}
