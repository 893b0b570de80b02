//! What a decision takes from the heap: nothing, while nobody records it.

#![cfg(test)]

mod support;

use std::sync::Arc;

use allocation_counter::measure;
use audit_core::sink::{NullSink, Registration, SinkWay};
use audit_core::{Action, Actor, Evaluator, EventKind, Pattern, Request, Scope, Snapshot};
use support::{builder, policy, refund};

#[test]
fn an_observed_decision_with_scope_and_resolver_takes_no_memory() {
    let runtime = builder()
        .snapshot_resolver(|_| Ok(Snapshot::new().with("frozen", false).with("limit", 10)))
        .observer("empty", |_| {})
        .build()
        .unwrap();
    let actor = Actor::new("alice").with("role", "support");
    Scope::new().actor(actor).run(|| {
        let ask = || {
            runtime.allow(
                &Action::new("refund")
                    .with("amount", 50)
                    .with("currency", "EUR"),
            )
        };
        assert!(ask(), "a thread remembers the runtime at its first call");
        let taken = measure(|| assert!(ask()));
        assert_eq!(taken.count_total, 0, "{taken:?}");
        let blocked = measure(|| assert!(runtime.block(&refund(5000))));
        assert_eq!(blocked.count_total, 0, "{blocked:?}");
    });
}

#[test]
fn the_evaluator_alone_takes_no_memory() {
    let policy = policy();
    let (actor, snapshot) = (Actor::anonymous(), Snapshot::new().with("frozen", false));
    for amount in [5000, 700, 1] {
        let action = refund(amount);
        let request = Request::new(&action, &actor, &snapshot).for_tenant("acme");
        let taken = measure(|| assert!(policy.evaluate(&request).is_ok()));
        assert_eq!(taken.count_total, 0, "amount {amount}: {taken:?}");
    }
}

#[test]
fn sinks_that_take_an_event_as_it_is_or_leave_it_out_take_no_memory() {
    let runtime = builder()
        .snapshot_resolver(|_| Ok(Snapshot::new().with("frozen", false)))
        .build()
        .unwrap();
    runtime.register_sink(Arc::new(NullSink)).unwrap();
    let queued = || Registration::new(Arc::new(NullSink)).way(SinkWay::QUEUED);
    let other_names = queued().only([Pattern::new("transfer").unwrap()]);
    runtime.register_sink(other_names).unwrap();
    let other_kinds = queued().only_kinds([EventKind::Loss]);
    runtime.register_sink(other_kinds).unwrap();
    assert!(runtime.allow(&refund(50)));
    let taken = measure(|| assert!(runtime.allow(&refund(50))));
    assert_eq!(taken.count_total, 0, "{taken:?}");
}

#[test]
fn a_decision_that_is_kept_takes_memory_so_the_counter_counts() {
    let runtime = builder().build().unwrap();
    let action = refund(5000);
    let _ = runtime.evaluate(&action);
    let taken = measure(|| drop(audit_core::testing::capture(|| runtime.allow(&action))));
    assert!(taken.count_total > 0);
}

#[test]
fn classifications_that_no_field_of_a_call_has_take_no_memory() {
    let classified = support::SCHEMA
        .replace(
            "order_id: string}}",
            "order_id: string}, sensitive: {order_id: mask}}",
        )
        .replace("role: string}}", "role: string}, sensitive: {id: hash}}");
    assert!(classified.contains("order_id: mask") && classified.contains("id: hash"));
    let policy = audit_core::Policy::from_strings(&classified, support::POLICY, None).unwrap();
    let runtime = audit_core::Runtime::builder()
        .policy(policy)
        .snapshot_resolver(|_| Ok(Snapshot::new().with("frozen", false)))
        .observer("empty", |_| {})
        .build()
        .unwrap();
    let ask = |action: &Action<'_>| runtime.allow(action);
    assert!(ask(&refund(50)));
    let taken = measure(|| assert!(ask(&refund(50))));
    assert_eq!(taken.count_total, 0, "{taken:?}");
    let action = refund(50).with("order_id", "77");
    let taken = measure(|| assert!(ask(&action)));
    assert!(taken.count_total > 0, "the counter counts");
}
