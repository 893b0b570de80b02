//! Held against what Python answers. `scripts/record-fnmatch.py` wrote the table.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::compile;

#[derive(Deserialize)]
struct Row {
    pattern: String,
    matches: BTreeMap<String, bool>,
}

#[test]
fn patterns_answer_as_python_does() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../tests/conformance/fnmatch.jsonl"
    );
    let table = std::fs::read_to_string(path).unwrap();
    let mut answers = 0;
    let mut different = Vec::new();
    for row in table.lines() {
        let row: Row = serde_json::from_str(row).unwrap();
        let compiled = compile(&row.pattern).unwrap_or_else(|| panic!("{:?}", row.pattern));
        let regex = compiled.regex;
        for (text, expected) in row.matches {
            answers += 1;
            if regex.is_match(&text) != expected {
                different.push(format!(
                    "{:?} on {text:?}: expected {expected}, compiled to {regex}",
                    row.pattern
                ));
            }
        }
    }
    assert_eq!(different, [""; 0]);
    assert!(answers > 5_000, "{answers} answers in the table");
}

#[test]
fn a_pattern_that_compiles_to_too_much_is_refused() {
    assert!(compile(&"?".repeat(100)).is_some());
    assert!(compile(&"?".repeat(60_000)).is_none());
    assert!(compile(&"[".repeat(60_000)).is_none());
    assert!(compile(&"*".repeat(100_000)).is_none());
    assert!(compile(&"*".repeat(60_000)).is_some());
}
