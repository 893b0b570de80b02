use std::error::Error as _;

use serde_json::{Value, json};

use crate::bus::event::{Payload, PayloadError};
use crate::bus::runnable::Parameter;

use super::*;

/// The error, and what its source quotes.
fn said(error: &PayloadError) -> String {
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

const TRANSFER: &[Parameter] = &[
    Parameter::new("from", "&str"),
    Parameter::new("amount", "f64"),
    Parameter::new("note", "Option<String>"),
];

type Transfer = (String, f64, Option<String>);

fn transfer(json: Value) -> Result<Transfer, String> {
    let read = |given: &mut Given<'_>| {
        let (from, amount, note) = (given.argument(), given.argument(), given.argument());
        Some((from?, amount?, note?))
    };
    Given::read(&Payload::new(json), TRANSFER, false, read).map_err(|error| said(&error))
}

const ONE: &[Parameter] = &[Parameter::new("ids", "Vec<u64>")];

fn one(json: Value) -> Result<Vec<u64>, String> {
    Given::read(&Payload::new(json), ONE, false, |given| given.only()).map_err(|error| said(&error))
}

fn none(json: Value) -> Result<(), String> {
    Given::read(&Payload::new(json), &[], false, |_| Some(())).map_err(|error| said(&error))
}

const ACCEPTED: &str = "accepted are `from` (&str), `amount` (f64), `note` (Option<String>)";

#[test]
fn several_are_given_by_name_or_all_in_their_order() {
    let expected = Ok(("alice".to_owned(), 1.5, Some("rent".to_owned())));
    let by_name = json!({"note": "rent", "amount": 1.5, "from": "alice"});
    assert_eq!(transfer(by_name), expected);
    assert_eq!(transfer(json!(["alice", 1.5, "rent"])), expected);
}

#[test]
fn an_option_that_is_not_named_is_none_whatever_it_is_called() {
    type Perhaps = Option<String>;
    let expected = Ok(("alice".to_owned(), 1.0, None));
    assert_eq!(transfer(json!({"from": "alice", "amount": 1})), expected);
    let null = json!({"from": "alice", "amount": 1, "note": null});
    assert_eq!(transfer(null), expected);
    let alone: Result<Perhaps, _> =
        Given::read(&Payload::new(json!({})), ONE, false, |given| given.only());
    assert_eq!(alone, Ok(None));
}

#[test]
fn all_that_is_wrong_is_told_at_once_with_what_is_accepted() {
    let error = transfer(json!({"form": "alice", "amount": "much"})).unwrap_err();
    let expected = format!(
        "unknown argument `form`; missing argument `from`; argument `amount` does not fit: {ACCEPTED}: `amount`: invalid type: string \"much\", expected f64"
    );
    assert_eq!(error, expected);
    assert_eq!(
        transfer(json!(7)),
        Err(format!("found a number: {ACCEPTED}"))
    );
    assert_eq!(
        transfer(json!(["alice"])),
        Err(format!("found a list of 1: {ACCEPTED}"))
    );
    let odd = transfer(json!({"from": "a", "amount": 1, "a\n`b": 1})).unwrap_err();
    assert_eq!(odd, format!("unknown argument `a\\n`b`: {ACCEPTED}"));
}

#[test]
fn a_single_one_is_given_by_name_or_as_its_value() {
    for json in [json!({"ids": [1, 2]}), json!([1, 2])] {
        assert_eq!(one(json), Ok(vec![1, 2]));
    }
    let error = one(json!({"id": [1]})).unwrap_err();
    assert_eq!(
        error,
        "argument `ids` does not fit: accepted is `ids` (Vec<u64>), or its value itself: `ids`: invalid type: map, expected a sequence"
    );
    let error = one(json!({})).unwrap_err();
    assert_eq!(
        error,
        "missing argument `ids`: accepted is `ids` (Vec<u64>), or its value itself"
    );
}

#[test]
fn an_object_that_has_a_single_ones_name_gives_it_by_name_and_in_no_other_way() {
    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Batch {
        ids: Vec<u64>,
    }
    let read = |json| {
        Given::read::<Batch>(&Payload::new(json), ONE, false, |given| given.only())
            .map_err(|error| said(&error))
    };
    let named = json!({"ids": {"ids": [1]}});
    assert_eq!(read(named), Ok(Batch { ids: vec![1] }));
    let accepted =
        "accepted is `ids` (Vec<u64>), or its value itself where that has no member `ids`";
    let error = read(json!({"ids": [1]})).unwrap_err();
    assert_eq!(
        error,
        format!(
            "argument `ids` does not fit: {accepted}: `ids`: invalid type: integer `1`, expected a sequence"
        )
    );
    let error = read(json!({"ids": {"ids": [1]}, "more": 1})).unwrap_err();
    assert_eq!(error, format!("unknown argument `more`: {accepted}"));
}

#[test]
fn where_there_is_none_nothing_is_accepted() {
    for json in [json!(null), json!({}), json!([])] {
        assert_eq!(none(json), Ok(()));
    }
    let error = none(json!({"a": 1})).unwrap_err();
    assert_eq!(
        error,
        "unknown argument `a`: accepted is no argument at all"
    );
    let error = none(json!(1)).unwrap_err();
    assert_eq!(error, "found a number: accepted is no argument at all");
}

#[test]
fn whoever_has_the_very_type_is_not_read_by_name() {
    let json = json!({"ids": 1});
    let read = |is_whole| {
        Given::read::<Value>(&Payload::new(json.clone()), ONE, is_whole, |given| {
            given.only()
        })
    };
    assert_eq!(read(true), Ok(json.clone()));
    assert_eq!(read(false), Ok(json!(1)));
}
