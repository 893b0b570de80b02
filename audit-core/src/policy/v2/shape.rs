//! Values whose kind is known beforehand: maps with known keys, lists, texts, words, numbers.
//!
//! Each function writes down what is wrong and answers `None`. Nothing is taken for something else: an unquoted `1.5` is
//! no text, nothing at all is no empty list.

use std::sync::Arc;

use crate::policy::problem::{Place, ProblemKind};
use crate::policy::reading::decode::{Key, mismatch, mismatch_with, repeated_key, report_missing};
use crate::policy::reading::log::Log;
use crate::policy::reading::wording::{did_you_mean, found, listed, quoted};
use crate::policy::yaml::{Node, Scalar};

/// The values of a map's keys, in the order of `keys`. `what` names the map in messages.
///
/// Keys that are unknown, repeated or missing are reported, and what is left is handed out all the same. `None` if the
/// node is no map.
pub(super) fn record<'n, const N: usize>(
    node: &'n Node,
    what: &str,
    keys: &[Key; N],
    log: &mut Log,
) -> Option<[Option<&'n Node>; N]> {
    let mut values = [None; N];
    for (key, value) in entries(node, what, log)? {
        let Some(word) = name(key, what, log) else {
            continue;
        };
        let known = keys
            .iter()
            .zip(&mut values)
            .find(|((name, _), _)| *name == &**word);
        match known {
            None => unknown_key(key, word, what, keys, log),
            Some((_, Some(_))) => repeated_key(key, word, what, log),
            Some((_, slot)) => *slot = Some(value),
        }
    }
    let seen = values.iter().map(Option::is_some);
    report_missing(node, what, keys, seen, log);
    Some(values)
}

fn unknown_key(key: &Node, word: &str, what: &str, keys: &[Key], log: &mut Log) {
    let names = || keys.iter().map(|(name, _)| *name);
    let message = format!(
        "unknown key {} in {what}, expected {}",
        quoted(word),
        one_of(names())
    );
    let hint = if word == "<<" {
        Some("merge keys are not in language 2: write the keys out".to_owned())
    } else {
        did_you_mean(word, names())
    };
    log.report(ProblemKind::UnknownKey, key.place, message, hint);
}

/// What is accepted: one word, or a list of which one is.
pub(super) fn one_of<'a>(words: impl Iterator<Item = &'a str> + Clone) -> String {
    let list = listed(words.clone());
    match words.count() {
        0 => "nothing".to_owned(),
        1 => list,
        _ => format!("one of {list}"),
    }
}

/// The entries of a map.
pub(super) fn entries<'n>(node: &'n Node, what: &str, log: &mut Log) -> Option<&'n [(Node, Node)]> {
    let entries = node.entries();
    entries.or_else(|| {
        let hint = node
            .is_blank()
            .then(|| "write `{}` if there is nothing in it".to_owned());
        mismatch_with(node, &format!("{what}, a map"), hint, log)
    })
}

/// The items of a list, which may be empty.
pub(super) fn items<'n>(node: &'n Node, what: &str, log: &mut Log) -> Option<&'n [Node]> {
    let items = node.items();
    items.or_else(|| {
        let hint = node
            .is_blank()
            .then(|| "write `[]` if there is nothing in it".to_owned());
        mismatch_with(node, &format!("{what}, a list"), hint, log)
    })
}

/// The items of a list that must hold something.
pub(super) fn some_items<'n>(node: &'n Node, what: &str, log: &mut Log) -> Option<&'n [Node]> {
    let items = items(node, what, log)?;
    if items.is_empty() && node.whole {
        let message = format!("found an empty list as {what}, expected at least one item");
        log.report(ProblemKind::EmptyList, node.place, message, None);
        return None;
    }
    Some(items)
}

/// The name that a key is.
pub(super) fn name<'n>(key: &'n Node, what: &str, log: &mut Log) -> Option<&'n Arc<str>> {
    text_of(key).or_else(|| {
        let hint = quotes_hint(key);
        mismatch_with(key, &format!("a key of {what}, a text"), hint, log)
    })
}

/// A text.
pub(super) fn text(node: &Node, what: &str, log: &mut Log) -> Option<Arc<str>> {
    text_of(node).cloned().or_else(|| {
        let hint = quotes_hint(node);
        mismatch_with(node, &format!("{what}, a text"), hint, log)
    })
}

/// The text that a node is, if it is one and nothing else.
pub(super) fn text_of(node: &Node) -> Option<&Arc<str>> {
    node.text()
        .filter(|_| matches!(node.scalar(), Some(Scalar::Text)))
}

/// What makes a number, a boolean or null a text.
pub(super) fn quotes_hint(node: &Node) -> Option<String> {
    let written = node.plain_text().filter(|text| !text.is_empty())?;
    Some(format!(
        "if that is meant as a text, put it in quotes: `\"{written}\"`"
    ))
    .filter(|hint| hint.len() < 96)
}

/// A boolean.
pub(super) fn boolean(node: &Node, what: &str, log: &mut Log) -> Option<bool> {
    match node.scalar() {
        Some(Scalar::Boolean(value)) => Some(value),
        _ => mismatch(node, &format!("{what}, `true` or `false`"), log),
    }
}

/// A whole number from 0 to `u32::MAX`.
pub(super) fn number(node: &Node, what: &str, log: &mut Log) -> Option<u32> {
    let number = match node.scalar() {
        Some(Scalar::Unsigned(number)) => u32::try_from(number).ok(),
        Some(Scalar::Negative(_) | Scalar::Huge) => None,
        _ => return mismatch(node, &format!("{what}, a whole number"), log),
    };
    if number.is_none() {
        let message = format!(
            "found {}, expected {what}, a whole number from `0` to `{}`",
            found(node),
            u32::MAX
        );
        log.report(ProblemKind::InvalidValue, node.place, message, None);
    }
    number
}

/// One of a few words, each with its meaning.
pub(super) fn word<T: Copy>(
    node: &Node,
    what: &str,
    accepted: &[(&'static str, T)],
    log: &mut Log,
) -> Option<T> {
    let words = || accepted.iter().map(|(word, _)| *word);
    let Some(word) = text_of(node) else {
        return mismatch(node, &format!("{what}, {}", one_of(words())), log);
    };
    let known = accepted.iter().find(|(name, _)| *name == &**word);
    if known.is_none() {
        let message = format!(
            "unknown {what} {}, expected {}",
            quoted(word),
            one_of(words())
        );
        log.report(
            ProblemKind::UnknownVariant,
            node.place,
            message,
            did_you_mean(word, words()),
        );
    }
    known.map(|(_, value)| *value)
}

/// The place of a part of a text, counted in characters; of the whole, where it stands in more than one line or is
/// escaped.
pub(super) fn part(node: &Node, start: usize, length: usize) -> Place {
    let written = node.text().map_or(0, |text| text.chars().count());
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let quotes = match node.place.length.checked_sub(number(written)) {
        Some(0) => 0,
        Some(2) if node.plain_text().is_none() => 1,
        _ => return node.place,
    };
    Place {
        line: node.place.line,
        column: node.place.column + quotes + number(start),
        length: number(length),
    }
}
