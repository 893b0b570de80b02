//! Whether the tables say what the reader accepts.

use std::collections::HashSet;

use super::*;
use crate::policy::v2::condition::COMPARISON;
use crate::policy::v2::{condition, field, notes, operator, policy, subject, window, word};

/// Every table of words, its name, and the words that are accepted there.
fn tables() -> Vec<(&'static str, &'static [Alias], Vec<&'static str>)> {
    fn words<T>(table: &[(&'static str, T)]) -> Vec<&'static str> {
        table.iter().map(|(word, _)| *word).collect()
    }
    let operators = operator::OPERATORS.iter().map(|operator| operator.as_str());
    let joins = condition::JOINS.iter().map(|join| join.as_str());
    let settings = [
        words(&policy::COMBINE),
        words(&policy::ON_MISSING),
        words(&policy::ON_ERROR),
    ];
    vec![
        ("operators", OPERATORS, operators.collect()),
        ("joins", JOINS, joins.chain(COMPARISON).collect()),
        ("types", TYPES, words(&field::SCALARS)),
        ("effects", EFFECTS, words(&word::EFFECTS)),
        ("modes", MODES, words(&word::MODES)),
        ("severities", SEVERITIES, words(&notes::SEVERITIES)),
        ("settings", SETTINGS, settings.concat()),
        ("domains", DOMAINS, words(&subject::DOMAINS)),
        ("days", DAYS, words(&window::DAYS)),
    ]
}

#[test]
fn no_alias_is_a_word_that_is_accepted_and_none_stands_twice() {
    for (table, aliases, accepted) in tables() {
        let mut seen = HashSet::new();
        for word in aliases.iter().flat_map(|(words, _)| *words) {
            assert!(!accepted.contains(word), "{table}: {word}");
            assert!(seen.insert(word), "{table}: {word} stands twice");
            assert_eq!(plain(word), *word, "{table}: nobody finds {word}");
        }
    }
}

#[test]
fn what_an_alias_says_to_write_is_accepted() {
    for (table, aliases, mut accepted) in tables() {
        accepted.extend(["list", "map"]);
        for (words, hint) in aliases {
            let Some(word) = hint.strip_prefix("write `") else {
                continue;
            };
            let word = word.split(['`', ',']).next().unwrap_or_default();
            let known = accepted.contains(&word) || word.starts_with("{type: ");
            let join = word == "all" || word == "any";
            assert!(known || join, "{table}: {words:?} gives {hint}");
        }
    }
}

#[test]
fn words_are_known_in_any_case_and_with_other_marks_between_their_parts() {
    for (word, hint) in [
        ("GTE", "write `greater_or_equal`"),
        ("greater-than-or-equal", "write `greater_or_equal`"),
        ("Is Not", "write `not_equals`"),
        ("==", "write `equals`"),
    ] {
        assert_eq!(instead_of(word, OPERATORS), Some(hint), "{word}");
    }
    assert_eq!(instead_of("equals", OPERATORS), None);
}

#[test]
fn a_key_is_answered_with_one_that_its_map_has() {
    let rule = |key: &str| ["id", "scope", "when", "effect"].contains(&key);
    assert_eq!(key("IF", rule), Some(("when", "write `when`")));
    let scope = |key: &str| ["action", "actor", "global"].contains(&key);
    assert_eq!(key("actions", scope).map(|(key, _)| key), Some("action"));
    assert_eq!(key("actions", rule).map(|(key, _)| key), Some("scope"));
    assert_eq!(key("if", scope), None);
}
