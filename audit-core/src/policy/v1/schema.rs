//! The schema: what actions, actor and snapshot look like.

use std::collections::HashMap;
use std::sync::Arc;

use super::decode::{
    self, Key,
    Presence::{Optional, Required},
};
use super::sensitive;
use crate::policy::model::{Declaration, Declarations, FieldType, ScalarType, Schema};
use crate::policy::reading::log::Log;
use crate::policy::reading::wording::quoted;
use crate::policy::yaml::Node;
use crate::redaction::{Classification, Redaction};

const SCHEMA: &[Key] = &[
    ("version", Required),
    ("actions", Required),
    ("actor", Required),
    ("snapshot", Required),
];
// `sensitive` is ours; the engine that version 1 answers as ignores it.
const DOMAIN: &[Key] = &[("fields", Required), ("sensitive", Optional)];
const TYPES: &[(&str, ScalarType)] = &[
    ("string", ScalarType::String),
    ("number", ScalarType::Number),
    ("boolean", ScalarType::Boolean),
];

/// The declared fields of one action, the actor or the snapshot, and which of them are kept out of records.
#[derive(Default)]
struct Described {
    fields: Declarations,
    sensitive: Vec<(Arc<str>, Redaction)>,
}

/// Reads a schema. What it answers is complete only if nothing was logged as an error.
pub(super) fn read(node: &Node, log: &mut Log) -> Schema {
    let mut version = 0;
    let mut actions = Vec::new();
    let (mut actor, mut snapshot) = (Described::default(), Described::default());
    decode::map(
        node,
        "the schema",
        SCHEMA,
        log,
        |key, value, log| match key {
            "version" => version = decode::number(value, "`version`", log).unwrap_or_default(),
            "actions" => {
                actions = named(value, "`actions`", log, |name, value, log| {
                    let what = format!("the action {}", quoted(name));
                    Some(describe(value, &what, log))
                });
            }
            "actor" => actor = describe(value, "`actor`", log),
            _ => snapshot = describe(value, "`snapshot`", log),
        },
    );
    assemble(version, actions, actor, snapshot)
}

fn assemble(
    version: u32,
    actions: Vec<(Arc<str>, Described)>,
    actor: Described,
    snapshot: Described,
) -> Schema {
    let mut classification = Classification::nothing();
    for (action, described) in &actions {
        for (field, how) in &described.sensitive {
            classification =
                classification.action_field(Arc::clone(action), Arc::clone(field), *how);
        }
    }
    for (field, how) in actor.sensitive {
        classification = classification.actor_field(field, how);
    }
    for (field, how) in snapshot.sensitive {
        classification = classification.snapshot_field(field, how);
    }
    let actions = actions
        .into_iter()
        .map(|(name, described)| (name, described.fields));
    Schema {
        version,
        actions: actions.collect(),
        actor: actor.fields,
        snapshot: snapshot.fields,
        classification,
    }
}

/// One action, the actor or the snapshot.
fn describe(node: &Node, what: &str, log: &mut Log) -> Described {
    let mut described = Described::default();
    let mut sensitive = None;
    decode::map(node, what, DOMAIN, log, |key, value, log| match key {
        "fields" => {
            let what = format!("`fields` of {what}");
            described.fields = named(value, &what, log, |_, value, log| {
                let kind = decode::word(value, "field type", TYPES, log)?;
                Some(Declaration::required(FieldType::Scalar(kind)))
            });
        }
        _ => sensitive = decode::optional(value, Some),
    });
    // Read last: it may stand before the fields it names.
    if let Some(sensitive) = sensitive {
        described.sensitive = sensitive::read(sensitive, node.get("fields"), what, log);
    }
    described
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
    for [key, value] in decode::entries(node, what, log).unwrap_or_default() {
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
