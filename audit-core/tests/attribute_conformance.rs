//! What the Python decorators of Actra did, asked of annotated functions: `tests/conformance/runtime_probes.jsonl`.
//!
//! 103 of 122 rows are replayed: 99 through annotated functions, 4 whose decorator has an action builder through
//! `Function::built_by`. The others are refused by the compiler in Rust, or are no function there:
//! * `*args` and `**kw` (12 rows): there are no variadic functions;
//! * `wrong_arity_*` and `unexpected_kw` (5 rows): calls that do not fit the signature;
//! * `rt-0222` and `rt-0230`: fields that name no argument are a mistake at expansion, see `ui-tests`.
//!
//! `/`, `*` and defaults in a signature are no more than ways to pass arguments, which Rust knows in one way.
//!
//! Where SPEC §2 decides otherwise than that system did, a row is held against [`Difference`], and each of them is a
//! test below that names it.

#![cfg(test)]

mod support;

#[path = "attribute/world.rs"]
#[allow(dead_code, reason = "shared with the tests of behaviour")]
mod world;

#[path = "attribute_conformance/replay.rs"]
mod replay;
#[path = "attribute_conformance/row.rs"]
mod row;
#[path = "attribute_conformance/table.rs"]
mod table;

use replay::{Difference, Replayed, replay};
use row::{Row, rows};

/// The rows that differ in this way, each replayed and found to differ in no other.
fn differing(difference: Difference) -> Vec<(Row, Replayed)> {
    let replayed = rows().into_iter().filter_map(|row| {
        let replayed = replay(&row)?;
        replayed
            .differences
            .contains(&difference)
            .then_some((row, replayed))
    });
    replayed.collect()
}

fn ids(differing: &[(Row, Replayed)]) -> Vec<&str> {
    let mut ids: Vec<_> = differing.iter().map(|(row, _)| row.id.as_str()).collect();
    ids.sort_unstable();
    ids
}

#[test]
fn every_row_that_makes_sense_answers_as_recorded_or_differs_on_purpose() {
    let (mut same, mut differ, mut left) = (0, 0, 0);
    for row in rows() {
        match replay(&row) {
            None => left += 1,
            Some(replayed) if replayed.differences.is_empty() => same += 1,
            Some(_) => differ += 1,
        }
    }
    assert_eq!((same, differ, left), (72, 31, 19));
}

#[test]
fn each_resolver_is_asked_once_where_that_system_asked_twice() {
    for row in rows() {
        if let Some(replayed) = replay(&row) {
            assert!(
                replayed.actor_asked <= 1 && replayed.snapshot_asked <= 1,
                "{}",
                row.id
            );
        }
    }
}

#[test]
fn an_observer_that_raises_stops_no_call() {
    let differing = differing(Difference::ObserverContained);
    assert_eq!(ids(&differing), ["rt-0035", "rt-0082"]);
    for (row, replayed) in &differing {
        assert!(replayed.executed, "{}", row.id);
    }
}

#[test]
fn a_resolver_that_fails_stops_no_audited_call_and_refuses_an_admitted_one_without_its_words() {
    let differing = differing(Difference::ResolverContained);
    assert_eq!(
        ids(&differing),
        ["rt-0014", "rt-0015", "rt-0061", "rt-0083"]
    );
    for (row, replayed) in &differing {
        assert_eq!(replayed.executed, row.is_audit(), "{}", row.id);
        assert!(replayed.indeterminate, "{}", row.id);
    }
}

#[test]
fn a_value_that_system_could_not_take_is_judged_and_recorded() {
    let differing = differing(Difference::AnyValue);
    for id in ["rt-0020", "rt-0021", "rt-0067"] {
        let (_, replayed) = differing.iter().find(|(row, _)| row.id == id).unwrap();
        assert!(
            replayed.executed,
            "{id}: no threshold is passed by what is no number"
        );
    }
}

#[test]
fn data_named_type_does_not_change_the_actions_type() {
    let differing = differing(Difference::TypeIsNotData);
    assert_eq!(ids(&differing), ["rt-0203", "rt-0206", "rt-0237"]);
}

#[test]
fn without_a_schema_nothing_is_recorded_where_that_system_recorded_all() {
    let differing = differing(Difference::NothingUnasked);
    assert!(differing.len() >= 10, "{}", differing.len());
    for (row, replayed) in &differing {
        assert_eq!(replayed.fields.len(), 0, "{}", row.id);
    }
}

#[test]
fn an_empty_list_of_fields_means_none() {
    let differing = differing(Difference::EmptyMeansNone);
    assert_eq!(ids(&differing), ["rt-0215", "rt-0216"]);
    for (row, replayed) in &differing {
        assert!(
            replayed.executed && replayed.fields.is_empty(),
            "{}",
            row.id
        );
    }
}
