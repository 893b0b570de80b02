//! The schema file: what actions, actor and snapshot look like, and what of events is kept out of records.

use std::collections::HashSet;
use std::sync::Arc;

use super::field::{self, Fields};
use super::shape;
use crate::pattern::Pattern;
use crate::policy::model::{Declarations, FieldRef, Schema};
use crate::policy::problem::ProblemKind;
use crate::policy::reading::decode::{
    Key,
    Presence::{Optional, Required},
    repeated_key,
};
use crate::policy::reading::log::Log;
use crate::policy::reading::wording::{found, quoted};
use crate::policy::yaml::Node;
use crate::redaction::{Classification, Redaction};
use crate::word::nearest;

pub(super) const SCHEMA: [Key; 6] = [
    // Where it is missing, that was reported already.
    ("language", Optional),
    ("version", Optional),
    ("actions", Required),
    ("actor", Optional),
    ("snapshot", Optional),
    ("events", Optional),
];
pub(super) const EVENT: [Key; 2] = [("sensitive", Optional), ("fields", Optional)];
pub(super) const DOMAIN: [Key; 1] = [("fields", Required)];
/// The action field that every action has: its type.
pub(super) const ACTION_TYPE: &str = FieldRef::ACTION_TYPE;

/// Reads a schema. What it answers is complete only if nothing was logged as an error.
pub(super) fn read(node: &Node, log: &mut Log) -> Schema {
    let mut schema = Schema::default();
    let Some([_, version, actions, actor, snapshot, events]) =
        shape::record(node, "the schema", &SCHEMA, log)
    else {
        return schema;
    };
    if let Some(version) = version {
        schema.version = shape::number(version, "`version`", log).unwrap_or_default();
    }
    let mut classification = Classification::nothing();
    if let Some(actions) = actions {
        for (name, (fields, kept_out)) in read_actions(actions, log) {
            for (field, how) in kept_out {
                classification = classification.action_field(Arc::clone(&name), field, how);
            }
            schema.actions.push((name, fields));
        }
    }
    if let Some(actor) = actor {
        let (fields, kept_out) = read_domain(actor, "`actor`", None, log);
        schema.actor = fields;
        for (field, how) in kept_out {
            classification = classification.actor_field(field, how);
        }
    }
    if let Some(snapshot) = snapshot {
        let (fields, kept_out) = read_domain(snapshot, "`snapshot`", None, log);
        schema.snapshot = fields;
        for (field, how) in kept_out {
            classification = classification.snapshot_field(field, how);
        }
    }
    if let Some(events) = events {
        classification = read_events(events, classification, log);
    }
    schema.classification = classification;
    schema
}

/// What is kept out of events, by the patterns of their names. Rules ask for nothing of an event: beyond that nothing of it is
/// kept.
fn read_events(node: &Node, mut known: Classification, log: &mut Log) -> Classification {
    let mut seen = HashSet::new();
    for [key, value] in shape::entries(node, "`events`", log).unwrap_or_default() {
        let Some(name) = shape::name(key, "`events`", log) else {
            continue;
        };
        if !seen.insert(name) {
            repeated_key(key, name, "`events`", log);
            continue;
        }
        let pattern = match Pattern::new(&**name) {
            Ok(pattern) => pattern,
            Err(error) => {
                log.report(
                    ProblemKind::InvalidValue,
                    key.place,
                    error.to_string(),
                    None,
                );
                continue;
            }
        };
        let what = format!("the event {}", quoted(name));
        let Some([whole, fields]) = shape::record(value, &what, &EVENT, log) else {
            continue;
        };
        let whole = whole.and_then(|node| shape::word(node, "redaction", &field::REDACTIONS, log));
        if let Some(how) = whole {
            known = known.event(pattern.clone(), how);
        }
        if let Some(fields) = fields {
            let what = format!("`fields` of {what}");
            for (path, how) in field::read(fields, &what, None, log).sensitive {
                known = known.event_field(pattern.clone(), path, how);
            }
        }
    }
    known
}

type Described = (Declarations, Vec<(Arc<str>, Redaction)>);

fn read_actions(node: &Node, log: &mut Log) -> Vec<(Arc<str>, Described)> {
    let mut actions = Vec::new();
    let mut seen = HashSet::new();
    for [key, value] in shape::entries(node, "`actions`", log).unwrap_or_default() {
        let Some(name) = shape::name(key, "`actions`", log) else {
            continue;
        };
        let what = format!("the action {}", quoted(name));
        let described = read_domain(value, &what, Some(ACTION_TYPE), log);
        if seen.insert(name) {
            actions.push((Arc::clone(name), described));
        } else {
            repeated_key(key, name, "`actions`", log);
        }
    }
    actions
}

/// An action that is most likely none.
const FIELDS_AS_ACTION: &str = "the action `fields`";

/// One action, the actor or the snapshot.
fn read_domain(node: &Node, what: &str, reserved: Option<&str>, log: &mut Log) -> Described {
    if has_bare_fields(node) {
        let message = format!("{what} has no key `fields`, found {}", found(node));
        let hint = if what == FIELDS_AS_ACTION {
            "indent `fields` below the action it belongs to"
        } else {
            "put its fields below `fields`"
        };
        log.report(
            ProblemKind::MissingField,
            node.place,
            message,
            Some(hint.to_owned()),
        );
        return Described::default();
    }
    let fields = shape::record(node, what, &DOMAIN, log).and_then(|[fields]| fields);
    let Some(fields) = fields else {
        return Described::default();
    };
    let what = format!("`fields` of {what}");
    let Fields {
        declared,
        sensitive,
        ..
    } = field::read(fields, &what, reserved, log);
    (declared, sensitive)
}

/// Whether a map holds fields where `fields` should stand, and no key that was meant to be that.
fn has_bare_fields(node: &Node) -> bool {
    let words = node.entries().unwrap_or_default().iter();
    let mut words = words.filter_map(|[key, _]| key.text()).peekable();
    let known = ["fields", "sensitive"];
    node.whole && words.peek().is_some() && words.all(|word| nearest(word, known).is_none())
}
