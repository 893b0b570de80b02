//! Cutting what is too large for a record: a record is at most 65,535 bytes (C2SP tlog-tiles, "Log Entries").
//!
//! The longest values go first, each cut to its beginning; `cut` says which, how long they were, and the SHA-256 of what they
//! were as JSON, so that the whole can be kept elsewhere and proved to be this.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::tree::Hash;

/// How large a record may be.
pub(crate) const MAX_RECORD: usize = 65_535;
/// Records up to this many bytes fit, with their place.
pub(crate) const SAFE: usize = MAX_RECORD - ROOM_FOR_SEQ;
/// The room that its place takes.
const ROOM_FOR_SEQ: usize = 32;
/// Values up to this many bytes are left as they are.
const SHORT: usize = 256;
/// How much of a text is kept.
const KEPT: usize = 128;
/// The most values that are cut one by one.
const MOST: usize = 256;
/// What telling of one takes, besides its path.
const TOLD: usize = 120;
/// How deep values are looked into; what lies deeper goes as a whole.
const DEPTH: usize = 64;

/// Cuts a record that is too large. One that fits is not touched.
pub(crate) fn cut(body: &mut Vec<u8>) {
    if fits(body.len()) {
        return;
    }
    let Ok(Value::Object(mut record)) = serde_json::from_slice(body) else {
        return;
    };
    let mut cuts = Map::new();
    let mut left = body.len();
    for (_, path) in longest(&record) {
        if fits(left) || cuts.len() == MOST {
            break;
        }
        // What stood in a list or map that was cut is gone with it.
        let Some(value) = find(&mut record, &path) else {
            continue;
        };
        let text = value.to_string();
        *value = beginning(value);
        let path = path.join(".");
        left = left.saturating_sub(text.len()) + value.to_string().len() + path.len() + TOLD;
        cuts.insert(path, told_of(&text));
    }
    if !fits(left) {
        cut_whole(&mut record, body, &mut cuts);
    }
    record.insert("cut".to_owned(), Value::Object(cuts));
    if !fits(serde_json::to_vec(&record).map_or(usize::MAX, |bytes| bytes.len())) {
        record = bones(record, body);
    }
    body.clear();
    // A value that was read as JSON is written as JSON, to a vector, which takes it.
    let _written = serde_json::to_writer(&mut *body, &record);
}

/// Cuts whole parts, as they were before anything in them was cut: many texts that are not too long by themselves.
fn cut_whole(record: &mut Map<String, Value>, body: &[u8], cuts: &mut Map<String, Value>) {
    let Ok(Value::Object(mut before)) = serde_json::from_slice(body) else {
        return;
    };
    for path in WHOLE {
        let told: usize = cuts.keys().map(|path| path.len() + TOLD).sum();
        let left = serde_json::to_vec(&record).map_or(usize::MAX, |bytes| bytes.len());
        if fits(left.saturating_add(told)) {
            return;
        }
        let path: Vec<String> = path.iter().map(|name| (*name).to_owned()).collect();
        let text = find(&mut before, &path).map(|value| value.to_string());
        let (Some(text), Some(value)) = (text, find(record, &path)) else {
            continue;
        };
        if text.len() <= SHORT {
            continue;
        }
        *value = beginning(value);
        let path = path.join(".");
        let within = format!("{path}.");
        cuts.retain(|cut, _| !cut.starts_with(&within));
        cuts.insert(path, told_of(&text));
    }
}

/// What is told of a value that was cut.
fn told_of(text: &str) -> Value {
    json!({"bytes": text.len(), "sha256": sha256(text)})
}

fn fits(bytes: usize) -> bool {
    bytes + ROOM_FOR_SEQ <= MAX_RECORD
}

/// Parts that may hold anything.
const FREE: [&str; 4] = ["data", "request", "response", "metadata"];
/// Parts that can be cut as a whole, those that are missed least first. An action keeps its type, an outcome its status.
const WHOLE: [&[&str]; 7] = [
    &["metadata"],
    &["response"],
    &["request"],
    &["data"],
    &["outcome", "value"],
    &["snapshot"],
    &["action", "fields"],
];
/// Parts that say what a record is: they are never cut.
const BONES: [&str; 8] = [
    "v", "id", "time", "kind", "call", "cause", "trace", "process",
];

