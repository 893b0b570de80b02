//! Reports and suites are valid against their published schemas. `UPDATE_EXAMPLES=1` writes the examples.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use jsonschema::Validator;
use serde_json::{Serializer, Value};

use super::test;
use crate::Failure;
use crate::command::folder;

/// Published with the command that reads suites.
const SUITE: &str = "policy_suite.v1.schema.json";

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn schema(name: &str) -> Result<Value, Failure> {
    let folder = match name {
        SUITE => "audit-cli/schemas",
        _ => "schemas",
    };
    let path = repository().join(folder).join(name);
    Ok(serde_json::from_str(&fs::read_to_string(path)?)?)
}

fn validator(name: &str) -> Result<Validator, Failure> {
    let schema = schema(name)?;
    jsonschema::draft202012::meta::validate(&schema).map_err(|error| error.to_string())?;
    Ok(jsonschema::validator_for(&schema).map_err(|error| error.to_string())?)
}

fn assert_valid(validator: &Validator, value: &Value, what: &str) {
    let errors: Vec<String> = validator
        .iter_errors(value)
        .map(|error| format!("{}: {}", error.instance_path(), error.masked()))
        .collect();
    assert!(errors.is_empty(), "{what}: {errors:#?}");
}

/// The same document over many lines, in its own order.
fn pretty(line: &str) -> Result<String, Failure> {
    let mut pretty = Vec::new();
    let mut reader = serde_json::Deserializer::from_str(line);
    serde_transcode::transcode(&mut reader, &mut Serializer::pretty(&mut pretty))?;
    Ok(String::from_utf8(pretty)? + "\n")
}

#[test]
fn reports_are_valid_and_are_the_published_examples() -> Result<(), Failure> {
    let validator = validator("policy_test.v1.schema.json")?;
    let runs: [(&str, &[&str]); 4] = [
        ("passed", &["passing.test.yaml", "--filter", "refund is"]),
        ("failed", &["failing.test.yaml"]),
        ("stopped", &["--fail-fast", "two"]),
        (
            "covered",
            &["--coverage-threshold", "100", "coverage.test.yaml"],
        ),
    ];
    for (name, arguments) in runs {
        let run = test(&[&["--format", "json"], arguments].concat())?;
        assert_eq!(run.out.lines().count(), 1);
        let report: Value = serde_json::from_str(&run.out)?;
        assert_valid(&validator, &report, name);
        assert_eq!(report["fine"], run.code == Some(0));

        let example = format!("schemas/examples/policy_test.v1.{name}.json");
        let example = repository().join(example);
        let found = pretty(&run.out)?;
        if std::env::var_os("UPDATE_EXAMPLES").is_some() {
            fs::write(&example, &found)?;
        }
        let expected = fs::read_to_string(&example)?;
        assert_eq!(found, expected, "`UPDATE_EXAMPLES=1` accepts it");
    }
    Ok(())
}

#[test]
fn a_report_that_was_tampered_with_is_not_valid() -> Result<(), Failure> {
    let validator = validator("policy_test.v1.schema.json")?;
    let run = test(&["--format", "json", "failing.test.yaml"])?;
    let whole: Value = serde_json::from_str(&run.out)?;
    for (path, value) in [
        ("/v", Value::from(2)),
        ("/fine", Value::from("no")),
        ("/results", Value::from(Vec::<Value>::new())),
        ("/results/0/cases/0/status", Value::from("ok")),
        ("/results/0/cases/1/status", Value::from("passed")),
        (
            "/results/0/cases/1/differences/0/of",
            Value::from("outcome"),
        ),
        ("/results/0/policy/digest", Value::from("00")),
    ] {
        let mut report = whole.clone();
        *report.pointer_mut(path).ok_or(path)? = value;
        assert!(!validator.is_valid(&report), "{path}");
    }
    Ok(())
}

#[test]
fn every_suite_of_the_repository_is_valid_against_its_schema() -> Result<(), Failure> {
    let validator = validator(SUITE)?;
    let mut suites = Vec::new();
    collect(&repository().join("examples"), &mut suites)?;
    collect(&folder("suites"), &mut suites)?;
    let sound = suites
        .iter()
        .filter(|path| !path.to_string_lossy().contains("/broken/"));
    let mut count = 0;
    for path in sound {
        let suite: Value = serde_saphyr::from_str(&fs::read_to_string(path)?)?;
        assert_valid(&validator, &suite, &path.to_string_lossy());
        count += 1;
    }
    assert!(count >= 7, "{count}");
    Ok(())
}

