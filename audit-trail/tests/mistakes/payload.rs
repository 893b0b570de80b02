//! Values that others choke on.

use audit_core::{Entry, Scope, record};
use serde::{Serialize, Serializer, ser::Error as _};
use serde_json::Value;

use crate::support::{SOON, assert_sound, found, json, open, runtime};

struct Fails;

impl Serialize for Fails {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(S::Error::custom("no such order"))
    }
}

struct Panics;

impl Serialize for Panics {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        panic!("index out of range")
    }
}

/// Nested as deep as it goes.
fn deep(depth: usize) -> Value {
    (0..depth).fold(Value::Null, |inner, _| Value::Array(vec![inner]))
}

#[test]
fn every_odd_value_has_its_record_which_is_marked_proved_and_found() {
    let dir = tempfile::tempdir().unwrap();
    let trail = open(dir.path());
    let entry = || Entry::new("odd");
    let long = "é".repeat(500_000);
    let wide: Vec<String> = (0..60_000).map(|n| n.to_string()).collect();
    let entries = [
        ("a NUL byte", entry().request("a\0b")),
        (
            "no number",
            entry().request(&[f64::NAN, f64::INFINITY, -0.0]),
        ),
        (
            "a lone surrogate",
            entry().request_json(br#"{"name": "\ud800"}"#),
        ),
        ("no JSON at all", entry().request_json([0xff, 0x00, 0x7b])),
        ("what fails", entry().request(&Fails)),
        ("what panics", entry().request(&Panics)),
        ("a long text", entry().request(&long)),
        ("many values", entry().request(&wide)),
        ("a deep value", entry().request(&deep(120))),
        (
            "a deep value beside a long one",
            entry().request(&deep(120)).response(&long),
        ),
        (
            "a long name",
            Entry::new(long.clone()).resource(long.clone()),
        ),
        ("a name with a NUL", Entry::new("odd\0name")),
    ];
    let count = entries.len();
    Scope::new().runtime(runtime(&trail)).run(|| {
        for (what, entry) in entries {
            let id = record(entry).unwrap_or_else(|error| panic!("{what}: {error}"));
            assert!(id.is_some(), "{what}");
        }
    });
    trail.flush(SOON).unwrap();
    let records = found(&trail, "outcome:completed");
    assert_eq!(records.len(), count);
    for record in &records {
        assert!(record.body.len() <= 65_535);
    }
    let said: Vec<Value> = records.iter().map(json).collect();
    assert_eq!(said[0]["request"], "a\0b");
    assert_eq!(said[1]["request"][0]["$f64"], "nan");
    assert!(
        said[2]["request"].to_string().contains('$'),
        "{}",
        said[2]["request"]
    );
    assert_eq!(said[4]["request"]["$unserializable"], "no such order");
    assert!(
        said[5]["request"]
            .to_string()
            .contains("index out of range")
    );
    assert_eq!(said[6]["cut"]["request"]["bytes"], 1_000_002);
    assert!(
        said[7]["cut"].is_object() && said[9]["cut"].is_object() && said[10]["cut"].is_object()
    );
    assert_sound(&trail);
    // The export's entry bundles say how long a record is in 16 bits.
    trail.checkpoint().unwrap();
    for record in &records {
        trail.prove(record.seq).unwrap();
    }
}
