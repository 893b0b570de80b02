//! Fields that are absent, null, or hold something else.

use audit_core::{Effect, Evaluator, FailureKind, Fields, Value};

use crate::asked::{Asked, blocking, holds, policy};

const TEXT: &str = "{subject: action.text, operator: equals, value: a}";

#[test]
fn an_absent_field_makes_a_comparison_unknown_and_so_its_opposite() {
    let asked = Asked::pay();
    for condition in [
        TEXT.to_owned(),
        format!("{{not: {TEXT}}}"),
        "{subject: action.text, operator: not_equals, value: a}".to_owned(),
        format!("{{all: [{TEXT}, {{subject: action.type, operator: equals, value: pay}}]}}"),
        format!("{{any: [{TEXT}, {{subject: action.type, operator: equals, value: x}}]}}"),
    ] {
        assert_eq!(holds(&condition, &asked), None, "{condition}");
    }
    // What is certain anyway stays certain.
    let no = "{subject: action.type, operator: equals, value: x}";
    let yes = "{subject: action.type, operator: equals, value: pay}";
    assert_eq!(
        holds(&format!("{{all: [{TEXT}, {no}]}}"), &asked),
        Some(false)
    );
    assert_eq!(
        holds(&format!("{{any: [{TEXT}, {yes}]}}"), &asked),
        Some(true)
    );
    assert_eq!(
        holds(&format!("{{not: {{any: [{TEXT}, {yes}]}}}}"), &asked),
        Some(false)
    );
}

#[test]
fn an_indeterminate_decision_blocks_and_names_the_field() {
    let answer = Asked::pay().of(&blocking(TEXT));
    assert_eq!(answer.effect, Effect::Block);
    assert_eq!(answer.rule, None);
    assert_eq!(answer.failure, Some(FailureKind::Missing));
    assert_eq!(answer.missing, ["action.text"]);
    let answer = Asked::pay().with("text", 5).of(&blocking(TEXT));
    assert_eq!(answer.failure, Some(FailureKind::TypeMismatch));
    assert_eq!(answer.missing, [""; 0]);
}

#[test]
fn an_optional_field_may_be_absent() {
    let asked = Asked::pay();
    for (condition, expected) in [
        ("{subject: action.maybe, operator: equals, value: a}", false),
        (
            "{subject: action.maybe, operator: not_equals, value: a}",
            false,
        ),
        (
            "{not: {subject: action.maybe, operator: equals, value: a}}",
            true,
        ),
        ("{subject: action.maybe, operator: exists}", false),
        (
            "{subject: action.maybe, operator: exists, value: false}",
            true,
        ),
        (
            "{subject: action.maybe_place.city, operator: equals, value: a}",
            false,
        ),
        (
            "{subject: action.maybe_place.city, operator: exists}",
            false,
        ),
    ] {
        assert_eq!(holds(condition, &asked), Some(expected), "{condition}");
        assert_eq!(asked.of(&blocking(condition)).missing, [""; 0]);
    }
    let without_zip = Asked::pay().with("place", Fields::new());
    let city = "{subject: action.place.city, operator: equals, value: a}";
    assert_eq!(holds(city, &without_zip), None);
    let zip = "{subject: action.place.zip, operator: equals, value: a}";
    assert_eq!(holds(zip, &without_zip), Some(false));
}

#[test]
fn null_equals_null_and_nothing_else() {
    let asked = Asked::pay()
        .with("null_or", Value::Null)
        .with("null_or_flag", Value::Null)
        .with("null_place", Value::Null)
        .with("count", 5);
    for (condition, expected) in [
        (
            "{subject: action.null_or, operator: equals, value: null}",
            true,
        ),
        (
            "{subject: action.null_or, operator: not_equals, value: null}",
            false,
        ),
        (
            "{subject: action.null_or, operator: equals, value: 5}",
            false,
        ),
        (
            "{subject: action.null_or, operator: not_equals, value: 5}",
            true,
        ),
        (
            "{subject: action.null_or, operator: not_in, value: [5, 6]}",
            true,
        ),
        (
            "{subject: action.null_or, operator: greater_than, value: 5}",
            false,
        ),
        (
            "{not: {subject: action.null_or, operator: less_than, value: 5}}",
            true,
        ),
        ("{subject: action.null_or, operator: exists}", true),
        (
            "{subject: action.null_or, operator: not_equals, value: {subject: action.count}}",
            true,
        ),
        (
            "{subject: action.null_or_flag, operator: not_equals, value: true}",
            true,
        ),
        (
            "{subject: action.null_or_flag, operator: equals, value: false}",
            false,
        ),
        (
            "{subject: action.null_place.city, operator: equals, value: a}",
            false,
        ),
    ] {
        assert_eq!(holds(condition, &asked), Some(expected), "{condition}");
    }
    let unfit = Asked::pay().with("text", Value::Null);
    assert_eq!(holds(TEXT, &unfit), None);
}

