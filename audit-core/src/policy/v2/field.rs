//! Declared fields: a type, or a map that says more.

use std::collections::HashSet;
use std::sync::Arc;

use super::shape;
use crate::policy::model::{Declaration, Declarations, FieldType, ScalarType};
use crate::policy::problem::ProblemKind;
use crate::policy::reading::decode::{
    Key,
    Presence::{Optional, Required},
    mismatch, repeated_key, report_missing,
};
use crate::policy::reading::log::Log;
use crate::policy::reading::wording::quoted;
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
}

/// Reads a map of declared fields. `reserved` is a name that none of them may have.
pub(super) fn read(node: &Node, what: &str, reserved: Option<&str>, log: &mut Log) -> Fields {
    let mut fields = Fields::default();
    let mut seen = HashSet::new();
    for (key, value) in shape::entries(node, what, log).unwrap_or_default() {
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
            fields
                .sensitive
                .extend(how.map(|how| (Arc::clone(name), how)));
        }
    }
    fields
}

/// One declared field.
fn read_field(node: &Node, name: &str, log: &mut Log) -> Option<(Declaration, Option<Redaction>)> {
    let what = format!("the field {}", quoted(name));
    if node.entries().is_none() {
        let kind = match shape::word(node, "field type", &TYPES, log)? {
            Kind::Scalar(kind) => FieldType::Scalar(kind),
            Kind::List => return incomplete(node, &what, "list", "{type: list, of: string}", log),
            Kind::Map => {
                return incomplete(node, &what, "map", "{type: map, fields: {..}}", log);
            }
        };
        return Some((Declaration::required(kind), None));
    }
    let [kind, of, inner, optional, nullable, sensitive] = shape::record(node, &what, &FIELD, log)?;
    let kind = kind.and_then(|kind| shape::word(kind, "field type", &TYPES, log));
    let fields_of = format!("`fields` of {what}");
    let kind = match kind {
        Some(Kind::Scalar(kind)) => Some(FieldType::Scalar(kind)),
        Some(Kind::List) => {
            let keys = [("type", Required), ("of", Required)];
            report_missing(node, &what, &keys, [true, of.is_some()].into_iter(), log);
            of.and_then(|of| shape::word(of, "type of a list's items", &SCALARS, log))
                .map(FieldType::List)
        }
        Some(Kind::Map) => {
            let keys = [("type", Required), ("fields", Required)];
            report_missing(node, &what, &keys, [true, inner.is_some()].into_iter(), log);
            inner.map(|inner| FieldType::Map(read(inner, &fields_of, None, log).declared))
        }
        None => None,
    };
    let flag = |node: Option<&Node>, key: &str, log: &mut Log| {
        node.and_then(|node| shape::boolean(node, key, log))
            .unwrap_or_default()
    };
    let declaration = |kind, log: &mut Log| Declaration {
        kind,
        optional: flag(optional, "`optional`", log),
        nullable: flag(nullable, "`nullable`", log),
    };
    let how = sensitive.and_then(|node| shape::word(node, "redaction", &REDACTIONS, log));
    Some((declaration(kind?, log), how))
}

fn incomplete<T>(node: &Node, what: &str, word: &str, example: &str, log: &mut Log) -> Option<T> {
    let _ = word;
    mismatch(
        node,
        &format!("{what} to say what is inside, such as `{example}`"),
        log,
    )
}
