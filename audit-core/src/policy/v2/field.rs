//! Declared fields: a type, or a map that says more.

use std::collections::HashSet;
use std::sync::Arc;

use super::{alias, shape};
use crate::policy::model::{Declaration, Declarations, FieldType, ScalarType};
use crate::policy::problem::{Place, ProblemKind};
use crate::policy::reading::decode::{
    Key,
    Presence::{Optional, Required},
    repeated_key, report_missing,
};
use crate::policy::reading::log::Log;
use crate::policy::reading::wording::{found, quoted};
use crate::policy::yaml::Node;
use crate::redaction::Redaction;

pub(super) const FIELD: [Key; 6] = [
    ("type", Required),
    ("of", Optional),
    ("fields", Optional),
    ("optional", Optional),
    ("nullable", Optional),
    ("sensitive", Optional),
];
pub(super) const SCALARS: [(&str, ScalarType); 6] = [
    (ScalarType::String.as_str(), ScalarType::String),
    (ScalarType::Boolean.as_str(), ScalarType::Boolean),
    (ScalarType::Integer.as_str(), ScalarType::Integer),
    (ScalarType::Decimal.as_str(), ScalarType::Decimal),
    (ScalarType::Number.as_str(), ScalarType::Number),
    (ScalarType::Timestamp.as_str(), ScalarType::Timestamp),
];
pub(super) const TYPES: [(&str, Kind); 8] = [
    (SCALARS[0].0, Kind::Scalar(SCALARS[0].1)),
    (SCALARS[1].0, Kind::Scalar(SCALARS[1].1)),
    (SCALARS[2].0, Kind::Scalar(SCALARS[2].1)),
    (SCALARS[3].0, Kind::Scalar(SCALARS[3].1)),
    (SCALARS[4].0, Kind::Scalar(SCALARS[4].1)),
    (SCALARS[5].0, Kind::Scalar(SCALARS[5].1)),
    ("list", Kind::List),
    ("map", Kind::Map),
];
pub(super) const REDACTIONS: [(&str, Redaction); 4] = [
    (Redaction::Mask.as_str(), Redaction::Mask),
    (Redaction::Hash.as_str(), Redaction::Hash),
    (Redaction::Seal.as_str(), Redaction::Seal),
    (Redaction::Drop.as_str(), Redaction::Drop),
];

/// The word for a type, which says nothing yet of what is inside.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Scalar(ScalarType),
    List,
    Map,
}

/// Declared fields, and which of them are kept out of records.
#[derive(Default)]
pub(super) struct Fields {
    /// In the order of the file.
    pub(super) declared: Declarations,
    /// Those with `sensitive`.
    pub(super) sensitive: Vec<(Arc<str>, Redaction)>,
    /// Where those stand.
    sensitive_places: Vec<Place>,
}

/// Reads a map of declared fields. `reserved` is a name that none of them may have.
pub(super) fn read(node: &Node, what: &str, reserved: Option<&str>, log: &mut Log) -> Fields {
    let mut fields = Fields::default();
    let mut seen = HashSet::new();
    for [key, value] in shape::entries(node, what, log).unwrap_or_default() {
        let Some(name) = shape::name(key, what, log) else {
            continue;
        };
        let declared = read_field(value, name, log);
        if !seen.insert(name) {
            repeated_key(key, name, what, log);
        } else if reserved == Some(&**name) {
            let message = format!(
                "found the field {} in {what}, a name that stands for the action's own type",
                quoted(name)
            );
            let hint = "give the field another name; rules read the action's type as `action.type`";
            log.report(
                ProblemKind::ReservedName,
                key.place,
                message,
                Some(hint.to_owned()),
            );
        } else if let Some((declaration, how)) = declared {
            fields.declared.push((Arc::clone(name), declaration));
            if let Some(how) = how {
                fields.sensitive.push((Arc::clone(name), how));
                fields
                    .sensitive_places
                    .push(shape::key_of(value, "sensitive").place);
            }
        }
    }
    fields
}

