//! What is told of cases that passed, failed or were not run, in each form.

use std::fs;

use serde_json::Value;

use super::{own, test, test_own};
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
fn a_report_is_not_written_over_what_it_is_made_from() -> Result<(), Failure> {
    let schema = "actions: {refund: {fields: {}}}\n";
    let case = "cases:\n  - {name: a, action: {type: refund}, expect: {effect: allow}}\n";
    let dir = own(schema, "default: allow\nrules: []\n", case)?;
    fs::create_dir(dir.path().join("x"))?;
    let names = ["s.test.yaml", "p/schema.yaml", "p/policy.yaml"];
    let read = || names.map(|name| fs::read_to_string(dir.path().join(name)).ok());
    let before = read();
    let mut outputs = vec![
        "s.test.yaml",
        "./x/../s.test.yaml",
        "p/policy.yaml",
        "p/schema.yaml",
    ];
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("s.test.yaml", dir.path().join("link"))?;
        fs::hard_link(dir.path().join("p/policy.yaml"), dir.path().join("hard"))?;
        outputs.extend(["link", "hard"]);
    }
    for output in outputs {
        let run = test_own(&dir, &["--output", output])?;
        let told = |name: &str| {
            run.err
                == format!("error: `--output` names `{name}`, which is read: choose another file\n")
        };
        assert!(names.into_iter().any(told), "{output}: {}", run.err);
        assert_eq!((run.out.as_str(), run.code), ("", Some(2)), "{output}");
        assert_eq!(read(), before, "{output}");
    }
    let run = test_own(&dir, &["--output", "p/report"])?;
    assert_eq!((run.err.as_str(), run.code), ("", Some(0)));
    Ok(())
}

#[test]
fn what_can_not_come_of_a_policy_is_noted() -> Result<(), Failure> {
    let schema = "actions: {refund: {fields: {}}}\n";
    let policy =
        "default: allow\nrules:\n  - {id: all_of_it, scope: {action: refund}, effect: block}\n";
    let case = "cases:\n  - {name: a, action: {type: refund}, expect: {rule: al_of_it, would: block, would_rule: other}}\n";
    let dir = own(schema, policy, case)?;
    assert_golden("test_noted", &test_own(&dir, &[])?)?;
    let run = test_own(&dir, &["--format", "junit"])?;
    let told =
        "got &quot;all_of_it&quot; (the policy has no rule `al_of_it`, did you mean `all_of_it`?)";
    assert!(run.out.contains(told), "{}", run.out);
    Ok(())
}

/// A hash that anybody can make hides nothing of what can be guessed.
#[test]
fn what_would_be_hashed_is_masked_as_nobody_has_a_secret() -> Result<(), Failure> {
    let schema = "actions: {pay: {fields: {card: {type: string, sensitive: hash}}}}\n";
    let policy = "default: allow\nrules:\n  - {id: card, scope: {action: pay}, when: {subject: action.card, operator: equals, value: \"4111\"}, effect: block}\n";
    let case =
        "cases:\n  - {name: a, action: {type: pay, card: \"4111\"}, expect: {effect: allow}}\n";
    let dir = own(schema, policy, case)?;
    let action = r#"{"type": "pay", "card": "4111"}"#;
    for arguments in [
        &["test", "s.test.yaml"][..],
        &["test", "--format", "json", "s.test.yaml"],
        &["test", "--format", "junit", "s.test.yaml"],
        &["explain", "p", "--action", action],
        &["explain", "--format", "json", "p", "--action", action],
        &["eval", "p", "--action", action],
        &["eval", "--format", "json", "p", "--action", action],
    ] {
        let run = crate::command::audit_in(dir.path(), arguments)?;
        for hint in ["hmac", "4111"] {
            assert!(!run.out.contains(hint), "{arguments:?}: {}", run.out);
        }
        let shows = run.out.contains("***");
        assert_eq!(shows, arguments[0] != "eval", "{arguments:?}: {}", run.out);
    }
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
