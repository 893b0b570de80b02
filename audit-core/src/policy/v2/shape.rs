//! Values whose kind is known beforehand: maps with known keys, lists, texts, words, numbers.
//!
//! Each function writes down what is wrong and answers `None`. Nothing is taken for something else: an unquoted `1.5` is
//! no text, nothing at all is no empty list, and a tag of one's own is nothing.

use std::fmt::Display;
use std::sync::Arc;

use super::alias::{self, Alias};
use crate::policy::problem::{Place, ProblemKind};
use crate::policy::reading::decode::{Key, repeated_key, report_missing};
use crate::policy::reading::log::Log;
use crate::policy::reading::wording::{did_you_mean, found, listed, quoted};
use crate::policy::yaml::{Entry, Kind, Node, Scalar, Tag};
use crate::word::nearest;

/// The values of a map's keys, in the order of `keys`. `what` names the map in messages.
///
/// Keys that are unknown, repeated or missing are reported, and what is left is handed out all the same. `None` if the
/// node is no map.
pub(super) fn record<'n, const N: usize>(
    node: &'n Node,
    what: impl Display + Copy,
    keys: &[Key; N],
    log: &mut Log,
) -> Option<[Option<&'n Node>; N]> {
    let mut values = [None; N];
    // Keys that a misspelled one was most likely meant to be: one mistake, reported once.
    let mut meant = [false; N];
    for [key, value] in entries(node, what, log)? {
        let Some(word) = name(key, what, log) else {
            continue;
        };
        let position = keys.iter().position(|(name, _)| *name == &**word);
        match position.and_then(|position| values.get_mut(position)) {
            None => {
                let near = unknown_key(key, word, what, keys, log);
                for ((name, _), meant) in keys.iter().zip(&mut meant) {
                    *meant |= near == Some(name);
                }
            }
            Some(Some(_)) => repeated_key(key, word, what, log),
            Some(slot) => *slot = Some(value),
        }
    }
    let seen = values.iter().zip(meant);
    let seen = seen.map(|(value, meant)| value.is_some() || meant);
    report_missing(node, what, keys, seen, alias::missing, log);
    Some(values)
}

/// Reports a key that nothing reads, and answers which one was most likely meant.
fn unknown_key(
    key: &Node,
    word: &str,
    what: impl Display + Copy,
    keys: &[Key],
    log: &mut Log,
) -> Option<&'static str> {
    let names = || keys.iter().map(|(name, _)| *name);
    let message = format!(
        "unknown key {} in {what}, expected {}",
        quoted(word),
        one_of(names())
    );
    let (near, hint) = match instead_of(word, keys) {
        Some((key, hint)) => (key, Some(hint.to_owned())),
        None => (nearest(word, names()), did_you_mean(word, names())),
    };
    log.report(ProblemKind::UnknownKey, key.place, message, hint);
    near
}

/// What is accepted: one word, or a list of which one is.
pub(super) fn one_of<'a>(words: impl Iterator<Item = &'a str> + Clone) -> String {
    let list = listed(words.clone());
    if words.count() == 1 {
        format!("{list} alone")
    } else {
        format!("one of {list}")
    }
}

/// What to write in place of keys that people expect, and the key of the map that it is, if it is one.
fn instead_of(word: &str, keys: &[Key]) -> Option<(Option<&'static str>, &'static str)> {
    let has = |key: &str| keys.iter().any(|(known, _)| *known == key);
    if word == "<<" {
        return Some((None, "merge keys are not in language 2: write the keys out"));
    }
    if let Some((key, hint)) = alias::key(word, has) {
        return Some((Some(key), hint));
    }
    // What has fields and nothing else.
    (has("fields") && keys.len() == 1 && nearest(word, ["fields"]).is_none())
        .then_some((None, "put it below `fields`"))
}

/// Reports that a value stands in a list a second time: a warning.
pub(super) fn repeated_value(node: &Node, what: &str, log: &mut Log) {
    let message = format!("found {} twice in {what}", found(node));
    log.report(ProblemKind::RepeatedValue, node.place, message, None);
}

/// Reports a value of another kind.
pub(super) fn mismatch<T>(
    node: &Node,
    expected: &str,
    hint: Option<String>,
    log: &mut Log,
) -> Option<T> {
    let (kind, message, hint) = match node.tag.as_deref() {
        // What the end of a broken text cut off is reported with the text.
        _ if matches!(node.kind, Kind::Cut) => return None,
        Some(Tag::Local(tag)) => {
            let tag = quoted(&format!("!{tag}"));
            let message = format!("found the tag {tag}, no tag of one's own is accepted here");
            (ProblemKind::InvalidType, message, None)
        }
        Some(_) if node.text().is_some() && node.scalar().is_none() => {
            let word = node.text().map_or_else(String::new, |word| quoted(word));
            let message = format!("found {word}, which does not fit its tag");
            (ProblemKind::InvalidValue, message, None)
        }
        _ => {
            let message = format!("found {}, expected {expected}", found(node));
            (ProblemKind::InvalidType, message, hint)
        }
    };
    log.report(kind, node.place, message, hint);
    None
}

