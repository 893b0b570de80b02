//! `sensitive` in the schema: which of the declared fields are kept out of records, and how.

use std::collections::HashSet;
use std::sync::Arc;

use super::decode;
use crate::policy::problem::ProblemKind;
use crate::policy::reading::log::Log;
use crate::policy::reading::wording::{did_you_mean, listed, quoted};
use crate::policy::yaml::Node;
use crate::redaction::Redaction;

const REDACTIONS: &[(&str, Redaction)] = &[
    (Redaction::Mask.as_str(), Redaction::Mask),
    (Redaction::Hash.as_str(), Redaction::Hash),
    (Redaction::Seal.as_str(), Redaction::Seal),
    (Redaction::Drop.as_str(), Redaction::Drop),
];

/// Reads `sensitive`, which stands beside the map of the fields that it may name. `what` has both.
///
/// A name that stands twice is a mistake: version 1 has nothing to say here, and whoever wrote `drop` must not get
/// `hash`.
pub(super) fn read(
    node: &Node,
    fields: Option<&Node>,
    what: &str,
    log: &mut Log,
) -> Vec<(Arc<str>, Redaction)> {
    let whole = format!("`sensitive` of {what}");
    let declared = fields.and_then(declared);
    let known: Option<HashSet<&str>> = declared
        .as_ref()
        .map(|names| names.iter().copied().collect());
    let mut seen = HashSet::new();
    let mut sensitive = Vec::new();
    for [key, value] in decode::entries(node, &whole, log).unwrap_or_default() {
        let Some(name) = decode::key_text(key, &whole, log) else {
            continue;
        };
        let how = decode::word(value, "redaction", REDACTIONS, log);
        if !seen.insert(name) {
            let message = format!(
                "found the key {} twice in {whole}, expected it once",
                quoted(name)
            );
            log.report(ProblemKind::DuplicateField, key.place, message, None);
        } else if known.as_ref().is_some_and(|known| !known.contains(&**name)) {
            let declared = || declared.iter().flatten().copied();
            let message = format!(
                "unknown field {} in {whole}, its `fields` are {}",
                quoted(name),
                listed(declared())
            );
            log.report(
                ProblemKind::UnknownField,
                key.place,
                message,
                did_you_mean(name, declared()),
            );
        } else {
            sensitive.extend(how.map(|how| (Arc::clone(name), how)));
        }
    }
    sensitive
}

/// The declared names; `None` where they can't be read, which is a mistake that was reported.
fn declared(fields: &Node) -> Option<Vec<&str>> {
    if fields.is_blank() {
        return Some(Vec::new());
    }
    let names = fields.entries()?.iter();
    Some(
        names
            .filter_map(|[name, _]| name.text().map(|text| &**text))
            .collect(),
    )
}
