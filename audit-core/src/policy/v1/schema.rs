//! The schema: what actions, actor and snapshot look like.

use std::collections::HashMap;
use std::sync::Arc;

use super::decode::{self, Key, Presence::Required};
use super::log::Log;
use super::wording::quoted;
use crate::policy::model::{Declarations, FieldType, Schema};
use crate::policy::yaml::Node;

const SCHEMA: &[Key] = &[
    ("version", Required),
    ("actions", Required),
    ("actor", Required),
    ("snapshot", Required),
];
const DOMAIN: &[Key] = &[("fields", Required)];
const TYPES: &[(&str, FieldType)] = &[
    ("string", FieldType::String),
    ("number", FieldType::Number),
    ("boolean", FieldType::Boolean),
];

/// Reads a schema. What it answers is complete only if nothing was logged as an error.
pub(super) fn read(node: &Node, log: &mut Log) -> Schema {
    let mut schema = Schema::default();
    decode::map(
        node,
        "the schema",
        SCHEMA,
        log,
        |key, value, log| match key {
            "version" => {
                schema.version = decode::number(value, "`version`", log).unwrap_or_default();
            }
            "actions" => {
                schema.actions = named(value, "`actions`", log, |name, value, log| {
                    Some(fields_of(
                        value,
                        &format!("the action {}", quoted(name)),
                        log,
                    ))
                });
            }
            "actor" => schema.actor = fields_of(value, "`actor`", log),
            _ => schema.snapshot = fields_of(value, "`snapshot`", log),
        },
    );
    schema
}

/// The `fields` of one action, the actor or the snapshot.
fn fields_of(node: &Node, what: &str, log: &mut Log) -> Declarations {
    let mut fields = Declarations::new();
    decode::map(node, what, DOMAIN, log, |_, value, log| {
        fields = named(
            value,
            &format!("`fields` of {what}"),
            log,
            |_, value, log| decode::word(value, "field type", TYPES, log),
        );
    });
    fields
}

/// A map from free names. A name given twice keeps its first place and its last value.
fn named<T>(
    node: &Node,
    what: &str,
    log: &mut Log,
    mut read: impl FnMut(&str, &Node, &mut Log) -> Option<T>,
) -> Vec<(Arc<str>, T)> {
    let mut named: Vec<(Arc<str>, T)> = Vec::new();
    let mut positions: HashMap<Arc<str>, usize> = HashMap::new();
    for (key, value) in decode::entries(node, what, log).unwrap_or_default() {
        let Some(name) = decode::key_text(key, what, log) else {
            continue;
        };
        let Some(value) = read(name, value, log) else {
            continue;
        };
        let position = *positions.entry(Arc::clone(name)).or_insert(named.len());
        match named.get_mut(position) {
            Some((_, earlier)) => *earlier = value,
            None => named.push((Arc::clone(name), value)),
        }
    }
    named
}
