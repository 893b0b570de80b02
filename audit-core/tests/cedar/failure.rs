//! Policies that can't be evaluated: no answer that they could have changed is given.

use audit_core::{Action, Actor};

use super::{PERMIT, answer, policy, with_action};

/// Fails on a refund that says nothing of `fee`.
const FAILING_FORBID: &str =
    "@id(\"fee\") forbid(principal, action, resource) when { context.action.fee > 3 };";
const FAILING_PERMIT: &str =
    "@id(\"free\") permit(principal, action, resource) when { context.action.fee == 0 };";
const FAILING_APPROVAL: &str = "@id(\"slow\") @effect(\"require_approval\") forbid(principal, action, resource) \
                                when { context.action.fee > 1 };";
const LARGE: &str = "@id(\"large\") @effect(\"require_approval\") forbid(principal, action, resource) \
                     when { context.action.amount > 10 };";
const HUGE: &str =
    "@id(\"huge\") forbid(principal, action, resource) when { context.action.amount > 100 };";

fn of(policies: &[&str], amount: i64) -> String {
    let asked = with_action(Action::new("refund").with("amount", amount));
    answer(&policy(&policies.join("\n")), &asked)
}

fn failed(id: &str, line: u32, column: u32) -> String {
    format!(
        "indeterminate: policy `{id}` can't be evaluated: it reads an attribute or tag that is not there \
         (policies:{line}:{column})"
    )
}

#[test]
fn a_forbid_that_fails_does_not_fail_open() {
    assert_eq!(of(&[PERMIT, FAILING_FORBID], 5), failed("fee", 2, 55));
    assert_eq!(
        of(&[FAILING_FORBID], 5),
        failed("fee", 1, 55),
        "nor pass for a clean default"
    );
}

#[test]
fn a_permit_that_fails_makes_the_decision_indeterminate() {
    assert_eq!(of(&[FAILING_PERMIT], 5), failed("free", 1, 56));
    assert_eq!(of(&[PERMIT, FAILING_PERMIT], 5), failed("free", 2, 56));
}

#[test]
fn a_forbid_that_holds_decides_whatever_fails_beside_it() {
    assert_eq!(
        of(&[PERMIT, FAILING_FORBID, FAILING_PERMIT, HUGE], 500),
        "block by huge"
    );
}

#[test]
fn an_approval_is_not_asked_for_where_a_failed_policy_could_block() {
    assert_eq!(
        of(&[PERMIT, LARGE, FAILING_FORBID], 50),
        failed("fee", 3, 55)
    );
    assert_eq!(of(&[LARGE, FAILING_PERMIT], 50), failed("free", 2, 56));
    // One more approval would change nothing.
    assert_eq!(
        of(&[PERMIT, LARGE, FAILING_APPROVAL], 50),
        "require_approval by large"
    );
    // Without a permit it is blocked, and something is broken.
    let failed = failed("slow", 2, 84);
    assert_eq!(of(&[LARGE, FAILING_APPROVAL], 50), failed);
}

#[test]
fn every_cause_has_words_that_show_no_value() {
    let secret = "5f2c-secret";
    let asked = || {
        let action = Action::new("refund")
            .with("token", secret)
            .with("count", i64::MAX)
            .on(secret);
        super::Asked {
            action,
            actor: Actor::new(secret),
            ..super::Asked::default()
        }
    };
    for (condition, cause) in [
        (
            "context.action.fee == 1",
            "it reads an attribute or tag that is not there",
        ),
        (
            "principal.fee == 1",
            "it asks something of an entity that nobody knows",
        ),
        (
            "resource.owner.fee == 1",
            "it asks something of an entity that nobody knows",
        ),
        (
            "context.action.token > 3",
            "an operator or function met a value of another type",
        ),
        (
            "context.action.count + 1 > 0",
            "a number grew beyond 64 bits",
        ),
        (
            "ip(context.action.token).isIpv4()",
            "an extension function does not accept its argument",
        ),
        (
            "decimal(context.action.token) == decimal(\"1.0\")",
            "an extension function does not accept its argument",
        ),
    ] {
        let policies =
            format!("@id(\"it\") forbid(principal, action, resource) when {{ {condition} }};");
        let answer = answer(&policy(&policies), &asked());
        assert!(
            answer.starts_with(&format!(
                "indeterminate: policy `it` can't be evaluated: {cause} (policies:1:"
            )),
            "{answer}"
        );
        assert!(
            !answer.contains(secret) && !answer.contains("9223372036854775807"),
            "{answer}"
        );
    }
}

#[test]
fn many_failures_are_named_in_order_and_counted() {
    let policies: Vec<String> = (0..7)
        .map(|number| format!("@id(\"f{number}\") forbid(principal, action, resource) when {{ context.action.fee > 3 }};"))
        .collect();
    let answer = answer(
        &policy(&policies.join("\n")),
        &with_action(Action::new("refund")),
    );
    let named: Vec<&str> = answer
        .split("; ")
        .filter_map(|part| part.split('`').nth(1))
        .collect();
    assert_eq!(named, ["f0", "f1", "f2", "f3"]);
    assert!(answer.ends_with("; and 3 more"), "{answer}");
}
