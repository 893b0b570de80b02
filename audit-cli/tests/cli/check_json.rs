//! `audit policy check --format json`, held against its published schema. The examples of the schema are what the
//! command prints: `UPDATE_EXAMPLES=1` writes them anew; read each aloud before accepting it.

use std::path::{Path, PathBuf};
use std::{env, fs};

use jsonschema::Validator;
use serde_json::{Serializer, Value, json};

use crate::Failure;
use crate::command::{Run, audit, audit_in};
use crate::scratch::not_utf8;

const SCHEMA: &str = "policy_check.v1";

fn schemas() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas")
}

fn validator() -> Result<Validator, Failure> {
    let text = fs::read_to_string(schemas().join(SCHEMA).with_extension("v1.schema.json"))?;
    Ok(jsonschema::validator_for(&serde_json::from_str(&text)?)?)
}

/// What each policy of this test prints and how the run ends, by the name of its example.
fn runs() -> Result<Vec<(&'static str, Run, i32)>, Failure> {
    let run = |folder| audit(&["check", folder, "--format", "json"]);
    let not_utf8 = not_utf8()?;
    Ok(vec![
        ("sound", run("sound")?, 0),
        ("warnings", run("warnings")?, 0),
        ("linted", run("linted")?, 0),
        ("mistakes", run("mistakes")?, 1),
        ("broken", run("broken")?, 1),
        ("governed", run("governed")?, 1),
        ("wide", run("wide")?, 1),
        (
            "not_utf8",
            audit_in(not_utf8.path(), &["check", ".", "--format", "json"])?,
            1,
        ),
        ("absent", run("absent")?, 3),
    ])
}

fn document(run: &Run) -> Result<Value, Failure> {
    Ok(serde_json::from_str(&run.out)?)
}

/// The same document over many lines, in its own order.
fn pretty(line: &str) -> Result<String, Failure> {
    let mut pretty = Vec::new();
    let mut reader = serde_json::Deserializer::from_str(line);
    serde_transcode::transcode(&mut reader, &mut Serializer::pretty(&mut pretty))?;
    Ok(String::from_utf8(pretty)? + "\n")
}

#[test]
fn every_report_is_one_line_that_the_schema_knows() -> Result<(), Failure> {
    let validator = validator()?;
    for (name, run, code) in runs()? {
        assert_eq!((run.code, run.err.as_str()), (Some(code), ""), "{name}");
        assert_eq!(run.out.lines().count(), 1, "{name}: {}", run.out);
        let report = document(&run)?;
        let errors: Vec<String> = validator
            .iter_errors(&report)
            .map(|error| format!("{}: {}", error.instance_path(), error.masked()))
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
    }
    Ok(())
}

#[test]
fn the_examples_are_what_the_command_prints() -> Result<(), Failure> {
    let examples = schemas().join("examples");
    let update = env::var_os("UPDATE_EXAMPLES").is_some_and(|value| value == "1");
    let mut expected = Vec::new();
    for (name, run, _) in runs()? {
        let file = format!("{SCHEMA}.{name}.json");
        let printed = pretty(&run.out)?;
        if update {
            fs::write(examples.join(&file), &printed)?;
        }
        let found = fs::read_to_string(examples.join(&file)).unwrap_or_default();
        assert_eq!(found, printed, "{file}: `UPDATE_EXAMPLES=1` accepts it");
        expected.push(file);
    }
    let mut present = Vec::new();
    for entry in fs::read_dir(&examples)? {
        let file = entry?.file_name().to_string_lossy().into_owned();
        present.extend(file.starts_with(&format!("{SCHEMA}.")).then_some(file));
    }
    present.sort();
    expected.sort();
    assert_eq!(present, expected);
    Ok(())
}

#[test]
fn denied_warnings_change_the_exit_code_alone() -> Result<(), Failure> {
    let allowed = audit(&["check", "warnings", "--format", "json"])?;
    let denied = audit(&["check", "warnings", "--format", "json", "--deny-warnings"])?;
    assert_eq!((allowed.code, denied.code), (Some(0), Some(1)));
    assert_eq!((allowed.out, denied.err.as_str()), (denied.out, ""));
    Ok(())
}

#[test]
fn a_report_that_was_tampered_with_is_not_valid() -> Result<(), Failure> {
    let validator = validator()?;
    let report = |folder| document(&audit(&["check", folder, "--format", "json"])?);
    let (sound, mistakes, absent) = (report("sound")?, report("mistakes")?, report("absent")?);
    for (report, path, value) in [
        (&sound, "/v", json!(2)),
        (&sound, "/policy", json!(null)),
        (&sound, "/policy/digest", json!("240a")),
        (&sound, "/counts/errors", json!(1)),
        (&sound, "/counts/warnings", json!(-1)),
        (&mistakes, "/policy", sound["policy"].clone()),
        (&mistakes, "/counts/errors", json!(0)),
        (&mistakes, "/problems/0/code", json!("205")),
        (&mistakes, "/problems/0/severity", json!("note")),
        (&mistakes, "/problems/0/line", json!(0)),
        (&mistakes, "/problems/0/column", json!(null)),
        (&mistakes, "/problems/0/message", json!(null)),
        (&absent, "/problems/0/line", json!(1)),
    ] {
        let mut report = report.clone();
        *report.pointer_mut(path).ok_or(path)? = value.clone();
        assert!(!validator.is_valid(&report), "{path} = {value}");
    }
    for part in ["", "/counts", "/problems/0"] {
        let whole = mistakes.pointer(part).and_then(Value::as_object);
        for name in whole.ok_or(part)?.keys() {
            let mut report = mistakes.clone();
            let part = report.pointer_mut(part).and_then(Value::as_object_mut);
            part.ok_or("no object")?.remove(name);
            assert!(!validator.is_valid(&report), "without `{name}`");
        }
        let mut report = mistakes.clone();
        report.pointer_mut(part).ok_or(part)?["more"] = json!("x");
        assert!(!validator.is_valid(&report), "{part} with `more`");
    }
    Ok(())
}
