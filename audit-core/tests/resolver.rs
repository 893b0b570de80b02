//! Resolvers: each is asked once, and none can crash a call or turn into silence.

#![cfg(test)]

mod support;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use audit_core::testing::capture;
use audit_core::{
    Actor, Call, CallContext, Effect, Fields, Function, Runtime, Scope, Snapshot, TenantId, Text,
};
use support::{builder, refund};

/// How often each resolver was asked.
type Tally = Arc<Mutex<BTreeMap<&'static str, u32>>>;

const EACH_ONCE: [(&str, u32); 6] = [
    ("action", 1),
    ("action_type", 1),
    ("actor", 1),
    ("context", 1),
    ("snapshot", 1),
    ("tenant", 1),
];

/// Declares a runtime whose six resolvers count themselves, by either form of their setters.
macro_rules! counting {
    ($tally:ident, $answer:ident, $($setter:ident $name:literal $found:expr;)+) => {{
        let mut builder = builder();
        $(
            let tally = Arc::clone(&$tally);
            builder = builder.$setter(move |_| {
                *tally.lock().unwrap().entry($name).or_default() += 1;
                $answer!($found)
            });
        )+
        builder.build().unwrap()
    }};
}

macro_rules! at_once {
    ($found:expr) => {
        Ok($found)
    };
}

macro_rules! later {
    ($found:expr) => {
        async move {
            tokio::task::yield_now().await;
            Ok($found)
        }
    };
}

fn counting_sync(tally: &Tally) -> Runtime {
    counting! { tally, at_once,
        context_resolver "context" Arc::new(1_u8);
        action_type_resolver "action_type" Text::borrowed("refund");
        action_resolver "action" Fields::new().with("amount", 5000);
        tenant_resolver "tenant" None;
        actor_resolver "actor" Actor::new("alice");
        snapshot_resolver "snapshot" Snapshot::new();
    }
}

fn counting_async(tally: &Tally) -> Runtime {
    counting! { tally, later,
        context_resolver_async "context" Arc::new(1_u8) as CallContext;
        action_type_resolver_async "action_type" Text::borrowed("refund");
        action_resolver_async "action" Fields::new().with("amount", 5000);
        tenant_resolver_async "tenant" None;
        actor_resolver_async "actor" Actor::new("alice");
        snapshot_resolver_async "snapshot" Snapshot::new();
    }
}

fn asked(tally: &Tally) -> Vec<(&'static str, u32)> {
    std::mem::take(&mut *tally.lock().unwrap())
        .into_iter()
        .collect()
}

#[test]
fn every_resolver_is_asked_exactly_once_for_a_decision_and_for_an_explanation() {
    let tally = Tally::default();
    let runtime = counting_sync(&tally);
    let call = Call::of(Function::new("pay_back", Fields::new()));

    let decision = runtime.decide(&call);
    assert_eq!(decision.matched_rule.as_deref(), Some("block_large"));
    assert_eq!(asked(&tally), EACH_ONCE);

    let explanation = runtime.explain_call(&call);
    assert_eq!(explanation.decision.effect, Effect::Block);
    assert_eq!(asked(&tally), EACH_ONCE);
}

#[tokio::test]
async fn every_async_resolver_is_asked_exactly_once_for_a_decision_and_for_an_explanation() {
    let tally = Tally::default();
    let runtime = counting_async(&tally);
    let call = Call::of(Function::new("pay_back", Fields::new()));

    let decision = runtime.decide_async(&call).await;
    assert_eq!(decision.matched_rule.as_deref(), Some("block_large"));
    assert_eq!(asked(&tally), EACH_ONCE);

    let explanation = runtime.explain_call_async(&call).await;
    assert_eq!(explanation.decision.effect, Effect::Block);
    assert_eq!(asked(&tally), EACH_ONCE);
}

#[test]
fn a_complete_action_asks_no_resolver_for_what_it_already_says() {
    let tally = Tally::default();
    let runtime = counting_sync(&tally);
    assert!(runtime.allow(&refund(1)), "its own amount counts");
    let names: Vec<_> = asked(&tally).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["actor", "context", "snapshot", "tenant"]);
}

#[tokio::test]
async fn an_async_resolver_is_heard_by_an_async_call() {
    let runtime = builder()
        .snapshot_resolver_async(|_| async {
            tokio::task::yield_now().await;
            Ok(Snapshot::new().with("frozen", true))
        })
        .build()
        .unwrap();
    let action = refund(1);
    let decision = runtime.evaluate_async(&action).await;
    assert_eq!(decision.matched_rule.as_deref(), Some("frozen"));
    assert!(runtime.block(&action), "a synchronous call can't ask it");
}

#[tokio::test]
async fn the_awaited_form_is_taken_by_async_calls_and_the_other_by_synchronous_ones() {
    let runtime = builder()
        .snapshot_resolver(|_| Ok(Snapshot::new()))
        .snapshot_resolver_async(|_| async { Ok(Snapshot::new().with("frozen", true)) })
        .build()
        .unwrap();
    let action = refund(1);
    assert!(runtime.evaluate(&action).permits());
    assert!(!runtime.evaluate_async(&action).await.permits());
}

#[test]
fn every_resolver_sees_what_the_ones_before_it_found() {
    let runtime = builder()
        .context_resolver(|context| {
            assert_eq!(context.function(), Some("pay_back"));
            assert!(context.action_type().is_none());
            Ok(Arc::new(String::from("request 9")))
        })
        .action_type_resolver(|context| {
            assert_eq!(context.context::<String>().unwrap(), "request 9");
            assert!(context.context::<u8>().is_none());
            assert!(context.fields().get("sum").is_some(), "the arguments");
            Ok(Text::borrowed("refund"))
        })
        .action_resolver(|context| {
            assert_eq!(context.action_type(), Some("refund"));
            let sum = context.fields().get("sum").unwrap().clone().into_owned();
            Ok(Fields::new().with("amount", sum))
        })
        .tenant_resolver(|context| {
            assert_eq!(context.ambient().tenant.as_deref(), Some("scope's"));
            assert!(context.fields().get("amount").is_some(), "the fields");
            Ok(Some(TenantId::new("acme")?))
        })
        .actor_resolver(|context| {
            assert_eq!(context.ambient().tenant.as_deref(), Some("acme"));
            Ok(Actor::new("alice"))
        })
        .snapshot_resolver(|context| {
            let whole = context
                .fields()
                .get("amount")
                .cloned()
                .unwrap()
                .into_owned();
            Ok(Snapshot::new().with("limit", whole))
        })
        .build()
        .unwrap();
    let function = Function::new("pay_back", Fields::new().with("sum", 700));
    let captured = Scope::new()
        .tenant("scope's")
        .unwrap()
        .run(|| capture(|| runtime.decide(&Call::of(function))));

    assert_eq!(captured.value.error, None);
    assert_eq!(captured.value.effect, Effect::RequireApproval);
    let event = &captured.events[0];
    assert_eq!(event.name, "refund");
    assert_eq!(event.tenant.as_deref(), Some("acme"));
    assert_eq!(event.actor.as_ref().unwrap().id(), Some("alice"));
    assert_eq!(event.snapshot.as_ref().unwrap().len(), 1);
}