fn is_tagged(node: &Node) -> bool {
    matches!(node.tag.as_deref(), Some(Tag::Local(_)))
}

/// The entries of a map.
pub(super) fn entries<'n>(
    node: &'n Node,
    what: impl Display + Copy,
    log: &mut Log,
) -> Option<&'n [Entry]> {
    let entries = node.entries().filter(|_| !is_tagged(node));
    entries.or_else(|| {
        let hint = node
            .is_blank()
            .then(|| "write `{}` if there is nothing in it".to_owned());
        mismatch(node, &format!("{what}, a map"), hint, log)
    })
}

/// The items of a list, which may be empty.
pub(super) fn items<'n>(node: &'n Node, what: &str, log: &mut Log) -> Option<&'n [Node]> {
    let items = node.items().filter(|_| !is_tagged(node));
    items.or_else(|| {
        let hint = match shape_of(node) {
            Written::Nothing => Some("write `[]` if there is nothing in it".to_owned()),
            Written::Word(word) => Some(format!("a list of one is `[{word}]`")),
            Written::Map => Some("a list of one is `[{..}]`".to_owned()),
            Written::Other => None,
        };
        mismatch(node, &format!("{what}, a list"), hint, log)
    })
}

/// What stands where a list must, for a hint.
enum Written<'n> {
    Nothing,
    Word(&'n str),
    Map,
    Other,
}

fn shape_of(node: &Node) -> Written<'_> {
    match &node.kind {
        _ if node.is_blank() => Written::Nothing,
        Kind::Scalar { text, plain: true } if text.len() < 64 => Written::Word(text),
        Kind::Mapping(_) => Written::Map,
        _ => Written::Other,
    }
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
pub(super) fn name<'n>(
    key: &'n Node,
    what: impl Display + Copy,
    log: &mut Log,
) -> Option<&'n Arc<str>> {
    text_of(key).or_else(|| {
        let hint = quotes_hint(key);
        mismatch(key, &format!("a key of {what}, a text"), hint, log)
    })
}

/// A text.
pub(super) fn text(node: &Node, what: &str, log: &mut Log) -> Option<Arc<str>> {
    text_of(node).cloned().or_else(|| {
        let hint = quotes_hint(node);
        mismatch(node, &format!("{what}, a text"), hint, log)
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
    if let Some(Scalar::Boolean(value)) = node.scalar() {
        return Some(value);
    }
    let hint = boolean_hint(node);
    mismatch(node, &format!("{what}, `true` or `false`"), hint, log)
}

/// The boolean that a text was meant to be.
pub(super) fn boolean_hint(node: &Node) -> Option<String> {
    let word = text_of(node)?;
    match &**word {
        "true" | "false" => Some(format!("write `{word}` without quotes")),
        "yes" | "on" => Some("write `true`".to_owned()),
        "no" | "off" => Some("write `false`".to_owned()),
        _ => None,
    }
}

/// A whole number from 0 to `u32::MAX`.
pub(super) fn number(node: &Node, what: &str, log: &mut Log) -> Option<u32> {
    let number = match node.scalar() {
        Some(Scalar::Unsigned(number)) => u32::try_from(number).ok(),
        Some(Scalar::Negative(_) | Scalar::Huge) => None,
        _ => return mismatch(node, &format!("{what}, a whole number"), None, log),
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
    word_with(node, what, accepted, &[], log)
}

/// Like [`word`], with the words that people expect.
pub(super) fn word_with<T: Copy>(
    node: &Node,
    what: &str,
    accepted: &[(&'static str, T)],
    aliases: &[Alias],
    log: &mut Log,
) -> Option<T> {
    let words = || accepted.iter().map(|(word, _)| *word);
    let Some(word) = text_of(node) else {
        return mismatch(node, &one_of(words()), None, log);
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
            alias::meant(word, aliases, words()),
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

/// The key of a map; the map itself, if it has none of that name.
pub(super) fn key_of<'n>(node: &'n Node, name: &str) -> &'n Node {
    let mut entries = node.entries().unwrap_or_default().iter();
    entries
        .find(|[key, _]| key.text().is_some_and(|text| **text == *name))
        .map_or(node, |[key, _]| key)
}