/// Parts of which the long texts alone are cut.
const STAYS: [&str; 5] = ["name", "tenant", "resource", "decision", "site"];

/// The values that can be cut, the longest first: a text, or a list or map of many short values.
fn longest(record: &Map<String, Value>) -> Vec<(usize, Vec<String>)> {
    let mut long = Long::default();
    for (name, value) in record {
        if !BONES.contains(&name.as_str()) {
            long.look(value, &mut vec![name.clone()]);
        }
    }
    long.found.sort_by(|a, b| b.cmp(a));
    long.found
}

/// Values that are too long, with their bytes.
#[derive(Default)]
struct Long {
    found: Vec<(usize, Vec<String>)>,
}

impl Long {
    /// Returns how many bytes of this value no part of it takes the blame for.
    fn look(&mut self, value: &Value, path: &mut Vec<String>) -> usize {
        let own = match value {
            Value::String(text) => text.len(),
            Value::Array(items) if path.len() < DEPTH => {
                let parts = items.iter().enumerate();
                parts
                    .map(|(place, item)| self.inside(item, place.to_string(), path))
                    .sum()
            }
            Value::Object(members) if path.len() < DEPTH => members
                .iter()
                .map(|(name, member)| name.len() + self.inside(member, name.clone(), path))
                .sum(),
            Value::Array(_) | Value::Object(_) => value.to_string().len(),
            _ => 8,
        };
        // What a decision or a site is made of must stay, but for the texts in it.
        let free = path.len() > 1
            || path
                .first()
                .is_some_and(|name| FREE.contains(&name.as_str()));
        if own > SHORT && (value.is_string() || free) {
            self.found.push((own, path.clone()));
            return 0;
        }
        own
    }

    fn inside(&mut self, value: &Value, name: String, path: &mut Vec<String>) -> usize {
        path.push(name);
        let own = self.look(value, path);
        path.pop();
        own
    }
}

fn find<'r>(record: &'r mut Map<String, Value>, path: &[String]) -> Option<&'r mut Value> {
    let (first, rest) = path.split_first()?;
    rest.iter()
        .try_fold(record.get_mut(first)?, |value, name| match value {
            Value::Array(items) => items.get_mut(name.parse::<usize>().ok()?),
            Value::Object(members) => members.get_mut(name),
            _ => None,
        })
}

/// What is left of a value: the beginning of a text, else its type.
fn beginning(value: &Value) -> Value {
    match value {
        Value::String(text) => {
            let kept: String = text.chars().take(KEPT).collect();
            Value::String(format!("{kept}…"))
        }
        Value::Array(_) => json!(["…"]),
        _ => json!({"…": null}),
    }
}

/// What is left where all that does not help: who, what, and what became of it, and the digest of all it was.
fn bones(record: Map<String, Value>, whole: &[u8]) -> Map<String, Value> {
    let mut bones = Map::new();
    for (name, mut value) in record {
        match (name.as_str(), value.as_object_mut()) {
            ("actor", Some(actor)) => actor.retain(|name, _| name == "id"),
            ("action", Some(action)) => action.retain(|name, _| name == "type"),
            ("outcome", Some(outcome)) => outcome.retain(|name, _| name != "value"),
            ("snapshot", Some(snapshot)) => snapshot.clear(),
            (name, _) if BONES.contains(&name) || STAYS.contains(&name) => {}
            _ => continue,
        }
        bones.insert(name, value);
    }
    let told = json!({"bytes": whole.len(), "sha256": sha256(whole)});
    bones.insert("cut".to_owned(), json!({"": told}));
    bones
}