#[test]
fn an_unknown_rule_matters_only_if_it_could_change_the_effect() {
    let rules = |combine: &str, unknown: &str, known: &str| {
        policy(&format!(
            "default: allow\ncombine: {combine}\nrules:\n  \
             - {{id: unknown, scope: {{action: pay}}, when: {TEXT}, effect: {unknown}}}\n  \
             - {{id: known, scope: {{action: pay}}, effect: {known}}}\n"
        ))
    };
    for (combine, unknown, known, expected) in [
        ("first_match", "block", "allow", None),
        ("first_match", "allow", "block", None),
        ("first_match", "block", "block", Some("known")),
        ("first_match", "allow", "allow", Some("known")),
        ("block_overrides", "block", "allow", None),
        ("block_overrides", "allow", "block", Some("known")),
        (
            "block_overrides",
            "require_approval",
            "block",
            Some("known"),
        ),
        ("block_overrides", "block", "require_approval", None),
    ] {
        let answer = Asked::pay().of(&rules(combine, unknown, known));
        let row = (combine, unknown, known);
        assert_eq!(answer.failure.is_none(), expected.is_some(), "{row:?}");
        assert_eq!(answer.rule.as_deref(), expected, "{row:?}");
    }
    // A rule behind the one that decides can't change anything.
    let behind = policy(&format!(
        "default: allow\nrules:\n  - {{id: first, scope: {{action: pay}}, effect: allow}}\n  \
         - {{id: unknown, scope: {{action: pay}}, when: {TEXT}, effect: block}}\n"
    ));
    assert_eq!(Asked::pay().of(&behind).rule.as_deref(), Some("first"));
}

#[test]
fn a_policy_may_take_absent_and_unfit_for_false() {
    let asked = Asked::pay();
    let lenient = |condition: &str| {
        policy(&format!(
            "default: allow\non_missing: no_match\non_error: no_match\n\
             rules: [{{id: r, scope: {{action: pay}}, when: {condition}, effect: block}}]"
        ))
    };
    assert_eq!(asked.of(&lenient(TEXT)).effect, Effect::Allow);
    assert_eq!(asked.of(&lenient(TEXT)).missing, ["action.text"]);
    assert_eq!(
        asked.of(&lenient(&format!("{{not: {TEXT}}}"))).effect,
        Effect::Block
    );
    let unfit = Asked::pay().with("text", 5).with("ip", "nowhere");
    assert_eq!(unfit.of(&lenient(TEXT)).effect, Effect::Allow);
    assert_eq!(
        unfit.of(&lenient(&format!("{{not: {TEXT}}}"))).effect,
        Effect::Block
    );
    let network = "{not: {subject: action.ip, operator: in_cidr, value: 10.0.0.0/8}}";
    assert_eq!(unfit.of(&lenient(network)).effect, Effect::Block);
}

#[test]
fn on_error_allow_is_for_whoever_asks() {
    let lenient = policy(&format!(
        "default: allow\non_error: allow\n\
         rules: [{{id: r, scope: {{action: pay}}, when: {TEXT}, effect: block}}]"
    ));
    assert!(lenient.allows_indeterminate());
    assert_eq!(
        Asked::pay().of(&lenient).failure,
        Some(FailureKind::Missing)
    );
    assert!(!blocking(TEXT).allows_indeterminate());
}

#[test]
fn a_part_that_must_be_there_is_missing_in_a_map_that_may_be_absent() {
    let lenient = policy(
        "default: allow
on_error: no_match
rules:
  - {id: r, scope: {action: pay}, effect: block, when: {subject: action.maybe_place.city, operator: equals, value: a}}
",
    );
    let answer = Asked::pay().with("maybe_place", Fields::new()).of(&lenient);
    assert_eq!(answer.failure, Some(FailureKind::Missing));
    assert_eq!(answer.missing, ["action.maybe_place.city"]);
}

#[test]
fn the_field_that_is_named_is_one_that_leaves_the_rule_open() {
    // `other_text` is missing, but `maybe` may be absent, which makes that comparison false.
    let condition = "{any: [{subject: action.maybe, operator: equals, value: {subject: action.other_text}}, \
                     {subject: action.text, operator: equals, value: a}]}";
    let answer = Asked::pay().with("text", 5).of(&blocking(condition));
    assert_eq!(answer.failure, Some(FailureKind::TypeMismatch));
}

#[test]
fn a_decimal_of_forty_digits_in_a_request_is_unfit_and_never_rounded() {
    let digits = "1234567890123456789012345678901234567890";
    let fraction = "0.1234567890123456789012345678901234567890";
    let fits = "1234567890123456789012345678";
    for condition in [
        "{subject: action.money, operator: greater_than, value: 1}",
        "{subject: action.money, operator: less_than, value: 1}",
        "{subject: action.money, operator: equals, value: \"0.1234567890123456789012345678\"}",
    ] {
        let policy = blocking(condition);
        for text in [digits, fraction] {
            let answer = Asked::pay().with("money", text).of(&policy);
            let (effect, failure) = (answer.effect, answer.failure);
            let unfit = (Effect::Block, Some(FailureKind::TypeMismatch));
            assert_eq!((effect, failure), unfit, "{text}: {condition}");
        }
        let fitting = Asked::pay().with("money", fits).of(&policy);
        assert_eq!(fitting.failure, None, "{condition}");
    }
    // Where the policy says so, what is unfit compares with nothing.
    let lenient = policy(
        "default: allow\non_error: no_match\nrules: [{id: r, scope: {action: pay}, effect: block, \
         when: {subject: action.money, operator: greater_than, value: 1}}]",
    );
    let answer = Asked::pay().with("money", digits).of(&lenient);
    assert_eq!((answer.effect, answer.failure), (Effect::Allow, None));
}
