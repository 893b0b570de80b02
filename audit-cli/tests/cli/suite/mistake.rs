//! Suites and policies that are broken: everything is told, nothing is run.

use std::fs;

use super::test;
use crate::Failure;
use crate::command::audit_in;
use crate::golden::assert_golden;

#[test]
fn every_mistake_is_underlined() -> Result<(), Failure> {
    assert_golden("test_mistakes", &test(&["broken/mistakes.yaml"])?)
}

#[test]
fn a_file_that_is_no_suite_is_told() -> Result<(), Failure> {
    for (text, told) in [
        (&b"suite: [x\n"[..], "error: not YAML: "),
        (
            b"",
            "error: the file holds nothing, expected a suite\n--> one.yaml\n",
        ),
        (
            b"# nothing\n",
            "error: the file holds nothing, expected a suite\n",
        ),
        (
            b"- 1\n",
            "error: found a list, expected a map with the keys `suite`, ",
        ),
        (
            b"suite: x\ncases: []\n",
            "error: found an empty list, expected a list of cases",
        ),
        (b"suite: x\n", "error: the suite has no `cases`\n"),
        (b"cases: [{name: x}]\n", "error: the suite has no `suite`\n"),
        (
            b"suite: caf\xe9\n",
            "error: byte 0xe9 at offset 10 is not UTF-8\n --> one.yaml:1:11\n",
        ),
    ] {
        let dir = tempfile::tempdir()?;
        fs::write(dir.path().join("one.yaml"), text)?;
        let run = audit_in(dir.path(), &["test", "one.yaml"])?;
        assert_eq!((run.out.as_str(), run.code), ("", Some(3)), "{told}");
        assert!(run.err.contains(told), "{}", run.err);
    }
    Ok(())
}

#[test]
fn mistakes_of_all_files_are_told_before_anything_runs() -> Result<(), Failure> {
    let run = test(&["passing.test.yaml", "broken"])?;
    assert_golden("test_broken", &run)
}

#[test]
fn two_suites_of_one_name_are_refused_and_one_file_named_twice_is_one() -> Result<(), Failure> {
    let dir = tempfile::tempdir()?;
    let suite = "suite: same\npolicy: p\ncases: [{name: x, action: {}, expect: {effect: allow}}]\n";
    for name in ["a.test.yaml", "b.test.yaml"] {
        fs::write(dir.path().join(name), suite)?;
    }
    let run = audit_in(dir.path(), &["test", "."])?;
    let told = "error: the suite `same` is there already, in `a.test.yaml`\n --> b.test.yaml:1:8\n";
    assert!(run.err.contains(told), "{}", run.err);
    assert_eq!(run.code, Some(3));
    let run = test(&["two", "two/a.test.yaml", "./two"])?;
    assert!(run.out.contains("2 suites, 3 cases: "), "{}", run.out);
    Ok(())
}

#[test]
fn a_suite_that_is_not_there_could_not_be_run() -> Result<(), Failure> {
    let run = test(&["absent.test.yaml"])?;
    let told = "error: `absent.test.yaml` can't be read: No such file or directory (os error 2)\n";
    assert_eq!((run.err.as_str(), run.code), (told, Some(3)));
    let run = test(&["../policies/sound"])?;
    let told = "error: `../policies/sound` holds no suite: no file in it or below it ends in `.test.yaml` or `.test.yml`\n";
    assert_eq!((run.err.as_str(), run.code), (told, Some(3)));
    Ok(())
}

#[test]
fn thousands_of_mistakes_are_all_told() -> Result<(), Failure> {
    let dir = tempfile::tempdir()?;
    let case = "  - {name: x, action: nobody, expect: {effect: allow}}\n";
    let text = format!("suite: many\npolicy: p\ncases:\n{}", case.repeat(5_000));
    fs::write(dir.path().join("many.test.yaml"), text)?;
    let run = audit_in(dir.path(), &["test", "."])?;
    assert_eq!(run.err.matches("unknown action `nobody`").count(), 5_000);
    assert_eq!(run.err.matches("is there already").count(), 4_999);
    Ok(())
}