/// One declared field, and how it is kept out of records.
fn read_field(node: &Node, name: &str, log: &mut Log) -> Option<(Declaration, Option<Redaction>)> {
    let what = format!("the field {}", quoted(name));
    if node.entries().is_none() {
        let kind = match read_type(node, "field type", &TYPES, log)? {
            Kind::Scalar(kind) => FieldType::Scalar(kind),
            Kind::List => {
                return incomplete(node, &what, "of", "{type: list, of: string}", log);
            }
            Kind::Map => {
                return incomplete(node, &what, "fields", "{type: map, fields: {..}}", log);
            }
        };
        return Some((Declaration::required(kind), None));
    }
    let [kind, of, inner, optional, nullable, sensitive] = shape::record(node, &what, &FIELD, log)?;
    let word = kind.and_then(|kind| read_type(kind, "field type", &TYPES, log));
    let kind = word.and_then(|word| read_kind(word, node, of, inner, &what, log));
    let flag = |node: Option<&Node>, key: &str, log: &mut Log| {
        node.is_some_and(|node| shape::boolean(node, key, log).unwrap_or_default())
    };
    let optional = flag(optional, "`optional`", log);
    let nullable = flag(nullable, "`nullable`", log);
    let how = sensitive.and_then(|node| shape::word(node, "redaction", &REDACTIONS, log));
    let declaration = Declaration {
        kind: kind?,
        optional,
        nullable,
    };
    Some((declaration, how))
}

/// The type with what is inside; keys that belong to other types are reported.
fn read_kind(
    word: Kind,
    node: &Node,
    of: Option<&Node>,
    inner: Option<&Node>,
    what: &str,
    log: &mut Log,
) -> Option<FieldType> {
    let required = |key: &'static str, value: Option<&Node>, log: &mut Log| {
        let seen = std::iter::once(value.is_some());
        report_missing(node, what, &[(key, Required)], seen, alias::missing, log);
    };
    match word {
        Kind::Scalar(kind) => {
            misplaced(of, node, "of", "lists", log);
            misplaced(inner, node, "fields", "maps", log);
            Some(FieldType::Scalar(kind))
        }
        Kind::List => {
            misplaced(inner, node, "fields", "maps", log);
            required("of", of, log);
            let of = read_type(of?, "type of a list's items", &SCALARS, log)?;
            Some(FieldType::List(of))
        }
        Kind::Map => {
            misplaced(of, node, "of", "lists", log);
            required("fields", inner, log);
            let fields = read(inner?, &format!("`fields` of {what}"), None, log);
            for place in fields.sensitive_places {
                let message =
                    "found `sensitive` inside a map, expected it beside a field of the first level";
                let hint = "put it beside the map: it then covers all that is inside";
                log.report(
                    ProblemKind::UnknownKey,
                    place,
                    message.to_owned(),
                    Some(hint.to_owned()),
                );
            }
            Some(FieldType::Map(fields.declared))
        }
    }
}

/// Reports a key that says nothing of a type.
fn misplaced(value: Option<&Node>, node: &Node, name: &str, whose: &str, log: &mut Log) {
    if value.is_none() {
        return;
    }
    let kind = node.get("type").and_then(Node::text);
    let message = format!(
        "found the key {} beside `type: {}`, it belongs to {whose}",
        quoted(name),
        kind.map_or("..", |kind| kind)
    );
    log.report(
        ProblemKind::UnknownKey,
        shape::key_of(node, name).place,
        message,
        None,
    );
}

fn read_type<T: Copy>(
    node: &Node,
    what: &str,
    accepted: &[(&'static str, T)],
    log: &mut Log,
) -> Option<T> {
    if let Some(hint) = inside_hint(node) {
        let expected = shape::one_of(accepted.iter().map(|(word, _)| *word));
        return shape::mismatch(node, &expected, Some(hint), log);
    }
    shape::word_with(node, what, accepted, alias::TYPES, log)
}

/// `[string]` where a type must stand, and `{type: string}` where a bare one must.
fn inside_hint(node: &Node) -> Option<String> {
    let known = |word: &str| SCALARS.iter().any(|(name, _)| *name == word);
    let (node, hint): (&Node, fn(&str) -> String) = match node.items() {
        Some([item]) => (item, |word| format!("write `{{type: list, of: {word}}}`")),
        Some(_) => return None,
        None => (node.get("type")?, |word| format!("write `{word}` alone")),
    };
    let word = node.text().filter(|word| known(word))?;
    Some(hint(word))
}

/// Reports a word for a type that must say what is inside.
fn incomplete<T>(node: &Node, what: &str, key: &str, example: &str, log: &mut Log) -> Option<T> {
    let message = format!("{what} has no key {}, found {}", quoted(key), found(node));
    let hint = format!("write `{example}`");
    log.report(ProblemKind::MissingField, node.place, message, Some(hint));
    None
}
