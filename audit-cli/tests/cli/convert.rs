//! `audit policy convert`.

use std::fs;
use std::path::Path;

use crate::Failure;
use crate::command::{Run, audit, audit_in, folder};
use crate::golden::assert_golden;

/// A directory of one's own with a set that converts.
fn own_dir() -> Result<tempfile::TempDir, Failure> {
    let dir = tempfile::tempdir()?;
    for file in ["schema.yaml", "policy.yaml"] {
        fs::copy(
            folder("policies/convertible").join(file),
            dir.path().join(file),
        )?;
    }
    Ok(dir)
}

fn convert(dir: &Path, arguments: &[&str]) -> Result<Run, Failure> {
    let arguments: Vec<&str> = ["convert", "."]
        .into_iter()
        .chain(arguments.iter().copied())
        .collect();
    Ok(audit_in(dir, &arguments)?)
}

#[test]
fn both_files_are_printed_and_the_notes_beside_them() -> Result<(), Failure> {
    let run = audit(&["convert", "convertible", "--stdout"])?;
    assert_golden("convert_stdout", &run)
}

#[test]
fn the_files_are_written_as_they_are_printed() -> Result<(), Failure> {
    let dir = own_dir()?;
    let run = convert(dir.path(), &["--out", "new/set"])?;
    assert_golden("convert_out", &run)?;
    let printed = convert(dir.path(), &["--stdout"])?.out;
    let read = |name| fs::read_to_string(dir.path().join("new/set").join(name));
    let (schema, policy) = (read("schema.yaml")?, read("policy.yaml")?);
    let expected = format!("# --- schema.yaml ---\n{schema}\n# --- policy.yaml ---\n{policy}");
    assert_eq!(printed, expected);
    let files = fs::read_dir(dir.path().join("new/set"))?.count();
    assert_eq!(files, 2, "nothing else is left behind");
    Ok(())
}

#[test]
fn what_was_converted_is_sound_and_answers() -> Result<(), Failure> {
    let dir = own_dir()?;
    let run = convert(dir.path(), &["--out", "new"])?;
    assert_eq!(run.code, Some(0), "{}", run.err);
    let run = audit_in(dir.path(), &["check", "new"])?;
    assert_eq!(run.code, Some(0), "{}", run.out);
    let action = r#"{"type": "refund", "amount": 5000}"#;
    let run = audit_in(dir.path(), &["eval", "new", "--action", action])?;
    assert!(
        run.out.starts_with("refund: block by rule \"large\"\n"),
        "{}",
        run.out
    );
    let run = convert(&dir.path().join("new"), &["--stdout"])?;
    assert_eq!(
        (run.out.as_str(), run.err.as_str(), run.code),
        (
            "",
            "error: the policy set is written in language 2 already\n",
            Some(3)
        )
    );
    Ok(())
}

#[test]
fn a_file_that_is_there_is_kept_unless_it_may_be_replaced() -> Result<(), Failure> {
    let dir = own_dir()?;
    let out = dir.path().join("new");
    fs::create_dir(&out)?;
    fs::write(out.join("policy.yaml"), "mine")?;
    let run = convert(dir.path(), &["--out", "new"])?;
    assert_eq!(
        (run.out.as_str(), run.err.as_str(), run.code),
        (
            "",
            "error: `new/policy.yaml` is there already, `--force` replaces it\n",
            Some(3)
        )
    );
    assert_eq!(fs::read_to_string(out.join("policy.yaml"))?, "mine");
    assert!(!out.join("schema.yaml").exists());

    let run = convert(dir.path(), &["--out", "new", "--force"])?;
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!(fs::read_to_string(out.join("policy.yaml"))?.contains("language: audit/2\n"));
    Ok(())
}

#[cfg(unix)]
#[test]
fn what_is_written_may_be_read_as_what_was_there() -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt as _;

    let dir = own_dir()?;
    let policy = dir.path().join("new/policy.yaml");
    fs::create_dir(dir.path().join("new"))?;
    fs::write(&policy, "mine")?;
    fs::set_permissions(&policy, fs::Permissions::from_mode(0o640))?;
    let run = convert(dir.path(), &["--out", "new", "--force"])?;
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert_eq!(fs::metadata(policy)?.permissions().mode() & 0o777, 0o640);
    Ok(())
}

#[test]
fn what_is_converted_is_never_replaced() -> Result<(), Failure> {
    let dir = own_dir()?;
    let before = fs::read_to_string(dir.path().join("policy.yaml"))?;
    let mut outs = vec![".", "./new/.."];
    fs::create_dir(dir.path().join("new"))?;
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(".", dir.path().join("link"))?;
        outs.push("link");
    }
    for out in outs {
        let run = convert(dir.path(), &["--out", out, "--force"])?;
        let told = "error: `--out` would replace `./schema.yaml`, which is converted: choose another directory\n";
        assert_eq!((run.err.as_str(), run.code), (told, Some(2)), "{out}");
    }
    assert_eq!(fs::read_to_string(dir.path().join("policy.yaml"))?, before);
    Ok(())
}

#[test]
fn a_governance_file_is_left_out_on_demand_only() -> Result<(), Failure> {
    let payments = "../../../examples/payments/policy";
    let run = audit(&["convert", "--stdout", payments])?;
    let told = "error: language 2 has no governance file yet, so what this one demands of the rules would no longer be checked; \
                `--without-governance` leaves it out\n";
    assert_eq!((run.err.as_str(), run.code), (told, Some(3)));
    let run = audit(&["convert", "--stdout", payments, "--without-governance"])?;
    assert_golden("convert_payments", &run)
}

#[test]
fn a_directory_with_a_governance_file_is_no_place_for_language_2() -> Result<(), Failure> {
    let dir = own_dir()?;
    fs::create_dir(dir.path().join("new"))?;
    fs::write(dir.path().join("new/governance.yaml"), "version: 1\n")?;
    let run = convert(dir.path(), &["--out", "new", "--force"])?;
    let told = "error: `new/governance.yaml` is there, and a set of language 2 is refused with it: move it away, or choose another \
                directory\n";
    assert_eq!((run.err.as_str(), run.code), (told, Some(3)));
    assert!(!dir.path().join("new/policy.yaml").exists());
    Ok(())
}

#[test]
fn what_version_1_refuses_is_shown_and_nothing_is_written() -> Result<(), Failure> {
    let dir = own_dir()?;
    let policy = fs::read_to_string(dir.path().join("policy.yaml"))?;
    fs::write(
        dir.path().join("policy.yaml"),
        policy.replace("greater_than", "above"),
    )?;
    let run = convert(dir.path(), &["--out", "new"])?;
    assert_eq!((run.out.as_str(), run.code), ("", Some(3)));
    assert!(run.err.contains("unknown operator `above`"), "{}", run.err);
    assert!(!dir.path().join("new").exists());
    Ok(())
}

#[test]
fn a_place_that_can_not_be_written_to_is_named() -> Result<(), Failure> {
    let dir = own_dir()?;
    let run = convert(dir.path(), &["--out", "policy.yaml"])?;
    assert_eq!(run.code, Some(3));
    assert!(
        run.err
            .starts_with("error: `policy.yaml` can't be written: "),
        "{}",
        run.err
    );
    Ok(())
}
