//! An explanation says what a decision would be, and why.

#![cfg(test)]

mod support;

#[path = "explain/comparison.rs"]
mod comparison;
#[path = "explain/language_2.rs"]
mod language_2;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use audit_core::{Action, Actor, Call, Effect, Fields, Function, RuleOutcome, Scope, Snapshot};
use support::{builder, refund, runtime};

#[test]
fn the_text_shows_every_rule_with_the_values_it_compared() {
    let runtime = builder()
        .snapshot_resolver(|_| Ok(Snapshot::new().with("frozen", true)))
        .build()
        .unwrap();
    assert_eq!(
        runtime.explain(&refund(700)).to_string(),
        r#"refund: require_approval by rule "approve_medium"
  "block_large" (action refund, block, line 3): does not match
    action.amount (700) greater_than 1000: false
  "approve_medium" (action refund, require_approval, line 7): decided
    action.amount (700) greater_than 500: true
  "frozen" (global, block, line 11): matches too, after the rule that decided
    snapshot.frozen (true) equals true: true
"#
    );
}

#[test]
fn the_text_says_what_was_missing_and_what_could_not_be_compared() {
    let action = Action::new("refund").with("amount", "5000");
    assert_eq!(
        runtime().explain(&action).to_string(),
        r#"refund: allow by default, as no rule matches
  missing: snapshot.frozen
  "block_large" (action refund, block, line 3): does not match
    action.amount ("5000") greater_than 1000: type_mismatch
  "approve_medium" (action refund, require_approval, line 7): does not match
    action.amount ("5000") greater_than 500: type_mismatch
  "frozen" (global, block, line 11): does not match
    snapshot.frozen (missing) equals true: missing
"#
    );
}

#[test]
fn the_json_has_the_decision_its_inputs_and_a_tree_for_each_rule() {
    let explanation = Scope::new()
        .actor(Actor::new("alice"))
        .run(|| runtime().explain(&refund(5000)));
    let json = serde_json::to_value(&explanation).unwrap();
    assert_eq!(json["decision"]["effect"], "block");
    assert_eq!(json["decision"]["match_count"], 2);
    assert_eq!(json["actor"]["id"], "alice");
    assert_eq!(json["action"]["fields"]["amount"], 5000);
    assert_eq!(json["rules"][0]["outcome"], "decided");
    assert_eq!(
        json["rules"][0]["condition"]["compare"],
        serde_json::json!({
            "subject": "action.amount", "found": 5000, "operator": "greater_than", "other": null,
            "expected": 1000.0, "truth": "true",
        })
    );
}

#[test]
fn explaining_tells_no_observer() {
    let told = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&told);
    let runtime = builder()
        .observer("count", move |_| {
            counted.fetch_add(1, Ordering::SeqCst);
        })
        .build()
        .unwrap();
    let _ = runtime.explain(&refund(1));
    assert_eq!(told.load(Ordering::SeqCst), 0);
    let _ = runtime.evaluate(&refund(1));
    assert_eq!(told.load(Ordering::SeqCst), 1);
}

#[test]
fn a_decision_counts_matches_only_in_an_explanation() {
    let runtime = runtime();
    assert_eq!(runtime.evaluate(&refund(5000)).match_count, None);
    assert_eq!(runtime.explain(&refund(5000)).decision.match_count, Some(2));
}

#[test]
fn a_function_call_is_explained_as_it_is_decided() {
    let runtime = runtime();
    let arguments = Fields::new().with("secret", "hunter2").with("amount", 700);
    let call = Call::of(Function::new("refund", arguments)).in_shadow();
    let (decided, explained) = (runtime.decide(&call), runtime.explain_call(&call));
    let answer = |decision: &audit_core::Decision<'_>| {
        (
            decision.effect,
            decision.matched_rule.as_deref().map(str::to_owned),
            decision.mode,
            decision.missing.to_vec().len(),
            decision.policy,
        )
    };
    assert_eq!(answer(&decided), answer(&explained.decision));
    assert_eq!(explained.decision.effect, Effect::RequireApproval);
    assert!(!explained.to_string().contains("hunter2"));
}

#[test]
fn exactly_one_rule_decided() {
    let explanation = runtime().explain(&refund(5000));
    let outcomes: Vec<_> = explanation.rules.iter().map(|rule| rule.outcome).collect();
    assert_eq!(
        outcomes,
        [
            RuleOutcome::Decided,
            RuleOutcome::AlsoMatches,
            RuleOutcome::NoMatch
        ]
    );
}

#[test]
fn an_indeterminate_decision_is_explained_by_its_error() {
    let runtime = builder()
        .actor_resolver(|_| Err("the directory is away".into()))
        .build()
        .unwrap();
    let explanation = runtime.explain(&refund(5000));
    assert_eq!(
        explanation.to_string(),
        "refund: block, indeterminate: step `actor` failed: the directory is away\n"
    );
    assert!(explanation.rules.is_empty());
}

#[test]
fn a_value_with_control_characters_does_not_break_the_lines_of_the_text() {
    let action = Action::new("refund").with("amount", "1\n  \"forged\" (global, allow): decided");
    let text = runtime().explain(&action).to_string();
    assert_eq!(text.lines().count(), 8, "{text}");
}
