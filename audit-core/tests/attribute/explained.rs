//! The companion of a function says what its wrapper does, for any arguments and any policy, and tells nobody.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use audit_core::{
    Actor, Decision, Explanation, Fields, InScope as _, Mode, Policy, Refused, Runtime, Scope,
    Snapshot, admit, audit,
};
use proptest::prelude::*;

use crate::support::{POLICY, SCHEMA};
use crate::world::{Tape, World, block_on};

#[admit(explain = explain_refund)]
fn refund(amount: f64, currency: &str, urgent: Option<bool>) -> Result<(), Refused> {
    let _ = (amount, currency, urgent);
    Ok(())
}

#[admit(
    action = "refund",
    fields(amount = amount * 2.0, currency, order_id = "7"),
    resource = format!("order:{currency}"),
    actor = Actor::new("attribute").with("role", currency.clone()),
    snapshot(frozen = urgent.unwrap_or_default()),
    explain = explain_refund_later
)]
async fn refund_later(amount: f64, currency: String, urgent: Option<bool>) -> Result<(), Refused> {
    let _ = (amount, currency, urgent);
    Ok(())
}

#[audit(action = "refund", explain = explain_shadowed)]
#[track_caller]
fn shadowed(amount: f64) -> f64 {
    amount
}

/// All but identifier and time of a decision.
fn essence(decision: &Decision<'_>) -> impl PartialEq + std::fmt::Debug {
    (
        decision.effect,
        decision.matched_rule.as_deref().map(str::to_owned),
        decision.default_used,
        decision
            .missing
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>(),
        (
            decision.mode,
            decision.applied,
            decision.policy,
            decision.would,
        ),
        decision.error.clone(),
    )
}

/// Holds the companion's word against the one event of the wrapper.
fn same(
    world: &World,
    explanation: &Explanation,
    refused: Option<Refused>,
) -> Result<(), TestCaseError> {
    let events = world.events();
    prop_assert_eq!(events.len(), 2);
    let (event, explained) = (&events[0], &explanation.decision);
    let decision = event.decision.as_deref().unwrap();
    prop_assert_eq!(essence(decision), essence(explained));
    // As text: NaN equals nothing.
    let (action, actor) = (
        event.action.as_deref().unwrap(),
        event.actor.as_deref().unwrap(),
    );
    prop_assert_eq!(format!("{action:?}"), format!("{:?}", explanation.action));
    prop_assert_eq!(actor, &explanation.actor);
    prop_assert_eq!(event.snapshot.as_deref().unwrap(), &explanation.snapshot);
    prop_assert_eq!(event.resource.as_deref(), explanation.resource.as_deref());
    let runs = explained.permits() || explained.mode != Mode::Enforce;
    prop_assert_eq!(refused.is_none(), runs);
    if let Some(refused) = refused {
        prop_assert_eq!(refused.rule(), explained.matched_rule.as_deref());
    }
    Ok(())
}

fn clauses() -> impl Strategy<Value = String> {
    let amount = (0..6_u32, prop_oneof![Just("greater_than"), Just("less_than"), Just("equals")])
        .prop_map(|(limit, operator)| format!("{{subject: {{domain: action, field: amount}}, operator: {operator}, value: {{literal: {limit}}}}}"));
    let currency = prop_oneof![Just("EUR"), Just("USD")]
        .prop_map(|name| format!("{{subject: {{domain: action, field: currency}}, operator: equals, value: {{literal: {name}}}}}"));
    let urgent = any::<bool>()
        .prop_map(|value| format!("{{subject: {{domain: action, field: urgent}}, operator: equals, value: {{literal: {value}}}}}"));
    let role = Just(
        "{subject: {domain: actor, field: role}, operator: equals, value: {literal: EUR}}"
            .to_owned(),
    );
    let frozen = Just(
        "{subject: {domain: snapshot, field: frozen}, operator: equals, value: {literal: true}}"
            .to_owned(),
    );
    prop_oneof![amount, currency, urgent, role, frozen]
}