fn collect(folder: &Path, suites: &mut Vec<PathBuf>) -> Result<(), Failure> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, suites)?;
        } else if path.to_string_lossy().contains(".test.y") {
            suites.push(path);
        }
    }
    Ok(())
}

#[test]
fn what_the_command_refuses_for_its_form_the_schema_refuses_too() -> Result<(), Failure> {
    let validator = validator(SUITE)?;
    let valid = "{suite: s, cases: [{name: one, action: {}, expect: {effect: allow}}]}";
    let suite = |text: &str| serde_saphyr::from_str::<Value>(text);
    assert_valid(&validator, &suite(valid)?, valid);
    for (from, to) in [
        ("suite: s", "suite: ''"),
        ("suite: s", "suite: \"a\\nb\""),
        ("suite: s", "suites: s"),
        ("suite: s", "suite: s, polcy: p"),
        ("suite: s", "suite: s, actors: [1]"),
        ("suite: s", "suite: s, actions: {a: {type: 1}}"),
        ("name: one", "nam: n"),
        ("name: one", "name: one, mode: off"),
        ("name: one", "name: one, table: {columns: [], rows: [[]]}"),
        (
            "name: one",
            "name: one, table: {columns: [actoin], rows: [[1]]}",
        ),
        (
            "name: one",
            "name: one, table: {columns: [action.], rows: [[1]]}",
        ),
        ("name: one", "name: one, table: {columns: [name], rows: []}"),
        ("action: {}", "action: 5"),
        ("action: {}, ", ""),
        ("effect: allow", ""),
        ("effect: allow", "effect: alow"),
        ("effect: allow", "efect: allow"),
        ("effect: allow", "missing: actor.role"),
    ] {
        let text = valid.replace(from, to);
        assert!(!validator.is_valid(&suite(&text)?), "{text}");
        let dir = tempfile::tempdir()?;
        fs::write(dir.path().join("s.yaml"), &text)?;
        let policy = folder("policies/sound");
        let policy = policy.to_str().ok_or("a path that is not UTF-8")?;
        let run = crate::command::audit_in(dir.path(), &["test", "--policy", policy, "s.yaml"])?;
        assert_eq!(run.code, Some(3), "{text}: {}", run.err);
    }
    Ok(())
}

/// The words that messages list, and those of the schema.
#[test]
fn the_words_of_the_schema_are_those_of_the_command() -> Result<(), Failure> {
    let told = test(&["broken/mistakes.yaml"])?.err;
    let listed = |what: &str| -> Result<BTreeSet<String>, Failure> {
        let line = told
            .lines()
            .find(|line| line.contains(what))
            .ok_or("nothing told")?;
        let (_, words) = line.split_once("one of ").ok_or("no words")?;
        Ok(words
            .split('`')
            .skip(1)
            .step_by(2)
            .map(str::to_owned)
            .collect())
    };
    let schema = schema(SUITE)?;
    let keys = |path: &str| -> Result<BTreeSet<String>, Failure> {
        let keys = schema
            .pointer(path)
            .and_then(Value::as_object)
            .ok_or(path.to_owned())?;
        Ok(keys.keys().cloned().collect())
    };
    assert_eq!(listed("unknown key `police`")?, keys("/properties")?);
    assert_eq!(
        listed("unknown key `expects`")?,
        keys("/$defs/case/properties")?
    );
    let expectations = keys("/$defs/expect/properties")?;
    assert_eq!(listed("unknown expectation `efect`")?, expectations);
    let column = "/$defs/table/properties/columns/items/anyOf";
    let columns = schema
        .pointer(&format!("{column}/1/enum"))
        .and_then(Value::as_array);
    let columns = columns.into_iter().flatten().filter_map(Value::as_str);
    let columns = columns.map(|column| column.replace("expect.", ""));
    assert_eq!(columns.collect::<BTreeSet<_>>(), expectations);
    Ok(())
}
