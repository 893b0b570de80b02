//! Bad input has a defined answer: an error with its place and a way out, or a decision. Never a panic.

#![cfg(test)]

mod support;

use std::fmt::Write as _;
use std::time::Duration;

use audit_core::{
    Action, Actor, Digest, Effect, EventId, Fields, Policy, PolicyError, ProblemKind, Scope,
    Timestamp, Trace, Value,
};
use support::{POLICY, SCHEMA, refund, runtime};

fn refused(policy: &str) -> PolicyError {
    Policy::from_strings(SCHEMA, policy, None).unwrap_err()
}

/// A policy of one rule with this condition.
fn with_condition(condition: &str) -> String {
    format!(
        "version: 1\nrules:\n  - id: a\n    scope: {{action: refund}}\n    when: {condition}\n    effect: block\n"
    )
}

fn shown(error: &PolicyError) -> (String, Option<&str>) {
    let first = error.first().unwrap();
    (first.to_string(), first.hint.as_deref())
}

#[test]
fn an_unknown_operator_is_an_error_that_lists_the_known_ones() {
    let condition =
        "{subject: {domain: action, field: amount}, operator: gte, value: {literal: 5}}";
    let error = refused(&with_condition(condition));
    let (text, _) = shown(&error);
    assert!(text.starts_with("policy:5:"), "{text}");
    assert!(text.contains("unknown operator `gte`"), "{text}");
    for operator in ["equals", "not_equals", "greater_than", "less_than"] {
        assert!(text.contains(operator), "{text}");
    }
}

#[test]
fn sides_of_different_types_are_an_error_with_its_place() {
    let condition =
        "{subject: {domain: action, field: amount}, operator: equals, value: {literal: many}}";
    let error = refused(&with_condition(condition));
    let first = error.first().unwrap();
    assert_eq!(first.kind, ProblemKind::TypeMismatch);
    assert_eq!(first.place.unwrap().line, 5);
    assert_eq!(first.rule.as_deref(), Some("a"));
}

#[test]
fn a_word_that_is_nearly_right_is_an_error_and_not_a_guess() {
    for (right, wrong, kind) in [
        (
            "effect: block\n",
            "effect: Block\n",
            ProblemKind::UnknownVariant,
        ),
        (
            "action: refund",
            "action: refunds",
            ProblemKind::UnknownAction,
        ),
        (
            "domain: action",
            "domain: Action",
            ProblemKind::UnknownDomain,
        ),
        ("field: amount", "field: amuont", ProblemKind::UnknownField),
        ("greater_than", "greater_then", ProblemKind::UnknownOperator),
    ] {
        let policy = POLICY.replacen(right, wrong, 1);
        assert_ne!(policy, POLICY);
        let error = refused(&policy);
        let first = error.first().unwrap();
        assert_eq!(first.kind, kind, "{first}");
        assert!(first.place.is_some(), "{first}");
        let word = wrong.trim().rsplit(": ").next().unwrap();
        assert!(first.message.contains(&format!("`{word}`")), "{first}");
    }
}

#[test]
fn text_that_is_no_yaml_is_an_error_with_its_place() {
    for text in [
        "rules: [",
        "\t",
        "a: b: c",
        "%YAML 9",
        "version: 1\n\"",
        "*a",
        "&a *a",
        "\u{feff}x",
    ] {
        let error = refused(text);
        let first = error.first().unwrap();
        assert!(
            first.kind.code().starts_with("P0") || first.kind.code().starts_with("P1"),
            "{text:?}: {first}"
        );
        assert!(!first.message.ends_with('.'), "{first}");
        assert!(!first.message.contains('\n'), "{first:?}");
    }
}

#[test]
fn an_alias_bomb_is_refused_and_not_expanded() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..40 {
        let below = level - 1;
        let aliases = vec![format!("*a{below}"); 10].join(", ");
        writeln!(bomb, "a{level}: &a{level} [{aliases}]").unwrap();
    }
    assert_eq!(refused(&bomb).first().unwrap().kind, ProblemKind::TooLarge);
}

#[test]
fn an_alias_to_itself_is_refused() {
    assert!(
        !refused("version: 1\nrules: &a [*a]\n")
            .problems()
            .is_empty()
    );
}

#[test]
fn a_hundred_levels_are_read_and_more_than_128_refused() {
    let nested = |depth: usize| {
        let (open, close) = ("[".repeat(depth), "]".repeat(depth));
        format!("version: 1\nignored: {open}{close}\nrules: []\n")
    };
    assert!(Policy::from_strings(SCHEMA, &nested(100), None).is_ok());
    let error = refused(&nested(200));
    assert_eq!(error.first().unwrap().kind, ProblemKind::TooLarge);
    let error = refused(&nested(100_000));
    assert_eq!(error.first().unwrap().place.unwrap().line, 2);
}

#[test]
fn fifty_megabytes_of_rules_are_refused_for_their_length() {
    let mut text = "version: 1\nrules: []\n".to_owned();
    text.push_str(&"# fifty megabytes of comment\n".repeat(50 * 1024 * 1024 / 29 + 1));
    assert_eq!(refused(&text).first().unwrap().kind, ProblemKind::TooLarge);
}

#[test]
fn empty_texts_are_refused() {
    assert!(Policy::from_strings("", "", None).is_err());
    assert!(Policy::from_strings(SCHEMA, "", None).is_err());
    assert!(Policy::from_strings("", POLICY, None).is_err());
    assert!(Policy::from_strings(SCHEMA, POLICY, Some("")).is_err());
}

