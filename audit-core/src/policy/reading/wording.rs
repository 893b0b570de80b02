//! How messages speak: words in backticks, lists of what is accepted, the nearest accepted word.

use crate::policy::yaml::{Kind, Node, Scalar};
use crate::word::nearest;

/// How many characters of a found word a message shows.
const SHOWN: usize = 48;
/// How many accepted words a message lists.
const LISTED: usize = 12;

/// A word as it was typed, in backticks, on one line.
pub(in crate::policy) fn quoted(word: &str) -> String {
    let mut shown: String = word.chars().take(SHOWN).flat_map(shown_char).collect();
    if word.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

/// A text as it was typed, or that there is nothing in it.
pub(in crate::policy) fn shown(text: &str) -> String {
    if text.is_empty() {
        "an empty text".to_owned()
    } else {
        quoted(text)
    }
}

/// Characters that would break the line are shown escaped.
fn shown_char(c: char) -> impl Iterator<Item = char> {
    let (escaped, plain) = if c.is_control() {
        (Some(c.escape_default()), None)
    } else {
        (None, Some(c))
    };
    escaped.into_iter().flatten().chain(plain)
}

/// Words in backticks, separated by commas.
pub(in crate::policy) fn listed<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let mut words = words.into_iter();
    let shown: Vec<String> = words.by_ref().take(LISTED).map(quoted).collect();
    match (shown.is_empty(), words.count()) {
        (true, _) => "none".to_owned(),
        (false, 0) => shown.join(", "),
        (false, more) => format!("{} and {more} more", shown.join(", ")),
    }
}

/// What a node is, for the part of a message that says what was found.
pub(in crate::policy) fn found(node: &Node) -> String {
    let Some(text) = node.text() else {
        return match &node.kind {
            Kind::Sequence(_) => "a list".to_owned(),
            Kind::Mapping(entries) if entries.is_empty() => "an empty map".to_owned(),
            _ => format!("a map with the keys {}", found_keys(node)),
        };
    };
    match node.scalar() {
        Some(Scalar::Null) if text.is_empty() => "nothing".to_owned(),
        Some(Scalar::Null) => "null".to_owned(),
        Some(Scalar::Boolean(_)) => format!("the boolean {}", quoted(text)),
        Some(Scalar::Unsigned(_) | Scalar::Negative(_) | Scalar::Huge | Scalar::Float(_)) => {
            format!("the number {}", quoted(text))
        }
        Some(Scalar::Text) | None => format!("the text {}", quoted(text)),
    }
}

/// The keys of a map, listed.
fn found_keys(node: &Node) -> String {
    let keys = node.entries().unwrap_or_default().iter();
    listed(keys.map(|[key, _]| key.text().map_or("(not a text)", |text| text)))
}

/// `did you mean ..?`, if an accepted word is at most two edits away.
pub(in crate::policy) fn did_you_mean<'a>(
    word: &str,
    accepted: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    nearest(word, accepted).map(|nearest| format!("did you mean {}?", quoted(nearest)))
}

/// `1 condition`, `2 conditions`.
pub(in crate::policy) fn counted(count: usize, noun: &str) -> String {
    if count == 1 {
        format!("{count} {noun}")
    } else {
        format!("{count} {noun}s")
    }
}
