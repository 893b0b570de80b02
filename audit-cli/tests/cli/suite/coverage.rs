//! `--coverage` and `--coverage-threshold`.

use serde_json::{Value, json};

use super::test;
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
