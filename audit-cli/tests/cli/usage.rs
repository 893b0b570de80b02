//! What the command says of itself, and to arguments it does not know.

use std::process::Command;

use crate::Failure;
use crate::command::{Run, audit};
use crate::golden::assert_golden;

#[test]
fn help_tells_a_newcomer_everything() -> Result<(), Failure> {
    assert_golden("help_check", &audit(&["check", "--help"])?)?;
    assert_golden("help_eval", &audit(&["eval", "--help"])?)?;
    assert_golden("help_explain", &audit(&["explain", "--help"])?)?;
    assert_golden("help_convert", &audit(&["convert", "--help"])?)?;
    assert_golden("help_schema", &audit(&["schema", "--help"])?)?;
    assert_golden("help_test", &audit(&["test", "--help"])?)
}

#[test]
fn the_version_is_that_of_the_crate() -> Result<(), Failure> {
    let run = Run::from(
        Command::new(env!("CARGO_BIN_EXE_audit"))
            .arg("--version")
            .output()?,
    );
    let expected = concat!("audit ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!((run.out.as_str(), run.code), (expected, Some(0)));
    Ok(())
}

#[test]
fn wrong_usage_ends_with_two() -> Result<(), Failure> {
    let wrong: [&[&str]; 14] = [
        &[],
        &["check"],
        &["check", "--schema", "sound/schema.yaml"],
        &["check", "sound", "--policy", "sound/policy.yaml"],
        &["check", "sound", "--unknown"],
        &["eval"],
        &["eval", "sound"],
        &["eval", "sound", "--action", "{}", "--cases", "-"],
        &["explain", "sound", "--action", "{}", "--format", "yaml"],
        &["convert", "sound"],
        &["convert", "--stdout"],
        &["convert", "sound", "--stdout", "--out", "new"],
        &["convert", "sound", "--stdout", "--force"],
        &["schema", "governance"],
    ];
    for arguments in wrong {
        let run = audit(arguments)?;
        assert_eq!((run.out.as_str(), run.code), ("", Some(2)), "{arguments:?}");
    }
    Ok(())
}

#[test]
fn a_domain_that_is_not_of_its_form_is_wrong_usage() -> Result<(), Failure> {
    for (action, told) in [
        (
            "{",
            "error: `--action` is not JSON: EOF while parsing an object at line 1 column 1\n",
        ),
        (
            "[]",
            "error: `action` is of kind `list`, expected a JSON object\n",
        ),
        (
            r#"{"type": []}"#,
            "error: `action.type` is of kind `list`, expected a `string`, `number` or `boolean`\n",
        ),
    ] {
        let run = audit(&["eval", "sound", "--action", action])?;
        assert_eq!(
            (run.out.as_str(), run.err.as_str(), run.code),
            ("", told, Some(2))
        );
    }
    Ok(())
}
