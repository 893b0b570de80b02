//! What a suite may say, and that it is asked as it is said.

use std::fs;

use super::test;
use crate::Failure;
use crate::command::{Run, audit_in, folder};
use crate::golden::assert_golden;

/// Runs one case, written out, against the policy `sound`.
fn case(case: &str) -> Result<Run, Failure> {
    let dir = tempfile::tempdir()?;
    let suite = format!("suite: s\ncases:\n  - {case}\n");
    fs::write(dir.path().join("s.yaml"), suite)?;
    let policy = folder("policies/sound");
    let policy = policy.to_str().ok_or("a path that is not UTF-8")?;
    Ok(audit_in(
        dir.path(),
        &["test", "--policy", policy, "s.yaml"],
    )?)
}

#[test]
fn every_form_of_a_case_is_asked_as_it_is_said() -> Result<(), Failure> {
    let run = test(&["passing.test.yaml"])?;
    assert_eq!((run.err.as_str(), run.code), ("", Some(0)), "{}", run.out);
    Ok(())
}

#[test]
fn all_that_language_2_says_can_be_expected() -> Result<(), Failure> {
    assert_golden("test_strict", &test(&["--coverage", "strict.test.yaml"])?)
}

/// What a service would be told is what a suite is told: the explanation is made by a runtime.
#[test]
fn an_explanation_is_that_of_a_call_in_the_mode_and_at_the_time_of_the_case() -> Result<(), Failure>
{
    let dir = tempfile::tempdir()?;
    let suite = fs::read_to_string(folder("suites/strict.test.yaml"))?;
    let wrong = suite
        .replace(
            "block, not_for_acme, shadow",
            "block, not_for_acme, enforce",
        )
        .replace("allow, null, null, null]", "block, null, null, null]");
    fs::write(dir.path().join("s.yaml"), wrong)?;
    let policy = folder("policies/strict");
    let policy = policy.to_str().ok_or("a path that is not UTF-8")?;
    let run = audit_in(dir.path(), &["test", "--policy", policy, "s.yaml"])?;
    assert_golden("test_strict_failed", &run)
}

#[test]
fn an_expectation_that_is_not_written_is_not_checked() -> Result<(), Failure> {
    let run = case("{name: one, action: {type: refund, amount: 5000}, expect: {severity: null}}")?;
    assert_eq!(run.code, Some(0), "{}", run.out);
    Ok(())
}

#[test]
fn null_expects_that_nothing_is_said() -> Result<(), Failure> {
    for key in ["rule", "would", "would_rule", "reason", "severity"] {
        let run = case(&format!(
            "{{name: one, action: {{type: x}}, expect: {{{key}: null}}}}"
        ))?;
        assert_eq!(run.code, Some(0), "{key}: {}", run.out);
    }
    let run = case("{name: one, action: {type: refund, amount: 5000}, expect: {rule: null}}")?;
    assert_eq!(run.code, Some(1), "{}", run.out);
    Ok(())
}

#[test]
fn missing_fields_are_expected_in_any_order() -> Result<(), Failure> {
    let missing = "[snapshot.fraud_flag, action.amount, actor.role]";
    let run = case(&format!(
        "{{name: one, action: {{type: refund}}, expect: {{missing: {missing}}}}}"
    ))?;
    assert_eq!(run.code, Some(0), "{}", run.out);
    let missing = "[action.amount, actor.role]";
    let run = case(&format!(
        "{{name: one, action: {{type: refund}}, expect: {{missing: {missing}}}}}"
    ))?;
    assert_eq!(run.code, Some(1), "{}", run.out);
    Ok(())
}

#[test]
fn an_alias_is_what_it_refers_to() -> Result<(), Failure> {
    let run = case(
        "{name: one, action: {type: refund, amount: &a 1001}, actor: {x: *a}, expect: {rule: block_large}}",
    )?;
    assert_eq!(run.code, Some(0), "{}", run.out);
    Ok(())
}
