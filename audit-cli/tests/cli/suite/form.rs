//! What a suite may say, and that it is asked as it is said.

use std::fs;

use super::test;
use crate::Failure;
use crate::command::{Run, audit_in, folder};

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