fn policies() -> impl Strategy<Value = String> {
    let rule = (
        clauses(),
        prop_oneof![Just("block"), Just("require_approval"), Just("allow")],
        any::<bool>(),
    );
    prop::collection::vec(rule, 0..6).prop_map(|rules| {
        use std::fmt::Write as _;
        let mut text = "version: 1\nrules:".to_owned();
        if rules.is_empty() {
            text.push_str(" []\n");
        }
        for (number, (when, effect, global)) in rules.into_iter().enumerate() {
            // A rule for all actions may not read the fields of one.
            let scope = if global && !when.contains("domain: action") {
                "{global: true}"
            } else {
                "{action: refund}"
            };
            let _ = write!(
                text,
                "\n  - id: r{number}\n    scope: {scope}\n    when: {when}\n    effect: {effect}"
            );
        }
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_companion_agrees_with_its_wrapper(
        rules in policies(),
        amount in prop_oneof![(0..7_u8).prop_map(f64::from), Just(f64::NAN)],
        currency in prop_oneof![Just("EUR"), Just("USD"), Just("")],
        urgent in any::<Option<bool>>(),
        mode in prop_oneof![Just(None), Just(Some(Mode::Shadow)), Just(Some(Mode::Enforce))],
        resolves in 0..4_u8,
    ) {
        let policy = Policy::from_strings(SCHEMA, &rules, None).unwrap();
        let mut builder = Runtime::builder().policy(policy);
        if resolves & 1 == 1 {
            builder = builder.snapshot_resolver(|_| Ok(Snapshot::new().with("frozen", true)));
        }
        if resolves & 2 == 2 {
            builder = builder.action_resolver(|call| {
                Ok(Fields::new().with("amount", call.fields().get("amount").cloned().map(audit_core::Value::into_owned)))
            });
        }
        let world = World::of(builder);
        crate::support::set_mode(&world.runtime, mode);
        let scope = || Scope::new().actor(Actor::new("alice").with("role", "EUR"));

        let explanation = world.run(|| scope().run(|| explain_refund(amount, currency, urgent))).unwrap();
        prop_assert!(world.events().is_empty(), "nobody is told");
        let refused = world.run(|| scope().run(|| refund(amount, currency, urgent))).err();
        same(&world, &explanation, refused)?;

        let explained = explain_refund_later(amount, currency.to_owned(), urgent).in_scope(&world.runtime);
        let explanation = block_on(explained).unwrap();
        prop_assert!(world.events().is_empty());
        let refused = world.block_on(refund_later(amount, currency.to_owned(), urgent)).err();
        same(&world, &explanation, refused)?;

        let explanation = world.run(|| explain_shadowed(amount)).unwrap();
        world.run(|| shadowed(amount));
        same(&world, &explanation, None)?;
    }
}

#[test]
fn a_companion_answers_nothing_where_no_runtime_is_in_force() {
    assert!(explain_refund(1.0, "EUR", None).is_none());
    assert!(block_on(explain_refund_later(1.0, String::new(), None)).is_none());
}

#[test]
fn a_companion_of_an_awaited_function_awaits_each_resolver_once() {
    let asked = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&asked);
    let policy = Policy::from_strings(SCHEMA, POLICY, None).unwrap();
    let tape = Tape::default();
    let runtime = Runtime::builder()
        .policy(policy)
        .add_observer("tape", tape.clone())
        .snapshot_resolver_async(move |_| {
            count.fetch_add(1, Ordering::Relaxed);
            async { Ok(Snapshot::new().with("frozen", true).with("limit", 3)) }
        })
        .build()
        .unwrap();
    let explained = block_on(explain_refund_later(1.0, "EUR".to_owned(), None).in_scope(&runtime));
    let explained = explained.unwrap();
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    assert!(explained.decision.error.is_none());
    // The attribute's word wins over the resolver's, part by part.
    let snapshot = serde_json::to_value(&explained.snapshot).unwrap();
    assert_eq!(snapshot, serde_json::json!({"frozen": false, "limit": 3}));
    assert!(tape.take().is_empty());
}

#[test]
fn methods_and_generic_functions_have_companions() {
    struct Desk<T>(T);
    impl<T: AsRef<str>> Desk<T> {
        #[admit(action = "refund", fields(amount, currency = self.0.as_ref()), explain = explain_take)]
        fn take<N: Into<u64> + Copy + audit_core::Capture>(
            &mut self,
            amount: N,
        ) -> Result<u64, Refused> {
            Ok(amount.into())
        }
        #[audit(action = "refund", fields(amount), explain = explain_open)]
        pub(super) async fn open<'a>(amount: &'a u64) -> &'a u64 {
            amount
        }
    }
    let (world, mut desk) = (World::new(), Desk("EUR".to_owned()));
    let explained = world.run(|| desk.explain_take(5000_u32)).unwrap();
    assert_eq!(
        explained.decision.matched_rule.as_deref(),
        Some("block_large")
    );
    assert!(world.run(|| desk.take(5_u8)).is_ok());
    let explained = world.block_on(Desk::<&str>::explain_open(&700)).unwrap();
    assert_eq!(
        explained.decision.matched_rule.as_deref(),
        Some("approve_medium")
    );
    assert_eq!(*world.block_on(Desk::<&str>::open(&7)), 7);
    assert!(world.events().len() == 4);
}
