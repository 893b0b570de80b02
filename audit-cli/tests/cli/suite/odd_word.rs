//! Names with line breaks and characters that steer a terminal: each form stays what it is.

use std::fs;

use serde_json::Value;

use super::{own, test_own};
use crate::Failure;
use crate::command::audit_in;
use crate::golden::assert_golden;

const FILE: &str = "odd\nname\u{1b}[31m.test.yaml";

/// A folder with a policy and a suite whose names are all odd.
fn odd() -> Result<tempfile::TempDir, Failure> {
    let schema = "actions: {\"re\\nfund\": {fields: {\"amo\\nunt\": integer}}}\n";
    let policy = "\
default: allow
rules:
  - id: \"first\\nline \\e[31m\"
    scope: {action: \"re\\nfund\"}
    when: {subject: {domain: action, field: [\"amo\\nunt\"]}, operator: greater_than, value: 1}
    effect: block
  - {id: \"off\\nline\", scope: {global: true}, effect: block, mode: off}
";
    let cases = "\
cases:
  - {name: \"a\\u2028b \\u202e\", action: {type: \"re\\nfund\", \"amo\\nunt\": 5}, expect: {effect: allow, rule: \"second\\nline\"}}
  - {name: plain, action: {type: \"re\\nfund\"}, expect: {effect: allow, missing: [\"x\\ny\"]}}
";
    let dir = own(schema, policy, cases)?;
    fs::rename(dir.path().join("s.test.yaml"), dir.path().join(FILE))?;
    Ok(dir)
}

#[test]
fn a_text_stays_in_its_lines_whatever_the_names_hold() -> Result<(), Failure> {
    let dir = odd()?;
    let run = audit_in(dir.path(), &["test", "--coverage", FILE])?;
    assert_golden("test_odd_words", &run)?;
    let run = audit_in(dir.path(), &["test", "--list", FILE])?;
    assert_eq!(run.out, "s/a\\u{2028}b \\u{202e}\ns/plain\n");
    Ok(())
}

#[test]
fn a_report_for_a_build_server_holds_the_names_as_they_are() -> Result<(), Failure> {
    let run = audit_in(odd()?.path(), &["test", "--format", "junit", FILE])?;
    let shown = "odd\\nname\\u{1b}[31m.test.yaml:4:5\n\nre\\nfund: block by rule &quot;first\\nline \\u{1b}[31m&quot;\n";
    assert!(run.out.contains(shown), "{}", run.out);
    let file = "file=\"odd&#10;name\u{fffd}[31m.test.yaml\"";
    assert!(run.out.contains(file), "{}", run.out);
    Ok(())
}

#[test]
fn json_is_one_line_and_holds_the_names_as_they_are() -> Result<(), Failure> {
    let options = ["test", "--coverage", "--format", "json", FILE];
    let run = audit_in(odd()?.path(), &options)?;
    assert_eq!(run.out.lines().count(), 1);
    let report: Value = serde_json::from_str(&run.out)?;
    assert_eq!(report["results"][0]["file"], FILE);
    let coverage = &report["coverage"][0];
    assert_eq!(coverage["rules"][0]["rule"], "first\nline \u{1b}[31m");
    assert_eq!(coverage["off"][0]["rule"], "off\nline");
    Ok(())
}

#[test]
fn a_file_is_named_in_one_line_where_it_is_broken_or_absent() -> Result<(), Failure> {
    let dir = own("", "", "cases: 1\n")?;
    fs::rename(dir.path().join("s.test.yaml"), dir.path().join(FILE))?;
    let run = audit_in(dir.path(), &["test", FILE])?;
    let told = " --> odd\\nname\\u{1b}[31m.test.yaml:3:8\n";
    assert!(run.err.contains(told), "{}", run.err);
    let run = audit_in(dir.path(), &["test", "no\nfile"])?;
    let told = "error: `no\\nfile` can't be read: No such file or directory (os error 2)\n";
    assert_eq!((run.err.as_str(), run.code), (told, Some(3)));
    let run = test_own(&dir, &["--output", "no\nfolder/x"])?;
    assert!(
        run.err.starts_with("error: `s.test.yaml` can't"),
        "{}",
        run.err
    );
    Ok(())
}
