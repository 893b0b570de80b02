//! What reading a map says in every language: which keys it must have, and that a value is of another kind.

use super::log::Log;
use super::wording::{found, quoted};
use crate::policy::problem::ProblemKind;
use crate::policy::yaml::{Kind, Node, Tag};

/// A key of a map: its name, and whether the map must have it.
pub(in crate::policy) type Key = (&'static str, Presence);

/// Whether a map must have a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::policy) enum Presence {
    /// Its absence is an error.
    Required,
    /// It may be absent.
    Optional,
}

/// Reports a key that stands in a map a second time.
pub(in crate::policy) fn repeated_key(key: &Node, word: &str, what: &str, log: &mut Log) {
    let message = format!(
        "found the key {} twice in {what}, expected it once",
        quoted(word)
    );
    log.report(ProblemKind::DuplicateField, key.place, message, None);
}

/// Reports the required keys that were not seen, in the order of `keys`. What the end of a broken text cut off is
/// reported with the text.
pub(in crate::policy) fn report_missing(
    node: &Node,
    what: &str,
    keys: &[Key],
    mut seen: impl Iterator<Item = bool>,
    log: &mut Log,
) {
    if !node.whole {
        return;
    }
    for (name, presence) in keys {
        if seen.next() == Some(true) || *presence == Presence::Optional {
            continue;
        }
        let message = format!("{what} has no key {}, found {}", quoted(name), found(node));
        log.report(ProblemKind::MissingField, node.place, message, None);
    }
}

/// Reports a value of another type. What the end of a broken text cut off is reported with the text.
pub(in crate::policy) fn mismatch<T>(node: &Node, expected: &str, log: &mut Log) -> Option<T> {
    mismatch_with(node, expected, None, log)
}

/// Like [`mismatch`], with the way out.
pub(in crate::policy) fn mismatch_with<T>(
    node: &Node,
    expected: &str,
    hint: Option<String>,
    log: &mut Log,
) -> Option<T> {
    if matches!(node.kind, Kind::Cut) {
        return None;
    }
    // A tag that does not fit its own text is the nearer mistake.
    let contradicted = node.text().is_some()
        && node.scalar().is_none()
        && !matches!(node.tag, Some(Tag::Local(_)));
    let kind = if contradicted {
        ProblemKind::InvalidValue
    } else {
        ProblemKind::InvalidType
    };
    let message = format!("found {}, expected {expected}", found(node));
    log.report(kind, node.place, message, hint);
    None
}
