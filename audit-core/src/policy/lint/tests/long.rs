//! Conditions as long as no person writes them, which would take minutes if each part were held against each other.

use super::{all, atom, codes, lints};

const MANY: usize = 20_000;

/// A rule whose `all` holds so many comparisons, and at the end these.
fn rule(part: impl Fn(usize) -> String, last: &[&str]) -> String {
    let parts: Vec<String> = (0..MANY).map(part).collect();
    let parts: Vec<&str> = parts
        .iter()
        .map(|part| &**part)
        .chain(last.iter().copied())
        .collect();
    format!(
        "  - {{id: long, scope: {{action: refund}}, effect: block, when: {}}}\n",
        all(&parts)
    )
}

/// So many texts as a list.
fn list(count: usize) -> String {
    let items: Vec<String> = (0..count).map(|number| format!("w{number}")).collect();
    format!("[{}]", items.join(", "))
}

#[test]
fn a_contradiction_behind_twenty_thousand_comparisons_is_found() {
    let part = |number: usize| match number % 4 {
        0 => format!("action.count not_equals {number}"),
        1 => format!(
            "action.currency starts_with {}",
            "E".repeat(number % 50 + 1)
        ),
        2 => format!("action.currency ends_with {}", "R".repeat(number % 50 + 1)),
        _ => format!("not action.currency contains x{number}"),
    };
    assert_eq!(codes(&lints("", &rule(part, &[]))), [""; 0]);
    let another = format!("action.currency starts_with F{}", "E".repeat(50));
    let last: [&[&str]; 3] = [
        &["action.count greater_than 3", "action.count less_than 5"],
        &["action.currency ends_with F"],
        &[&another],
    ];
    for last in last {
        assert_eq!(codes(&lints("", &rule(part, last))), ["P407"], "{last:?}");
    }
}

#[test]
fn the_texts_of_a_long_list_are_held_against_each_comparison_once() {
    let list = list(4_000);
    let lists = format!("action.currency in {list}");
    let rule = |comparisons: usize| {
        let mut parts = vec![lists.clone()];
        parts.extend(
            (0..comparisons).map(|number| format!("not action.currency ends_with x{number}")),
        );
        parts.push("action.currency starts_with E".to_owned());
        let parts: Vec<&str> = parts.iter().map(|part| &**part).collect();
        format!(
            "  - {{id: r, scope: {{action: refund}}, effect: block, when: {}}}\n",
            all(&parts)
        )
    };
    assert_eq!(codes(&lints("", &rule(10))), ["P407"]);
    // Where there is too much to look at, nothing is said.
    assert_eq!(codes(&lints("", &rule(MANY))), [""; 0]);
}

#[test]
fn each_of_very_many_parts_that_never_hold_is_named_at_its_place() {
    let never = all(&["action.count greater_than 5", "action.count less_than 4"]);
    let parts = vec![never; 10_000].join(", ");
    let problems = lints(
        "",
        &format!(
            "  - {{id: r, scope: {{action: refund}}, effect: block, when: {{any: [{}, {parts}]}}}}\n",
            atom("action.count equals 5")
        ),
    );
    assert_eq!(problems.len(), 10_000);
    assert!(problems.is_sorted_by(|first, second| first.place < second.place));
}
