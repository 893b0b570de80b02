//! What reading a map says in every language: which keys it must have, and each of them once.

use std::fmt::Display;

use super::log::Log;
use super::wording::{found, quoted};
use crate::policy::problem::ProblemKind;
use crate::policy::yaml::Node;

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
pub(in crate::policy) fn repeated_key(key: &Node, word: &str, what: impl Display, log: &mut Log) {
    let message = format!(
        "found the key {} twice in {what}, expected it once",
        quoted(word)
    );
    log.report(ProblemKind::DuplicateField, key.place, message, None);
}

/// Reports the required keys that were not seen, in the order of `keys`, each with what to write. What the end of a
/// broken text cut off is reported with the text.
pub(in crate::policy) fn report_missing(
    node: &Node,
    what: impl Display,
    keys: &[Key],
    mut seen: impl Iterator<Item = bool>,
    hint: impl Fn(&str) -> Option<&'static str>,
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
        log.report(
            ProblemKind::MissingField,
            node.place,
            message,
            hint(name).map(ToOwned::to_owned),
        );
    }
}
