//! A trail's database with records in it, as a store leaves it.

use std::collections::HashMap;

use rusqlite::{Connection, params};
use serde_json::{Map, Value, json};

use crate::Columns;
use crate::query::{Candidate, Query};
use crate::store::sqlite::index::{self, Undrawn};

/// A database in memory, and what stands in it.
pub(super) struct Trail {
    pub(super) conn: Connection,
    pub(super) bodies: Vec<Vec<u8>>,
}

/// The identifier that this number stands for.
pub(super) fn id(number: u64) -> String {
    format!("00000000-0000-7000-8000-{number:012x}")
}

/// A record's JSON: an envelope with these parts besides.
pub(super) fn record(seq: u64, time: i64, kind: &str, name: &str, parts: Value) -> Value {
    let mut envelope = Map::new();
    envelope.insert("v".into(), json!(1));
    envelope.insert("id".into(), json!(id(seq)));
    let time = audit_core::Timestamp::from_nanos(time).to_string();
    envelope.insert("time".into(), json!(time));
    envelope.insert("kind".into(), json!(kind));
    envelope.insert("name".into(), json!(name));
    if let Value::Object(parts) = parts {
        envelope.extend(parts);
    }
    envelope.insert("seq".into(), json!(seq));
    Value::Object(envelope)
}

/// What a decision has besides.
pub(super) fn decision(seq: u64, actor: &str, effect: &str) -> Value {
    json!({
        "call": id(seq), "actor": {"id": actor}, "action": {"type": "pay"}, "snapshot": {},
        "decision": {"effect": effect, "mode": "enforce", "duration_ns": 100},
        "site": {"function": "pay"},
    })
}

/// What an outcome has besides, of the call whose decision has this number.
pub(super) fn outcome(call: u64, actor: &str, status: &str) -> Value {
    json!({
        "call": id(call), "actor": {"id": actor},
        "outcome": {"status": status, "duration_ns": 5000},
    })
}

impl Trail {
    pub(super) fn new() -> Self {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(include_str!("../../schema.sql"))
            .unwrap();
        conn.execute("INSERT INTO head VALUES (1, 0, x'', 0)", [])
            .unwrap();
        Self {
            conn,
            bodies: Vec::new(),
        }
    }

    /// Appends records, of which none is indexed yet.
    pub(super) fn append(&mut self, records: impl IntoIterator<Item = Value>) {
        for record in records {
            let body = serde_json::to_vec(&record).unwrap();
            let seq = place(self.bodies.len());
            let sql = "INSERT INTO record VALUES (?1, 1, ?2)";
            self.conn.execute(sql, params![seq, body]).unwrap();
            self.bodies.push(body);
        }
        let sql = "UPDATE head SET size = ?1";
        self.conn.execute(sql, [place(self.bodies.len())]).unwrap();
    }

    /// Takes records away as if they had never come, and leaves the places of the others.
    pub(super) fn forget(&self, gone: impl Fn(u64) -> bool) {
        self.conn
            .execute_batch("DROP TRIGGER record_goes_by_retention_alone")
            .unwrap();
        for seq in (0..self.bodies.len()).filter(|seq| gone(*seq as u64)) {
            for sql in [
                "DELETE FROM entry WHERE seq = ?1",
                "DELETE FROM record WHERE seq = ?1",
            ] {
                self.conn.execute(sql, [place(seq)]).unwrap();
            }
        }
    }

    /// Indexes records up to this place, as the store does.
    pub(super) fn index(&mut self, end: usize) {
        let sql = "SELECT indexed FROM head";
        let indexed: i64 = self.conn.query_row(sql, [], |row| row.get(0)).unwrap();
        let indexed = usize::try_from(indexed).unwrap();
        let records = (0..).zip(&self.bodies).take(end).skip(indexed);
        let undrawn = records.map(|(seq, body)| Undrawn {
            seq,
            session: 1,
            body,
        });
        index::draw(&self.conn, undrawn).unwrap();
        self.conn
            .execute("UPDATE head SET indexed = ?1", [place(end)])
            .unwrap();
    }

    /// The places of all records that match, told from everything that was appended and from nothing that was indexed.
    pub(super) fn expected(&self, query: &Query) -> Vec<u64> {
        let records: Vec<_> = self
            .bodies
            .iter()
            .map(|body| (Columns::read(body).unwrap(), body))
            .collect();
        let ended: HashMap<_, _> = records
            .iter()
            .filter(|(columns, _)| columns.kind.as_str() == "outcome")
            .map(|(columns, _)| (columns.call.unwrap(), columns.outcome.clone().unwrap()))
            .collect();
        let mut found: Vec<(i64, u64)> = Vec::new();
        for (seq, (columns, body)) in (0_u64..).zip(&records) {
            let end = ended
                .get(&columns.id)
                .filter(|_| columns.kind.as_str() == "decision");
            let known = Candidate::new(seq, columns, body);
            let known = end.map_or(known, |outcome| known.ended(outcome));
            if query.matches_candidate(&known) {
                found.push((columns.time, seq));
            }
        }
        found.sort_unstable();
        if query.in_order() == crate::Order::Newest {
            found.reverse();
        }
        found.into_iter().map(|(_, seq)| seq).collect()
    }
}

fn place(seq: usize) -> i64 {
    i64::try_from(seq).unwrap()
}
