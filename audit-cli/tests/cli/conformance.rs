//! The answers of the Actra engine 0.7.8, row by row.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::Failure;
use crate::command::audit;

#[test]
fn every_probe_is_answered_as_expected() -> Result<(), Failure> {
    assert_conforms("policy_probes.jsonl", 724)
}

#[test]
fn every_random_case_is_answered_as_expected() -> Result<(), Failure> {
    assert_conforms("policy_random.jsonl", 900)
}

fn assert_conforms(file: &str, count: usize) -> Result<(), Failure> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../tests/conformance")
        .join(file);
    let run = audit(&[
        "eval",
        "--cases",
        path.to_str().ok_or("a path that is not UTF-8")?,
    ])?;
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    let rows = json_lines(&fs::read_to_string(path)?)?;
    let answers = json_lines(&run.out)?;
    assert_eq!((rows.len(), answers.len()), (count, count));
    let differences: Vec<String> = rows
        .iter()
        .map(expected_answer)
        .zip(&answers)
        .filter(|(expected, answer)| expected != *answer)
        .map(|(expected, answer)| format!("expected {expected}\n   found {answer}"))
        .collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    Ok(())
}

/// The whole line: the expected answer without the violations' texts, and the id.
fn expected_answer(row: &Value) -> Value {
    let mut answer = row["expected"].clone();
    if let Some(error) = answer.pointer_mut("/error").and_then(Value::as_object_mut) {
        error.remove("violations");
    }
    if let Some(answer) = answer.as_object_mut() {
        answer.insert("id".to_owned(), row["id"].clone());
    }
    answer
}

fn json_lines(text: &str) -> serde_json::Result<Vec<Value>> {
    text.lines().map(serde_json::from_str).collect()
}
