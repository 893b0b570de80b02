//! Payloads of every kind: none suppresses its record, and none grows without bounds.

use std::cell::Cell;
use std::collections::BTreeMap;

use audit_core::{Entry, record};
use serde::Serialize;
use serde::ser::{Error as _, SerializeSeq, Serializer};
use serde_json::{Value, json};

use crate::notebook::Answer;
use crate::support::quietly;
use crate::world;

/// What is recorded of an entry's request.
fn recorded(entry: Entry) -> Value {
    let (runtime, notebook) = world(Answer::Take);
    runtime.scope(|| record(entry)).unwrap().unwrap();
    let event = notebook.records().remove(0);
    let read: audit_core::Event<'static> = serde_json::from_value(event.clone()).unwrap();
    assert_eq!(
        serde_json::to_value(&read).unwrap(),
        event,
        "it comes back as it was"
    );
    event["request"].clone()
}

fn of<T: Serialize + ?Sized>(request: &T) -> Value {
    recorded(Entry::new("odd").request(request))
}

struct With<F>(F);

impl<F: Fn() -> Result<(), &'static str>> Serialize for With<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (self.0)() {
            Ok(()) => serializer.serialize_unit(),
            Err(message) => Err(S::Error::custom(message)),
        }
    }
}

#[test]
fn a_payload_that_fails_or_panics_is_a_marked_substitute() {
    assert_eq!(
        of(&With(|| Err("no such order"))),
        json!({"$unserializable": "no such order"})
    );
    let panicked = quietly(|| of(&(1, With(|| panic!("index out of range")))));
    assert_eq!(
        panicked,
        json!({"$unserializable": "serialising it panicked: index out of range"})
    );
}

#[test]
fn odd_values_have_a_form() {
    #[derive(Serialize)]
    enum Kind {
        Unit,
        One(u8),
        Two(u8, u8),
        Named { a: Option<char> },
    }
    struct Bytes;
    impl Serialize for Bytes {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_bytes(&[0, 255, 16])
        }
    }
    assert_eq!(of(&f64::NAN), json!({"$f64": "nan"}));
    assert_eq!(of(&"a\0b"), json!("a\0b"));
    assert_eq!(
        of(&u128::MAX),
        json!("340282366920938463463374607431768211455")
    );
    assert_eq!(of(&i128::from(-7)), json!(-7));
    assert_eq!(of(&Bytes), json!({"$bytes": "00ff10"}));
    assert_eq!(
        of(&(
            Kind::Unit,
            Kind::One(1),
            Kind::Two(1, 2),
            Kind::Named { a: Some('x') }
        )),
        json!(["Unit", {"One": 1}, {"Two": [1, 2]}, {"Named": {"a": "x"}}])
    );
}

#[test]
fn names_that_are_no_texts_become_texts() {
    assert_eq!(
        of(&BTreeMap::from([(7, "a"), (8, "b")])),
        json!({"7": "a", "8": "b"})
    );
    assert_eq!(
        of(&BTreeMap::from([((1, true), "a")])),
        json!({"[1,true]": "a"})
    );
    assert_eq!(
        of(&BTreeMap::from([(Some("x"), 1), (None, 2)])),
        json!({"x": 1, "null": 2})
    );
}

#[test]
fn what_changes_after_it_was_given_does_not_change_the_record() {
    struct Counter<'c>(&'c Cell<u32>);
    impl Serialize for Counter<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_u32(self.0.get())
        }
    }
    let count = Cell::new(1);
    let entry = Entry::new("odd").request(&Counter(&count));
    count.set(2);
    assert_eq!(recorded(entry), json!(1));
}

#[test]
fn depth_items_and_bytes_are_bounded() {
    struct Nested(u32);
    impl Serialize for Nested {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut list = serializer.serialize_seq(Some(1))?;
            if self.0 > 0 {
                list.serialize_element(&Nested(self.0 - 1))?;
            }
            list.end()
        }
    }
    assert!(
        of(&Nested(100_000))
            .to_string()
            .contains("(deeper than 96 lists and maps)")
    );

    let many = of(&vec![1_u8; 70_000]);
    let many = many.as_array().unwrap();
    assert_eq!(many.len(), 65_537);
    assert_eq!(many[65_536], json!({"$cut": "further items are left out"}));

    let long = of(&["ä".repeat(400_000), "ö".repeat(400_000)]);
    assert_eq!(long[0].as_str().unwrap().len(), 800_000);
    assert_eq!(long[1]["$cut"].as_str().unwrap().len(), 1_048_576 - 800_000);
}

#[test]
fn a_payload_without_end_ends() {
    struct Endless;
    impl Serialize for Endless {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut list = serializer.serialize_seq(None)?;
            loop {
                list.serialize_element(&1)?;
            }
        }
    }
    let ended = of(&Endless);
    assert!(
        ended["$unserializable"]
            .as_str()
            .unwrap()
            .contains("may have no end"),
        "{ended}"
    );
}

#[test]
fn json_of_somebody_else_is_read_and_what_is_none_is_kept_as_a_text() {
    let of = |json: &[u8]| recorded(Entry::new("odd").request_json(json));
    assert_eq!(of(br#"{"a": [1, null]}"#), json!({"a": [1, null]}));
    assert_eq!(
        of(br#"{"a": "\ud800"}"#),
        json!({"$invalid_json": r#"{"a": "\ud800"}"#})
    );
    assert_eq!(
        of(b"{\"a\": \"\xff\"}"),
        json!({"$invalid_json": "{\"a\": \"\u{fffd}\"}"})
    );
    assert_eq!(of(b""), json!({"$invalid_json": ""}));
    let long = of(&[b'['; 10_000]);
    assert_eq!(long["$invalid_json"].as_str().unwrap().len(), 4096);
    let large = format!("[{}1]", "1,".repeat(600_000));
    assert_eq!(of(large.as_bytes())["$cut"].as_str().unwrap().len(), 4096);
}

#[test]
fn a_payload_that_looks_like_a_substitute_is_not_one() {
    assert_eq!(
        of(&json!({"$unserializable": "I say so"})),
        json!({"$$unserializable": "I say so"})
    );
}
