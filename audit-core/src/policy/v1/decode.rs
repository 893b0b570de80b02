//! Reading typed values where version 1 knows beforehand what must stand there.
//!
//! Each function writes down what is wrong and answers `None`. Places that accept several forms are another matter:
//! see the module `form`.

use std::sync::Arc;

use crate::policy::problem::ProblemKind;
pub(super) use crate::policy::reading::decode::{Key, Presence};
use crate::policy::reading::decode::{repeated_key, report_missing};
use crate::policy::reading::log::Log;
use crate::policy::reading::wording::{did_you_mean, found, listed, quoted};
use crate::policy::yaml::{Entry, Kind, Node, Scalar, Tag};

/// Visits the known keys of a map in the order of the text, then reports required ones that are missing in the order
/// of `keys`. `what` names the map in messages. Answers whether the node is a map at all.
///
/// A repeated key is reported in place of being visited; an unknown key is a warning.
pub(super) fn map<'n>(
    node: &'n Node,
    what: &str,
    keys: &[Key],
    log: &mut Log,
    mut visit: impl FnMut(&'static str, &'n Node, &mut Log),
) -> bool {
    let Some(entries) = entries(node, what, log) else {
        return false;
    };
    let mut seen = vec![false; keys.len()];
    for [key, value] in entries {
        let Some(word) = key_text(key, what, log) else {
            continue;
        };
        let known = keys
            .iter()
            .zip(&mut seen)
            .find(|((name, _), _)| *name == &**word);
        match known {
            None => {
                let names = || keys.iter().map(|(name, _)| *name);
                ignored_key(key, what, names(), did_you_mean(word, names()), log);
            }
            Some((_, seen)) if *seen => {
                repeated_key(key, word, what, log);
            }
            Some(((name, _), seen)) => {
                *seen = true;
                visit(name, value, log);
            }
        }
    }
    report_missing(node, what, keys, seen.into_iter(), |_| None, log);
    true
}

/// The entries of a map; nothing at all is an empty map.
pub(super) fn entries<'n>(node: &'n Node, what: &str, log: &mut Log) -> Option<&'n [Entry]> {
    match &node.kind {
        Kind::Mapping(entries) => Some(entries),
        _ if node.is_blank() => Some(&[]),
        _ => mismatch(node, &format!("{what}, which is a map"), log),
    }
}

/// The items of a list; nothing at all is an empty list.
pub(super) fn items<'n>(node: &'n Node, what: &str, log: &mut Log) -> Option<&'n [Node]> {
    match &node.kind {
        Kind::Sequence(items) => Some(items),
        _ if node.is_blank() => Some(&[]),
        _ => mismatch(node, &format!("a list of {what}"), log),
    }
}

/// The text of a key: any scalar will do.
pub(super) fn key_text<'n>(key: &'n Node, what: &str, log: &mut Log) -> Option<&'n Arc<str>> {
    key.text()
        .or_else(|| mismatch(key, &format!("a key of {what}"), log))
}

/// A text: the raw characters of any scalar, so `1.50` is the text `1.50` and `null` the text `null`.
pub(super) fn text(node: &Node, what: &str, log: &mut Log) -> Option<Arc<str>> {
    node.text().cloned().or_else(|| mismatch(node, what, log))
}

/// A boolean, not quoted.
pub(super) fn boolean(node: &Node, what: &str, log: &mut Log) -> Option<bool> {
    let value = node.plain_text().and_then(Scalar::boolean);
    value.or_else(|| mismatch(node, &format!("{what}, `true` or `false`"), log))
}

/// A whole number from 0 to `u32::MAX`, not quoted.
pub(super) fn number(node: &Node, what: &str, log: &mut Log) -> Option<u32> {
    let Some(wide) = node.plain_text().and_then(Scalar::unsigned) else {
        return mismatch(node, &format!("{what}, a whole number"), log);
    };
    let number = u32::try_from(wide);
    if number.is_err() {
        let message = format!(
            "found {}, expected {what}, a whole number up to `{}`",
            found(node),
            u32::MAX
        );
        log.report(ProblemKind::InvalidValue, node.place, message, None);
    }
    number.ok()
}

/// One of a few words, each with its meaning. A local tag counts as the word: `!block` is `block`.
pub(super) fn word<T: Copy>(
    node: &Node,
    what: &str,
    accepted: &[(&'static str, T)],
    log: &mut Log,
) -> Option<T> {
    let tagged = match node.tag.as_deref() {
        Some(Tag::Local(name)) => Some(name),
        _ => None,
    };
    let Some(word) = tagged.or(node.text()) else {
        let words = listed(accepted.iter().map(|(word, _)| *word));
        return mismatch(node, &format!("{what}, one of {words}"), log);
    };
    let Some((_, value)) = accepted.iter().find(|(name, _)| *name == &**word) else {
        let words = || accepted.iter().map(|(word, _)| *word);
        let message = format!(
            "unknown {what} {}, expected one of {}",
            quoted(word),
            listed(words())
        );
        log.report(
            ProblemKind::UnknownVariant,
            node.place,
            message,
            did_you_mean(word, words()),
        );
        return None;
    };
    if tagged.is_some()
        && node
            .plain_text()
            .is_none_or(|text| !text.is_empty() && !Scalar::is_null_word(text))
    {
        let kind = if node.text().is_some() {
            ProblemKind::InvalidValue
        } else {
            ProblemKind::InvalidType
        };
        let message = format!(
            "found {} behind the tag {}, expected nothing",
            found(node),
            quoted(word)
        );
        log.report(kind, node.place, message, None);
        return None;
    }
    Some(*value)
}

/// The value where one is optional: null counts as absent.
pub(super) fn optional<'n, T>(
    node: &'n Node,
    read: impl FnOnce(&'n Node) -> Option<T>,
) -> Option<T> {
    if node.is_null() { None } else { read(node) }
}

/// Reports a value of another type. What the end of a broken text cut off is reported with the text.
fn mismatch<T>(node: &Node, expected: &str, log: &mut Log) -> Option<T> {
    if matches!(node.kind, Kind::Cut) {
        return None;
    }
    // A tag that does not fit its own text is the nearer mistake.
    let contradicted = node.text().is_some()
        && node.scalar().is_none()
        && !matches!(node.tag.as_deref(), Some(Tag::Local(_)));
    let kind = if contradicted {
        ProblemKind::InvalidValue
    } else {
        ProblemKind::InvalidType
    };
    log.report(
        kind,
        node.place,
        format!("found {}, expected {expected}", found(node)),
        None,
    );
    None
}

/// Warns of a key that nothing reads.
pub(super) fn ignored_key<'a>(
    key: &Node,
    what: &str,
    read: impl Iterator<Item = &'a str>,
    hint: Option<String>,
    log: &mut Log,
) {
    let word = key.text().map_or("(not a text)", |text| text);
    let message = format!(
        "version 1 ignores the key {} in {what}, it reads {}",
        quoted(word),
        listed(read)
    );
    log.report(ProblemKind::IgnoredKey, key.place, message, hint);
}
