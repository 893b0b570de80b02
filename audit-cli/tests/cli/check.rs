//! `audit policy check`.

use std::fmt::Write as _;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::Stdio;

use crate::Failure;
use crate::command::{audit, audit_in, folder, policy_command};
use crate::golden::assert_golden;
use crate::scratch::{copy_of_sound, not_utf8};

/// Runs `check` and holds the run against the golden file of the same name.
fn assert_check(name: &str, arguments: &[&str]) -> Result<(), Failure> {
    let arguments: Vec<&str> = std::iter::once("check")
        .chain(arguments.iter().copied())
        .collect();
    assert_golden(name, &audit(&arguments)?)
}

#[test]
fn a_sound_policy_shows_what_it_is() -> Result<(), Failure> {
    assert_check("check_sound", &["sound"])
}

#[test]
fn every_mistake_is_underlined() -> Result<(), Failure> {
    assert_check("check_mistakes", &["mistakes"])
}

#[test]
fn broken_yaml_is_underlined() -> Result<(), Failure> {
    assert_check("check_broken", &["broken"])
}

#[test]
fn a_violated_governance_rule_is_underlined() -> Result<(), Failure> {
    assert_check("check_governed", &["governed"])
}

#[test]
fn a_long_line_is_cut_around_the_place() -> Result<(), Failure> {
    assert_check("check_long_line", &["long_line"])
}

#[test]
fn wide_characters_keep_the_underline_in_place() -> Result<(), Failure> {
    assert_check("check_wide", &["wide"])
}

#[test]
fn warnings_are_no_finding() -> Result<(), Failure> {
    assert_check("check_warnings", &["warnings"])
}

#[test]
fn denied_warnings_are_a_finding() -> Result<(), Failure> {
    assert_check("check_deny_warnings", &["warnings", "--deny-warnings"])
}

#[test]
fn what_is_legal_and_most_likely_not_meant_is_a_warning() -> Result<(), Failure> {
    assert_check("check_linted", &["linted", "--at", "2026-06-01T00:00:00Z"])
}

#[test]
fn a_rule_expires_at_the_time_of_the_check() -> Result<(), Failure> {
    for (at, expired) in [
        ("2019-12-31T23:59:59Z", false),
        ("2020-01-01T00:00:00Z", true),
        ("2020-01-01T00:30:00+01:00", false),
    ] {
        let run = audit(&["check", "linted", "--at", at])?;
        assert_eq!(run.out.contains("[P412]"), expired, "{at}: {}", run.out);
    }
    // Without a time it is now, which is later than the fixture's.
    let run = audit(&["check", "linted"])?;
    assert!(run.out.contains("[P412]"), "{}", run.out);
    Ok(())
}

#[test]
fn a_time_that_is_none_is_wrong_usage_that_shows_one() -> Result<(), Failure> {
    let run = audit(&["check", "linted", "--at", "yesterday"])?;
    assert_eq!((run.out.as_str(), run.code), ("", Some(2)));
    let told = "`yesterday` is no RFC 3339 time such as `2026-11-23T08:00:00.5Z`";
    assert!(run.err.contains(told), "{}", run.err);
    Ok(())
}

#[test]
fn denied_warnings_deny_lints_too() -> Result<(), Failure> {
    let dir = tempfile::tempdir()?;
    for file in ["schema.yaml", "policy.yaml"] {
        let text = fs::read_to_string(folder("policies/linted").join(file))?;
        let text = text.replace("[support, support]", "[support]");
        fs::write(dir.path().join(file), text)?;
    }
    let allowed = audit_in(dir.path(), &["check", "."])?;
    let denied = audit_in(dir.path(), &["check", ".", "--deny-warnings"])?;
    assert_eq!((allowed.code, denied.code), (Some(0), Some(1)));
    assert_eq!(allowed.out, denied.out);
    Ok(())
}

#[test]
fn a_missing_directory_could_not_be_checked() -> Result<(), Failure> {
    assert_check("check_absent", &["absent"])
}

#[test]
fn files_may_be_named_one_by_one() -> Result<(), Failure> {
    let run = audit(&[
        "check",
        "--schema",
        "governed/schema.yaml",
        "--policy",
        "governed/policy.yaml",
        "--governance",
        "governed/governance.yaml",
    ])?;
    assert_golden("check_governed", &run)
}

#[test]
fn mistakes_in_what_is_sensitive_are_shown_with_the_legal_words() -> Result<(), Failure> {
    assert_check("check_sensitive", &["sensitive_mistakes"])
}

#[test]
fn a_file_that_is_not_utf8_is_a_finding_with_its_place() -> Result<(), Failure> {
    let dir = not_utf8()?;
    assert_golden("check_not_utf8", &audit_in(dir.path(), &["check", "."])?)
}

#[test]
fn characters_that_steer_a_terminal_are_shown_as_pictures() -> Result<(), Failure> {
    let dir = copy_of_sound()?;
    let policy = fs::read_to_string(dir.path().join("policy.yaml"))?;
    let hostile = policy
        .replace("block_large", "\"\\e[31m\"")
        .replace("greater_than", "above # \u{202e}\u{1b}");
    fs::write(dir.path().join("policy.yaml"), hostile)?;
    let run = audit_in(dir.path(), &["check", "."])?;
    assert_eq!(run.code, Some(1));
    assert!(!run.out.contains(['\u{1b}', '\u{202e}']), "{}", run.out);
    Ok(())
}

#[test]
fn thousands_of_problems_are_all_told() -> Result<(), Failure> {
    let dir = copy_of_sound()?;
    write_many_mistakes(dir.path())?;
    let run = audit_in(dir.path(), &["check", "."])?;
    assert_eq!(run.code, Some(1));
    assert!(run.out.matches("unknown operator `above`").count() == 10_000);
    Ok(())
}

#[test]
fn a_reader_that_leaves_ends_the_run_quietly() -> Result<(), Failure> {
    let dir = copy_of_sound()?;
    write_many_mistakes(dir.path())?;
    for format in ["text", "json", "sarif"] {
        let mut command = policy_command(&["check", ".", "--format", format]);
        let mut child = command
            .current_dir(dir.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        drop(child.stdout.take());
        let mut told = String::new();
        child
            .stderr
            .take()
            .ok_or("no standard error")?
            .read_to_string(&mut told)?;
        assert_eq!(
            (child.wait()?.code(), told.as_str()),
            (Some(3), ""),
            "{format}"
        );
    }
    Ok(())
}

fn write_many_mistakes(dir: &Path) -> Result<(), Failure> {
    let mut policy = String::from("version: 1\nrules:\n");
    for number in 0..10_000 {
        writeln!(
            policy,
            "  - id: r{number}\n    scope: {{action: refund}}\n    when: {{subject: {{domain: action, field: amount}}, \
             operator: above, value: {{literal: 1}}}}\n    effect: block"
        )?;
    }
    fs::write(dir.join("policy.yaml"), policy)?;
    Ok(())
}
