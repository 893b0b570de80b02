//! Where the action of a function call comes from, and that data never changes its type.

#![cfg(test)]

mod support;

use audit_core::testing::capture;
use audit_core::{
    Action, BoxError, Call, Effect, Event, Fields, Function, Policy, Runtime, Text, Value,
};
use support::{builder, quietly, runtime};

/// The action that one call is judged by.
fn judged(runtime: &Runtime, function: Function<'_>) -> Event<'static> {
    let captured = capture(|| runtime.decide(&Call::of(function)));
    captured.events.into_iter().next().unwrap()
}

fn fields_of(event: &Event<'_>) -> String {
    format!("{:?}", event.action.as_ref().unwrap().fields())
}

fn arguments() -> Fields<'static> {
    Fields::new()
        .with("secret", "hunter2")
        .with("amount", 5000)
        .with("currency", "EUR")
}

#[test]
fn a_field_called_type_never_changes_the_type_of_the_action() {
    let runtime = runtime();
    let action = Action::new("refund")
        .with("type", "harmless")
        .with("amount", 5000);
    let decision = runtime.evaluate(&action);
    assert_eq!(decision.matched_rule.as_deref(), Some("block_large"));
    assert_eq!(action.kind(), Some("refund"));

    let built = |_: &Fields<'_>| -> Result<Fields<'static>, BoxError> {
        Ok(Fields::new().with("type", "harmless").with("amount", 5000))
    };
    let event = judged(
        &runtime,
        Function::new("refund", Fields::new()).built_by(&built),
    );
    assert_eq!(event.name, "refund");
    assert_eq!(event.decision.unwrap().effect, Effect::Block);
}

#[test]
fn a_rule_that_reads_the_type_reads_the_real_one_and_not_a_field_of_that_name() {
    let schema = "version: 1
actions: {refund: {fields: {type: string}}}
actor: {fields: {}}
snapshot: {fields: {}}
";
    let rules = "version: 1
rules:
  - id: typed
    scope: {action: refund}
    when: {subject: {domain: action, field: type}, operator: equals, value: {literal: refund}}
    effect: block
";
    let policy = Policy::from_strings(schema, rules, None).unwrap();
    let runtime = Runtime::builder().policy(policy).build().unwrap();
    assert!(runtime.block(&Action::new("refund").with("type", "harmless")));
    assert!(runtime.block(&Action::new("refund")));
}

#[test]
fn the_type_is_the_named_one_then_the_resolvers_then_the_functions_name() {
    let resolving = builder()
        .action_type_resolver(|_| Ok(Text::borrowed("transfer")))
        .build()
        .unwrap();
    let function = || Function::new("refund", Fields::new());
    assert_eq!(
        judged(&resolving, function().action_type("payout")).name,
        "payout"
    );
    assert_eq!(judged(&resolving, function()).name, "transfer");
    assert_eq!(judged(&runtime(), function()).name, "refund");
}

#[test]
fn the_fields_are_the_builders_then_the_resolvers_then_the_named_ones_then_the_schemas() {
    let built = |arguments: &Fields<'_>| -> Result<Fields<'static>, BoxError> {
        let amount = arguments.get("amount").and_then(Value::as_f64);
        Ok(Fields::new().with("amount", amount.unwrap_or_default() / 100.0))
    };
    let resolving = builder()
        .action_resolver(|_| Ok(Fields::new().with("amount", 1)))
        .build()
        .unwrap();
    let function = || Function::new("refund", arguments());

    let all = function().built_by(&built).fields(&["secret"]);
    assert_eq!(
        fields_of(&judged(&resolving, all)),
        r#"{"amount": Float(50.0)}"#
    );
    let named = || function().fields(&["currency", "nonsense"]);
    assert_eq!(
        fields_of(&judged(&resolving, named())),
        r#"{"amount": Int(1)}"#
    );
    assert_eq!(
        fields_of(&judged(&runtime(), named())),
        r#"{"currency": Text("EUR")}"#
    );
    assert_eq!(
        fields_of(&judged(&runtime(), function())),
        r#"{"amount": Int(5000), "currency": Text("EUR")}"#
    );
    assert_eq!(fields_of(&judged(&runtime(), function().fields(&[]))), "{}");
}

#[test]
fn what_nobody_asked_for_is_not_recorded() {
    let event = judged(&runtime(), Function::new("not_in_the_schema", arguments()));
    assert_eq!(fields_of(&event), "{}");
    let json = serde_json::to_string(&event).unwrap();
    assert!(!json.contains("hunter2"), "{json}");
}

#[test]
fn a_declared_field_that_no_argument_supplies_is_listed_as_missing() {
    let event = judged(
        &runtime(),
        Function::new("refund", Fields::new().with("amt", 9)),
    );
    let decision = event.decision.unwrap();
    assert_eq!(
        decision.missing.to_vec(),
        ["action.amount", "snapshot.frozen"]
    );
    assert!(decision.default_used);
}

#[test]
fn a_builder_that_fails_or_panics_blocks() {
    let fails = |_: &Fields<'_>| -> Result<Fields<'static>, BoxError> { Err("no order".into()) };
    let panics = |_: &Fields<'_>| -> Result<Fields<'static>, BoxError> { panic!("no order") };
    for (builder, kind) in [
        (&fails as &audit_core::ActionBuilder<'_>, "failed"),
        (&panics, "panicked"),
    ] {
        let function = Function::new("refund", arguments())
            .on("order:77")
            .built_by(builder);
        let event = quietly(|| judged(&runtime(), function));
        let decision = event.decision.unwrap();
        let error = decision.error.as_ref().unwrap();
        assert_eq!(error.to_string(), format!("step `action` {kind}: no order"));
        assert_eq!(decision.effect, Effect::Block);
        assert_eq!(event.name, "refund", "what was known by then is recorded");
        assert_eq!(event.resource.as_deref(), Some("order:77"));
    }
}

#[test]
fn shadow_is_said_in_the_decision_and_changes_no_effect() {
    let action = Action::new("refund").with("amount", 5000);
    let enforced = runtime().decide(&Call::new(&action));
    let shadow = runtime().decide(&Call::new(&action).in_shadow());
    assert_eq!(shadow.effect, enforced.effect);
    assert_eq!(
        (enforced.mode.as_str(), enforced.applied),
        ("enforce", true)
    );
    assert_eq!((shadow.mode.as_str(), shadow.applied), ("shadow", false));
}
