//! What all rules of a set may take together.

use std::fmt::Write as _;

use crate::policy::problem::Problem;
use crate::policy::{Policy, ProblemKind};

const SCHEMA: &str =
    "language: audit/2\nactions: {refund: {fields: {currency: string, ip: string}}}\n";

/// What is wrong with rules of which each compares with one of these values.
fn problems(values: impl IntoIterator<Item = (String, String)>) -> Vec<Problem> {
    let mut policy = "language: audit/2\ndefault: allow\nrules:\n".to_owned();
    for (number, (comparison, value)) in values.into_iter().enumerate() {
        writeln!(
            policy,
            "  - {{id: r{number}, scope: {{action: refund}}, when: {{subject: action.{comparison}, value: {value}}}, effect: block}}"
        )
        .unwrap();
    }
    match Policy::from_strings(SCHEMA, &policy, None) {
        Ok(_) => Vec::new(),
        Err(error) => error.problems().to_vec(),
    }
}

/// The one rule that is too much, and what is said of it.
fn one_too_many(problems: &[Problem]) -> (&str, &str) {
    let [problem] = problems else {
        panic!("{problems:#?}");
    };
    assert_eq!(problem.kind, ProblemKind::LimitExceeded);
    assert!(problem.place.is_some());
    (problem.rule.as_deref().unwrap(), &problem.message)
}

#[test]
fn expressions_and_patterns_are_limited_together() {
    // Each counts as 1 MiB, of 64; the one behind the last is not even looked at.
    let large = |number: usize| match number {
        0 => (
            "currency, operator: matches".to_owned(),
            format!("\"{}\"", "?".repeat(1_000)),
        ),
        _ => (
            "currency, operator: matches_regex".to_owned(),
            "\"[ab]{8300}\"".to_owned(),
        ),
    };
    let found = problems((0..66).map(large));
    assert_eq!(
        one_too_many(&found),
        (
            "r64",
            "the patterns and regular expressions of the set compile to more than 67108864 bytes with this one, which is the most that is accepted"
        )
    );
}

#[test]
fn small_expressions_leave_room_for_many() {
    let small = |number| {
        (
            "currency, operator: matches_regex".to_owned(),
            format!("\"^E{number}$\""),
        )
    };
    assert_eq!(problems((0..1_000).map(small)), []);
}

#[test]
fn the_items_of_all_lists_are_limited_together() {
    let texts: Vec<String> = (0..10_000).map(|number| format!("w{number}")).collect();
    let texts = format!("&texts [{}]", texts.join(", "));
    let lists = |rules: usize| {
        let texts = texts.clone();
        (0..rules).map(move |number| {
            let list = if number == 0 {
                texts.clone()
            } else {
                "*texts".to_owned()
            };
            ("currency, operator: in".to_owned(), list)
        })
    };
    assert_eq!(problems(lists(100)), []);
    let one_more = (
        "ip, operator: in_cidr".to_owned(),
        "[10.0.0.0/8]".to_owned(),
    );
    let found = problems(lists(100).chain([one_more]));
    assert_eq!(
        one_too_many(&found),
        (
            "r100",
            "the lists of the set hold more than 1000000 items with this one, which is the most that is accepted"
        )
    );
}
