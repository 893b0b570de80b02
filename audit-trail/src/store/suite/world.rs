//! Records for the checks, and what the checks ask again and again.

use audit_core::Timestamp;
use serde_json::{Value, json};

use crate::query::{Order, Query};
use crate::store::{Batch, Head, Opening, Session, Store, StoreError, StoreReader};
use crate::tree::{Edge, Hash, leaf_hash};

/// What a call of the store returned, which must not be an error.
#[expect(
    clippy::panic,
    reason = "a suite fails as a test does, with what was found"
)]
#[track_caller]
pub(super) fn ok<T>(what: &str, result: Result<T, StoreError>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("{what}: {error} ({error:?})"),
    }
}

pub(super) fn at(second: i64) -> Timestamp {
    Timestamp::from_nanos(1_700_000_000_000_000_000 + second * 1_000_000_000)
}

/// An identifier that this number stands for.
pub(super) fn id(number: i64) -> String {
    format!("00000000-0000-7000-8000-{number:012x}")
}

fn record(second: i64, kind: &str, name: &str, parts: Value) -> Vec<u8> {
    let mut record = json!({
        "v": 1, "id": id(second), "time": at(second).to_string(), "kind": kind, "name": name
    });
    if let (Value::Object(record), Value::Object(parts)) = (&mut record, parts) {
        record.extend(parts);
    }
    record.to_string().into_bytes()
}

/// Something that happened in that second.
pub(super) fn event(second: i64, name: &str) -> Vec<u8> {
    record(second, "event", name, json!({"data": {"n": second}}))
}

/// The same for a tenant, if one is named.
pub(super) fn event_for(tenant: Option<&str>, second: i64, name: &str) -> Vec<u8> {
    let parts = match tenant {
        Some(tenant) => json!({"tenant": tenant, "data": {"n": second}}),
        None => json!({"data": {"n": second}}),
    };
    record(second, "event", name, parts)
}

/// Something that a trail tells of itself.
pub(super) fn lifecycle(second: i64, name: &str) -> Vec<u8> {
    of_kind(second, "lifecycle", name)
}

/// A fact of this kind, by its word.
pub(super) fn of_kind(second: i64, kind: &str, name: &str) -> Vec<u8> {
    record(second, kind, name, json!({"data": {}}))
}

/// The decision of a call whose end is to follow.
pub(super) fn decision(second: i64, actor: &str, effect: &str) -> Vec<u8> {
    let parts = json!({
        "call": id(second), "actor": {"id": actor}, "action": {"type": "pay"},
        "decision": {"effect": effect, "matched_rule": null, "mode": "enforce", "duration_ns": 100},
        "site": {"function": "pay"},
    });
    record(second, "decision", "pay", parts)
}

/// The end of the call whose decision is of that second.
pub(super) fn outcome(second: i64, call: i64, status: &str) -> Vec<u8> {
    let parts = json!({"call": id(call), "outcome": {"status": status, "duration_ns": 5000}});
    record(second, "outcome", "pay", parts)
}

/// Opens a session that tells nothing but its number.
pub(super) fn begin(store: &mut impl Store) -> Session {
    let tell = |_: &Session| vec![event(0, "opened")];
    ok("begin", store.begin(&Opening::new(at(0), 42, 7), &tell)).0
}

/// Appends these, their columns drawn at once.
pub(super) fn append(store: &mut impl Store, bodies: &[Vec<u8>]) -> Head {
    let bodies: Vec<&[u8]> = bodies.iter().map(Vec::as_slice).collect();
    ok("append", store.append(&Batch::of(&bodies)))
}

/// One more reader.
pub(super) fn reader(store: &impl Store) -> Box<dyn StoreReader> {
    ok("opening a reader", (store.opener())())
}

/// Places and bytes of all records.
pub(super) fn all(reader: &mut dyn StoreReader) -> Vec<(u64, Vec<u8>)> {
    let mut all = Vec::new();
    let read = reader.records(0, u64::MAX, &mut |seq, body| {
        all.push((seq, body.to_vec()));
        true
    });
    ok("records", read);
    all
}

/// The root over these records, as RFC 9162 has it.
pub(super) fn root(records: &[(u64, Vec<u8>)]) -> Hash {
    let mut edge = Edge::new();
    for (_, body) in records {
        edge.push(leaf_hash(body));
    }
    edge.root()
}

/// The places of the records that answer a query, in its order, read in small pages.
pub(super) fn places(reader: &mut dyn StoreReader, query: &Query) -> Vec<u64> {
    let (mut places, mut after) = (Vec::new(), None);
    loop {
        let page = ok("search", reader.search(query, after.as_ref(), 3));
        assert!(page.records.len() <= 3, "a page has at most its limit");
        places.extend(page.records.iter().map(|record| record.seq));
        match page.next {
            Some(next) => after = Some(next),
            None => return places,
        }
    }
}

/// Of an action or event with this name, the oldest first.
pub(super) fn named(name: &str) -> Query {
    Query::new().name(name.to_owned()).order(Order::Oldest)
}
