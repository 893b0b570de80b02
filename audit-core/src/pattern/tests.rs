//! Held against what Python answers (`scripts/record-fnmatch.py` wrote the table), and against a matcher that tries everything.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::Deserialize;

use super::{Glob, Part, Pattern, parts, unclosed_bracket};

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
        let (glob, pattern) = (Glob::of(&row.pattern), Pattern::new(&row.pattern).unwrap());
        for (text, expected) in row.matches {
            answers += 1;
            if glob.matches(&text) != expected || pattern.matches(&text) != expected {
                different.push(format!("{pattern:?} on {text:?}: expected {expected}"));
            }
        }
    }
    assert_eq!(different, [""; 0]);
    assert!(answers > 5_000, "{answers} answers in the table");
}

/// Tries every way to share a text out among the parts.
fn naive(pattern: &[Part<'_>], text: &str) -> bool {
    let Some((first, behind)) = pattern.split_first() else {
        return text.is_empty();
    };
    let after = |length: usize| text.get(length..).is_some_and(|rest| naive(behind, rest));
    let next = text.chars().next();
    match first {
        Part::Any => (0..=text.len()).any(after),
        Part::One => next.is_some_and(|c| after(c.len_utf8())),
        Part::OneOf(class) => next.is_some_and(|c| class.has(c) && after(c.len_utf8())),
        Part::Unclosed(_) => next == Some('[') && after(1),
        Part::Text(piece) => text.starts_with(piece) && after(piece.len()),
    }
}

proptest! {
    #[test]
    fn a_pattern_answers_as_one_that_tries_everything(
        pattern in "[ab.é*?\\[\\]!-]{0,12}",
        text in "[ab.é\n\\[!-]{0,12}",
    ) {
        let pieces: Vec<Part<'_>> = parts(&pattern).collect();
        prop_assert_eq!(Glob::of(&pattern).matches(&text), naive(&pieces, &text));
    }
}

#[test]
fn a_long_text_takes_no_more_steps_than_its_length_times_the_pattern() {
    // One that tries everything would not end.
    let pattern = "*a?b".repeat(100);
    assert!(!Glob::of(&pattern).matches(&"a".repeat(2_000)));
    let pattern = format!("{}b", "*a".repeat(20));
    assert!(!Glob::of(&pattern).matches(&"a".repeat(2_000)));
}

#[test]
fn every_text_up_to_64_kib_is_a_pattern() {
    assert!(Pattern::new("[".repeat(64 * 1024)).is_ok());
    let error = Pattern::new("*".repeat(64 * 1024 + 1)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the pattern is too long: 65537 bytes, at most 65536 are accepted"
    );
}

#[test]
fn a_bracket_that_is_not_closed_is_found_where_it_stands() {
    for (pattern, place) in [
        ("[", Some(0)),
        ("é[a]*[b", Some(5)),
        ("[]", Some(0)),
        ("[!]", Some(0)),
        ("a[b]*[]", Some(5)),
        ("[[", Some(0)),
        ("[a]", None),
        ("[[]", None),
        ("a]", None),
        ("", None),
    ] {
        assert_eq!(unclosed_bracket(pattern), place, "{pattern}");
    }
}
