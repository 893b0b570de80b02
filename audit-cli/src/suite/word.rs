//! From a node to the one thing that its word stands for.

use std::str::FromStr;

use audit_core::{Effect, Mode, Severity, Text, Timestamp};

use super::yaml::Node;
use crate::mistake::{Mistake, did_you_mean, listed};

/// The modes that a call can be judged in.
const JUDGED: [&str; 2] = [Mode::Shadow.as_str(), Mode::Enforce.as_str()];
/// The modes that a decision can have; in `off` there is none.
const MODES: [&str; 3] = [
    Mode::Off.as_str(),
    Mode::Shadow.as_str(),
    Mode::Enforce.as_str(),
];

/// A name: a text of one line that is not empty.
pub(crate) fn name(node: &Node) -> Result<Text<'static>, Mistake> {
    let is_name = |text: &str| !text.trim().is_empty() && !text.contains(char::is_control);
    let name = node.text().filter(|text| is_name(text));
    name.cloned()
        .ok_or_else(|| node.misfit("a text of one line that is not empty"))
}

/// A text.
pub(crate) fn text(node: &Node) -> Result<Text<'static>, Mistake> {
    node.text().cloned().ok_or_else(|| node.misfit("a text"))
}

/// A list of texts.
pub(crate) fn texts(node: &Node) -> Result<Vec<Text<'static>>, Mistake> {
    let items = node
        .items()
        .ok_or_else(|| node.misfit("a list of texts, `[]` if there is none"))?;
    items.iter().map(text).collect()
}

/// A truth value.
pub(crate) fn flag(node: &Node) -> Result<bool, Mistake> {
    node.value()
        .as_bool()
        .ok_or_else(|| node.misfit("`true` or `false`"))
}

/// A time.
pub(crate) fn time(node: &Node) -> Result<Timestamp, Mistake> {
    let expected = "a time with an offset such as `2026-11-23T09:00:00Z`";
    let time = node.text().and_then(|text| text.parse().ok());
    time.ok_or_else(|| node.misfit(expected))
}

/// An effect.
pub(crate) fn effect(node: &Node) -> Result<Effect, Mistake> {
    one_of(node, Effect::WORDS)
}

/// A severity.
pub(crate) fn severity(node: &Node) -> Result<Severity, Mistake> {
    one_of(node, Severity::WORDS)
}

/// A mode in which a call can be judged.
pub(crate) fn call_mode(node: &Node) -> Result<Mode, Mistake> {
    if node
        .text()
        .is_some_and(|word| **word == *Mode::Off.as_str())
    {
        let words = listed(JUDGED);
        let message = format!(
            "mode `off` judges nothing, so there is nothing to expect; expected one of {words}"
        );
        return Err(Mistake::at(node.place, message));
    }
    one_of(node, &JUDGED)
}

/// A mode that an answer can have.
pub(crate) fn mode(node: &Node) -> Result<Mode, Mistake> {
    one_of(node, &MODES)
}

/// What stands there, or null.
pub(crate) fn or_null<T>(
    node: &Node,
    read: impl Fn(&Node) -> Result<T, Mistake>,
) -> Result<Option<T>, Mistake> {
    if node.is_null() {
        Ok(None)
    } else {
        read(node).map(Some)
    }
}

/// One of these words, each of which names a `T`.
fn one_of<T: FromStr>(node: &Node, words: &[&'static str]) -> Result<T, Mistake> {
    let word = node.text().map_or("", |text| text);
    let known = words.contains(&word).then(|| word.parse().ok());
    known.flatten().ok_or_else(|| {
        let expected = format!("one of {}", listed(words.iter().copied()));
        node.misfit(&expected)
            .helped(did_you_mean(word, words.iter().copied()))
    })
}
