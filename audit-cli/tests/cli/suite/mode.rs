//! Calls that are off, and times that stand still.

use super::{own, test_own};
use crate::Failure;
use crate::golden::assert_golden;

const SCHEMA: &str =
    "actions: {refund: {fields: {amount: integer}}, payout: {fields: {amount: integer}}}\n";

#[test]
fn a_case_in_mode_off_has_nothing_to_expect() -> Result<(), Failure> {
    let cases = "cases:\n  - {name: a, mode: off, action: {type: refund, amount: 1}, expect: {effect: allow}}\n";
    let run = test_own(&own(SCHEMA, "default: allow\nrules: []\n", cases)?, &[])?;
    let told = "error: mode `off` judges nothing, so there is nothing to expect; expected one of `shadow`, `enforce`\n \
         --> s.test.yaml:4:21\n";
    assert!(run.err.starts_with(told), "{}", run.err);
    assert_eq!((run.out.as_str(), run.code), ("", Some(3)));
    Ok(())
}

const OFF: &str = "\
default: allow
modes: {payout: off}
rules:
  - {id: large, scope: {action: [refund, payout]}, when: {subject: action.amount, operator: greater_than, value: 100}, effect: block}
";

#[test]
fn a_call_that_the_policy_turns_off_is_not_judged() -> Result<(), Failure> {
    let cases = "\
actions: {large: {type: payout, amount: 500}}
cases:
  - {name: is off, action: large, expect: {mode: off, effect: null, rule: null, would: null}}
  - {name: is not judged, action: large, expect: {effect: block, rule: large}}
  - {name: is judged, action: {type: refund, amount: 500}, expect: {effect: block, mode: enforce}}
";
    assert_golden(
        "test_off",
        &test_own(&own(SCHEMA, OFF, cases)?, &["--coverage"])?,
    )
}

#[test]
fn a_rule_with_a_mode_of_its_own_holds_in_a_call_that_is_off() -> Result<(), Failure> {
    let policy = format!(
        "{OFF}  - {{id: huge, scope: {{action: payout}}, when: {{subject: action.amount, operator: greater_than, value: 900}}, effect: block, mode: enforce}}\n"
    );
    let cases = "\
cases:
  - {name: enforced, action: {type: payout, amount: 1000}, expect: {effect: block, rule: huge, mode: enforce}}
  - {name: off, action: {type: payout, amount: 500}, expect: {effect: null, rule: null, mode: off}}
";
    let run = test_own(&own(SCHEMA, &policy, cases)?, &[])?;
    assert_eq!((run.err.as_str(), run.code), ("", Some(0)), "{}", run.out);
    Ok(())
}

/// What is explained is what was asked: at the time of the case, and at none where it says none.
#[test]
fn an_explanation_is_made_at_the_time_of_the_case_or_at_none() -> Result<(), Failure> {
    let policy = "\
default: allow
rules:
  - {id: old, scope: {action: refund}, effect: allow, expires: 2026-01-01T00:00:00Z}
  - id: at_night
    scope: {action: refund}
    when: {not: {subject: request.time, operator: within, value: {from: \"09:00\", to: \"17:30\", zone: UTC}}}
    effect: require_approval
";
    let cases = "\
actions: {small: {type: refund, amount: 1}}
cases:
  - {name: in the evening, clock: 2026-03-03T20:00:00Z, action: small, expect: {effect: block}}
  - {name: before that, clock: 2025-03-03T20:00:00Z, action: small, expect: {effect: block}}
  - {name: at no time, action: small, expect: {rule: at_night}}
";
    assert_golden("test_times", &test_own(&own(SCHEMA, policy, cases)?, &[])?)
}