#[test]
fn a_misspelt_action_gets_the_default_answer_and_says_so() {
    let decision = runtime().evaluate(&Action::new("refnud").with("amount", 5000));
    assert_eq!(decision.effect, Effect::Allow);
    assert!(decision.default_used);
    assert_eq!(decision.matched_rule, None);
    assert_eq!(
        decision.missing.to_vec(),
        ["snapshot.frozen"],
        "only global rules were asked"
    );
}

#[test]
fn a_value_of_another_type_makes_a_comparison_false_and_is_not_converted() {
    let runtime = runtime();
    for value in [
        Value::from("5000"),
        Value::from(true),
        Value::Null,
        Value::from(vec![5000]),
        Value::from(Fields::new().with("amount", 5000)),
        Value::from(f64::NAN),
    ] {
        let decision = runtime.evaluate(&Action::new("refund").with("amount", value.clone()));
        assert!(decision.default_used, "{value}");
        assert!(
            !decision.missing.iter().any(|path| *path == "action.amount"),
            "{value} is there"
        );
    }
}

#[test]
fn numbers_beyond_two_to_the_53_are_compared_as_floats() {
    let condition = "{subject: {domain: action, field: amount}, operator: equals, value: {literal: 9007199254740992}}";
    let policy = Policy::from_strings(SCHEMA, &with_condition(condition), None).unwrap();
    let runtime = audit_core::Runtime::builder()
        .policy(policy)
        .build()
        .unwrap();
    assert!(runtime.block(&refund(9_007_199_254_740_992)));
    assert!(
        runtime.block(&refund(9_007_199_254_740_993)),
        "rounded, as version 1 defines it"
    );
    assert!(runtime.allow(&refund(9_007_199_254_740_994)));
    assert!(runtime.allow(&Action::new("refund").with("amount", u64::MAX)));
}

#[test]
fn empty_and_enormous_texts_are_ordinary_values() {
    let large = "x".repeat(1 << 20);
    let runtime = runtime();
    for text in ["", large.as_str(), "\0", "\u{feff}"] {
        let action = Action::new(text).with(text, text).on(text);
        let actor = Actor::new(text.to_owned()).with("role", text.to_owned());
        let decision = Scope::new().actor(actor).run(|| runtime.evaluate(&action));
        assert!(decision.permits());
        let explanation = runtime.explain(&action);
        assert!(explanation.to_string().contains("allow"));
    }
}

#[test]
fn a_thousand_fields_are_read_like_a_few() {
    let names: Vec<String> = (0..1000).map(|number| format!("f{number}")).collect();
    let fields: Fields<'_> = names.iter().map(|name| (name, 1)).collect();
    let action = Action::new("refund")
        .with_fields(fields)
        .with("amount", 5000);
    assert!(runtime().block(&action));
}

#[test]
fn foreign_texts_that_are_no_identifier_time_trace_or_digest_are_refused() {
    for text in ["", "x", "00-0-0-00", "\0", &"9".repeat(1 << 20)] {
        assert!(text.parse::<Trace>().is_err());
        assert!(text.parse::<EventId>().is_err());
        assert!(text.parse::<Timestamp>().is_err());
        assert!(text.parse::<Digest>().is_err());
        let message = text.parse::<Trace>().unwrap_err().to_string();
        assert!(message.len() < 400, "a message repeats no megabyte");
        assert!(!message.contains('\0'));
    }
    let zero = "00-00000000000000000000000000000000-00f067aa0ba902b7-01";
    assert!(zero.parse::<Trace>().is_err());
}

#[test]
fn the_longest_time_is_a_legal_limit_everywhere() {
    let runtime = support::builder()
        .slow_observer(Duration::MAX)
        .observer("never slow", |_| {})
        .queued_observer("queued", usize::MAX, |_| {})
        .build()
        .unwrap();
    assert!(runtime.allow(&refund(1)));
    runtime.flush(Duration::MAX).unwrap();
    assert_eq!(runtime.observer_stats()[0].slow_calls, 0);
}

#[test]
fn an_apostrophe_stays_one_in_messages_and_a_line_break_does_not() {
    let policy = Policy::from_strings(
        "language: audit/2\nactions: {\"refund o'clock\": {fields: {amount: decimal}}}\n",
        "language: audit/2\ndefault: allow\nrules:\n  - id: it's large\n    scope: {action: \"refund o'clock\"}\n    \
         when: {subject: action.amount, operator: greater_than, value: 5}\n    effect: block\n    \
         reason: \"it can't\\nbe \\\"large\\\"\"\n    owner: the actor's team\n",
        None,
    )
    .unwrap();
    let runtime = audit_core::Runtime::builder()
        .policy(policy)
        .build()
        .unwrap();
    let action = Action::new("refund o'clock");
    let decision = runtime.evaluate(&action);
    assert_eq!(
        decision.error.as_ref().map(ToString::to_string).as_deref(),
        Some(
            "step `evaluate` missing: rule `it's large` can't be decided as `action.amount` is missing"
        )
    );
    let explained = runtime.explain(&action.with("amount", 7)).to_string();
    for line in [
        "refund o'clock: block by rule \"it's large\"",
        r#"  reason: it can't\nbe "large""#,
        "; owner: the actor's team",
    ] {
        assert!(explained.contains(line), "{explained}");
    }
    let target = audit_core::ModeTarget::rule("it's large");
    assert_eq!(target.to_string(), "rule `it's large`");
}
