//! What is told of cases that passed, failed or were not run, in each form.

use std::fs;

use serde_json::Value;

use super::test;
use crate::Failure;
use crate::command::Run;
use crate::golden::assert_golden;

#[test]
fn a_suite_that_passes_is_one_line() -> Result<(), Failure> {
    assert_golden("test_passed", &test(&["passing.test.yaml"])?)
}

#[test]
fn a_failure_shows_expected_beside_got_and_why() -> Result<(), Failure> {
    assert_golden("test_failed", &test(&["failing.test.yaml"])?)
}

#[test]
fn a_report_for_a_build_server_is_xml() -> Result<(), Failure> {
    let run = test(&["--format", "junit", "failing.test.yaml"])?;
    assert_golden("test_junit", &timeless(run))
}

#[test]
fn what_is_sensitive_is_in_no_report() -> Result<(), Failure> {
    let text = test(&["--coverage", "sensitive.test.yaml"])?;
    assert_golden("test_sensitive", &text)?;
    for format in ["json", "junit"] {
        let run = test(&["--coverage", "--format", format, "sensitive.test.yaml"])?;
        for secret in ["open-sesame", "4711", "0000", "root@example.com"] {
            assert!(!run.out.contains(secret), "{format}: {}", run.out);
        }
    }
    Ok(())
}

#[test]
fn nothing_runs_after_the_first_failure_if_that_is_asked_for() -> Result<(), Failure> {
    assert_golden("test_fail_fast", &test(&["--fail-fast", "two"])?)?;
    let run = test(&["--fail-fast", "--format", "junit", "two"])?;
    assert_golden("test_fail_fast_junit", &timeless(run))?;
    let whole = test(&["two"])?;
    assert!(
        whole
            .out
            .ends_with("2 suites, 3 cases: 2 passed, 1 failed\n")
    );
    Ok(())
}

#[test]
fn a_report_may_go_to_a_file_and_the_text_to_whoever_looks_on() -> Result<(), Failure> {
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("report.json");
    let file = path.to_str().ok_or("a path that is not UTF-8")?;
    let run = test(&["--format", "json", "--output", file, "failing.test.yaml"])?;
    assert_golden("test_failed", &run)?;
    let report: Value = serde_json::from_str(&fs::read_to_string(&path)?)?;
    assert_eq!(report["failed"], 3);
    let run = test(&["--output", "absent/report", "passing.test.yaml"])?;
    let told = "error: `absent/report` can't be written: No such file or directory (os error 2)\n";
    assert_eq!((run.err.as_str(), run.code), (told, Some(3)));
    Ok(())
}

#[test]
fn characters_that_xml_has_no_form_for_are_replaced() -> Result<(), Failure> {
    let dir = tempfile::tempdir()?;
    let suite = "suite: odd\npolicy: policy\ncases:\n  - {name: one, action: {type: \"\\e\\uFFFF]]>\"}, expect: {rule: \"\\e\"}}\n";
    fs::write(dir.path().join("odd.test.yaml"), suite)?;
    let policies = crate::command::folder("policies/sound");
    let arguments = [
        "test",
        "--policy",
        policies.to_str().ok_or("a path that is not UTF-8")?,
        "--format",
        "junit",
        "odd.test.yaml",
    ];
    let run = crate::command::audit_in(dir.path(), &arguments)?;
    assert_eq!(run.code, Some(1));
    assert!(run.out.contains("]]&gt;"), "{}", run.out);
    assert!(!run.out.contains(['\u{1b}', '\u{ffff}']), "{}", run.out);
    Ok(())
}

/// The run without the times in its report.
fn timeless(mut run: Run) -> Run {
    let mut pieces = run.out.split("time=\"");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (time, rest) = piece.split_once('"').unwrap_or_default();
        assert!(time.parse::<f64>().is_ok(), "{time}");
        out.push_str("time=\"0.000\"");
        out.push_str(rest);
    }
    run.out = out;
    run
}
