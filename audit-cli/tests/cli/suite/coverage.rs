//! `--coverage` and `--coverage-threshold`.

use serde_json::{Value, json};

use super::{own, test, test_own};
use crate::Failure;
use crate::golden::assert_golden;

/// Cases of which one decides by the first rule, and none asks the others.
const COVERED: [&str; 4] = ["--coverage", "coverage.test.yaml", "--filter", "covered/"];

#[test]
fn coverage_shows_what_no_case_has_seen() -> Result<(), Failure> {
    assert_golden("test_coverage", &test(&COVERED)?)
}

#[test]
fn coverage_below_the_threshold_is_a_finding() -> Result<(), Failure> {
    let run = test(&["--coverage-threshold", "33.4", "coverage.test.yaml"])?;
    assert_golden("test_coverage_below", &run)?;
    let run = test(&["--coverage-threshold", "33.3", "coverage.test.yaml"])?;
    assert_eq!(run.code, Some(0), "{}", run.out);
    Ok(())
}

#[test]
fn coverage_in_json_counts_cases() -> Result<(), Failure> {
    let run = test(&[&COVERED[..], &["--format", "json"]].concat())?;
    let report: Value = serde_json::from_str(&run.out)?;
    let coverage = &report["coverage"][0];
    assert_eq!(
        (&coverage["seen"], &coverage["total"]),
        (&json!(3), &json!(9))
    );
    let [first, _, third] = coverage["rules"].as_array().ok_or("no rules")?.as_slice() else {
        return Err(format!("{coverage}").into());
    };
    assert_eq!(
        (&first["matched"], &first["unmatched"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(
        (&third["matched"], &third["unasked"]),
        (&json!(0), &json!(1))
    );
    Ok(())
}

#[test]
fn suites_of_one_policy_share_its_coverage() -> Result<(), Failure> {
    let run = test(&["--coverage", "two", "passing.test.yaml"])?;
    assert_eq!(run.out.matches("coverage of ").count(), 1, "{}", run.out);
    Ok(())
}

const MODES: &str = "\
default: allow
rules:
  - {id: is_off, scope: {action: refund}, when: {subject: action.amount, operator: greater_than, value: 1}, effect: block, mode: off}
  - {id: old, scope: {action: refund}, when: {subject: action.amount, operator: greater_than, value: 2}, effect: block, expires: 2026-01-01T00:00:00Z}
  - {id: would, scope: {action: refund}, when: {subject: action.amount, operator: greater_than, value: 3}, effect: block, mode: shadow}
  - {id: same, scope: {action: refund}, when: {subject: action.amount, operator: greater_than, value: 4}, effect: allow, mode: shadow}
  - {id: nobody, scope: {action: refund}, when: {subject: action.amount, operator: greater_than, value: 5}, effect: allow, rollout: 0}
  - {id: after, scope: {action: refund}, when: {subject: action.amount, operator: greater_than, value: 6}, effect: allow}
";

/// A rule is covered where it had a say, not where its condition would have held.
#[test]
fn a_rule_that_took_no_part_is_not_covered_and_one_that_is_off_is_not_counted()
-> Result<(), Failure> {
    let schema = "actions: {refund: {fields: {amount: integer}}}\nactor: {fields: {id: string}}\n";
    let cases = "\
clock: 2026-11-23T09:00:00Z
cases:
  - {name: one, action: {type: refund, amount: 10}, actor: {id: ada}, expect: {effect: allow, rule: after, would: block, would_rule: would}}
";
    let dir = own(schema, MODES, cases)?;
    assert_golden("test_coverage_modes", &test_own(&dir, &["--coverage"])?)?;
    let run = test_own(&dir, &["--coverage", "--format", "json"])?;
    let report: Value = serde_json::from_str(&run.out)?;
    let coverage = &report["coverage"][0];
    assert_eq!(
        coverage["off"],
        json!([{"rule": "is_off", "line": 4, "effect": "block"}])
    );
    let rules = coverage["rules"].as_array().ok_or("no rules")?.iter();
    let counts: Vec<_> = rules
        .map(|rule| ["matched", "in_shadow", "expired"].map(|word| rule[word].as_u64()))
        .collect();
    let some = |counts: [u64; 3]| counts.map(Some);
    let expected = [[0, 0, 1], [1, 0, 0], [0, 1, 0], [0, 1, 0], [1, 0, 0]];
    assert_eq!(counts, expected.map(some));
    Ok(())
}