/// The SHA-256 of bytes, as a hash is spelled everywhere.
fn sha256(bytes: impl AsRef<[u8]>) -> String {
    Hash::new(Sha256::digest(bytes).into()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(parts: Value) -> Vec<u8> {
        let mut record = json!({"v": 1, "id": "x", "time": "t", "kind": "event", "name": "upload"});
        let Value::Object(parts) = parts else {
            unreachable!()
        };
        record.as_object_mut().unwrap().extend(parts);
        serde_json::to_vec(&record).unwrap()
    }

    fn cut_of(parts: Value) -> Value {
        let mut body = record(parts);
        cut(&mut body);
        assert!(fits(body.len()), "{} bytes", body.len());
        serde_json::from_slice(&body).unwrap()
    }

    #[test]
    fn a_record_that_fits_is_not_touched() {
        let mut body = record(json!({"data": "x".repeat(60_000)}));
        let before = body.clone();
        cut(&mut body);
        assert_eq!(body, before);
    }

    #[test]
    fn a_long_text_is_cut_and_told_by_length_and_digest() {
        let long = "é".repeat(500_000);
        let cut = cut_of(json!({"request": {"path": "/upload", "body": long}}));
        assert_eq!(cut["request"]["path"], "/upload");
        let kept = cut["request"]["body"].as_str().unwrap();
        assert!(kept.ends_with('…') && kept.chars().count() == KEPT + 1);
        let told = &cut["cut"]["request.body"];
        assert_eq!(told["bytes"], 1_000_002);
        let digest = sha256(serde_json::to_vec(&json!(long)).unwrap());
        assert_eq!(told["sha256"], digest);
    }

    #[test]
    fn a_list_of_many_short_values_is_cut_too() {
        let many: Vec<u32> = (0..100_000).collect();
        let cut = cut_of(json!({"data": {"many": many, "few": 1}}));
        assert_eq!(cut["data"]["few"], 1);
        assert_eq!(cut["data"]["many"], json!(["…"]));
        assert!(cut["cut"]["data.many"]["bytes"].as_u64().unwrap() > 400_000);
    }

    #[test]
    fn many_middling_texts_go_one_after_the_other_the_longest_first() {
        let parts: Map<String, Value> = (0..40)
            .map(|n| (format!("part{n}"), json!("x".repeat(2_000 + n))))
            .collect();
        let cut = cut_of(json!({"metadata": parts}));
        assert!(cut["cut"]["metadata.part39"].is_object());
        assert!(cut["cut"].get("metadata.part0").is_none());
    }

    #[test]
    fn many_texts_that_are_long_by_their_number_take_no_more_with_them_than_the_part_they_stand_in()
    {
        let notes: Vec<String> = (0..400)
            .map(|n| format!("{n}{}", "x".repeat(300)))
            .collect();
        let parts = json!({
            "actor": {"id": "alice"}, "decision": {"effect": "block", "matched_rule": "no_bulk"},
            "action": {"type": "bulk", "fields": {"notes": notes, "count": 400}},
        });
        let cut = cut_of(parts.clone());
        assert_eq!(cut["actor"]["id"], "alice");
        assert_eq!(cut["decision"], parts["decision"]);
        assert_eq!(cut["action"]["type"], "bulk");
        let fields = parts["action"]["fields"].to_string();
        assert_eq!(cut["cut"]["action.fields"]["bytes"], fields.len());
        assert_eq!(cut["cut"]["action.fields"]["sha256"], sha256(fields));
    }

    #[test]
    fn what_cutting_can_not_help_keeps_its_bones() {
        let wide: Map<String, Value> = (0..3_000)
            .map(|n| (format!("{n}{}", "k".repeat(200)), json!("v".repeat(250))))
            .collect();
        let mut actor = wide.clone();
        actor.insert("id".to_owned(), json!("alice"));
        let cut = cut_of(json!({"data": wide, "actor": actor, "name": "n".repeat(100_000)}));
        assert_eq!(cut["kind"], "event");
        assert_eq!(cut["actor"], json!({"id": "alice"}));
        assert!(cut["name"].as_str().unwrap().starts_with("nnn"));
    }
}
