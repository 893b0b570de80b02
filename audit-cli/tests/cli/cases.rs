//! `audit policy eval --cases`.

use std::fs;

use serde_json::{Value, json};

use crate::Failure;
use crate::command::{Run, audit, audit_fed};

const SCHEMA: &str = "version: 1\nactions: {refund: {fields: {amount: number}}}\n\
    actor: {fields: {}}\nsnapshot: {fields: {}}\n";
const POLICY: &str = "version: 1\nrules:\n  - id: large\n    scope: {action: refund}\n    when: \
    {subject: {domain: action, field: amount}, operator: greater_than, value: {literal: 1000}}\n    effect: block\n";

/// A row that asks with this input.
fn row(id: impl Into<Value>, input: impl Into<Value>) -> String {
    let (id, input) = (id.into(), input.into());
    json!({"id": id, "schema_yaml": SCHEMA, "policy_yaml": POLICY, "input": input}).to_string()
}

fn answers(rows: &[String]) -> Result<Run, Failure> {
    Ok(audit_fed(
        rows.join("\n").as_bytes(),
        &["eval", "--cases", "-"],
    )?)
}

#[test]
fn rows_are_answered_in_order_and_in_one_form() -> Result<(), Failure> {
    let refund = |amount: i32| json!({"action": {"type": "refund", "amount": amount}});
    let run = answers(&[
        row("a", refund(5000)),
        row(2, refund(5)),
        row("c", Value::Null),
    ])?;
    let expected = "{\"id\":\"a\",\"effect\":\"block\",\"matched_rule\":\"large\"}\n\
        {\"id\":2,\"effect\":\"allow\",\"matched_rule\":null}\n{\"id\":\"c\",\"compiled\":true}\n";
    assert_eq!(
        (run.out.as_str(), run.err.as_str(), run.code),
        (expected, "", Some(0))
    );
    Ok(())
}

#[test]
fn rows_that_are_none_are_told_and_the_others_answered() -> Result<(), Failure> {
    let without = |key: &str| -> Result<String, Failure> {
        let mut row: Value = serde_json::from_str(&row("x", Value::Null))?;
        row.as_object_mut().ok_or("no object")?.remove(key);
        Ok(row.to_string())
    };
    let rows = [
        row("first", Value::Null),
        "{\"id\": \"cut off\"".to_owned(),
        String::new(),
        "[]".to_owned(),
        without("id")?,
        without("schema_yaml")?,
        json!({"id": "x", "schema_yaml": SCHEMA, "policy_yaml": POLICY, "governance_yaml": 5})
            .to_string(),
        row("last", Value::Null),
    ];
    let run = answers(&rows)?;
    assert_eq!(
        run.out,
        "{\"id\":\"first\",\"compiled\":true}\n{\"id\":\"last\",\"compiled\":true}\n"
    );
    let told = "(stdin):2: the row is not JSON, column 16: EOF while parsing an object\n\
        (stdin):4: the row is not a JSON object\n\
        (stdin):5: the row has no `id`\n\
        (stdin):6: the row has no `schema_yaml`\n\
        (stdin):7: `governance_yaml` is not a string\n\
        error: 5 rows not answered\n";
    assert_eq!((run.err.as_str(), run.code), (told, Some(3)));
    Ok(())
}

#[test]
fn the_input_is_looked_at_only_where_the_policy_compiles() -> Result<(), Failure> {
    let broken = json!({"id": "x", "schema_yaml": SCHEMA, "policy_yaml": "rules: 5", "input": {"action": 5}});
    let run = answers(&[row("x", json!({"action": 5})), broken.to_string()])?;
    let expected = "{\"id\":\"x\",\"error\":{\"stage\":\"input\",\"kind\":\"NotADict\"}}\n\
        {\"id\":\"x\",\"error\":{\"stage\":\"policy_parse\",\"kind\":\"InvalidType\"}}\n";
    assert_eq!((run.out.as_str(), run.code), (expected, Some(0)));
    Ok(())
}

#[test]
fn of_a_key_that_stands_twice_the_last_counts() -> Result<(), Failure> {
    let twice = row("x", json!({"action": {"type": "refund", "amount": 1}}))
        .replace("\"amount\":1", "\"amount\":1,\"amount\":5000");
    let run = answers(&[twice])?;
    assert!(run.out.contains("\"effect\":\"block\""), "{}", run.out);
    Ok(())
}

#[test]
fn a_number_beyond_64_bits_is_the_nearest_float() -> Result<(), Failure> {
    let large = row("x", json!({"action": {"type": "refund", "amount": 1}}))
        .replace("\"amount\":1", "\"amount\":123456789012345678901234567890");
    let run = answers(&[large])?;
    assert!(run.out.contains("\"effect\":\"block\""), "{}", run.out);
    Ok(())
}

#[test]
fn a_file_that_is_not_there_could_not_be_answered() -> Result<(), Failure> {
    let run = audit(&["eval", "--cases", "absent.jsonl"])?;
    let told = "error: `absent.jsonl` can't be read: No such file or directory (os error 2)\n";
    assert_eq!(
        (run.out.as_str(), run.err.as_str(), run.code),
        ("", told, Some(3))
    );
    Ok(())
}

#[test]
fn a_row_that_is_not_utf8_is_told() -> Result<(), Failure> {
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("cases.jsonl");
    fs::write(&path, b"{\"id\": \"\xff\"}\n")?;
    let run = audit(&[
        "eval",
        "--cases",
        path.to_str().ok_or("a path that is not UTF-8")?,
    ])?;
    assert_eq!(run.code, Some(3));
    assert!(
        run.err.contains("cases.jsonl:1: the row is not JSON"),
        "{}",
        run.err
    );
    Ok(())
}
