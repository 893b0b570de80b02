//! The way out of what the scanner stumbled over, and where it stumbled in truth.

use crate::policy::problem::Place;

/// Words of the scanner's message, and the way out.
const HINTS: &[(&str, &str)] = &[
    (
        "invalid indentation",
        "indent every line, inside brackets too, deeper than the key it belongs to",
    ),
    (
        " tab",
        "indent with blanks: YAML takes no tab for indentation",
    ),
    (
        "tabs ",
        "indent with blanks: YAML takes no tab for indentation",
    ),
    (
        "mapping values are not allowed",
        "begin the keys of a map in one column, put a blank behind the `:` of a key, and quotes around a text that holds `: `",
    ),
    (
        "did not find expected '-' indicator",
        "begin the keys of a map, and the items of a list, in one column",
    ),
    (
        "did not find expected key",
        "begin the keys of a map, and the items of a list, in one column",
    ),
    (
        "while parsing a flow",
        "close every `{` and `[`, put commas between, and quotes around a text that holds brackets or commas",
    ),
    (
        "unknown escape character",
        "between double quotes a backslash starts an escape: put the text between single quotes",
    ),
    (
        "invalid trailing content",
        "between single quotes an apostrophe is written twice, between double quotes `\"` as `\\\"`",
    ),
    (
        "unknown anchor",
        "put quotes around a text that starts with `*`",
    ),
    (
        "unexpected character",
        "put quotes around a text that starts with a mark such as `@` or `%`",
    ),
    (
        "while scanning a block scalar",
        "put quotes around a text that starts with `>` or `|`; operators are words such as `greater_or_equal`",
    ),
];

/// What the scanner says, where it says it of something else or in quotes of its own.
pub(super) fn said(info: &str) -> String {
    let mark = info.strip_prefix("unexpected character: `");
    match mark.and_then(|mark| mark.strip_suffix('\'')) {
        Some(mark) => format!("unexpected character `{mark}`"),
        None => info.replace("double-quoted scalar", "a quoted text"),
    }
}

/// The way out, where there is one to name.
pub(super) fn hint(said: &str) -> Option<&'static str> {
    let mut hints = HINTS.iter();
    hints
        .find(|(words, _)| said.contains(words))
        .map(|(_, hint)| *hint)
}

/// Where the scanner stumbled: over a tab it does so at the value before it.
pub(super) fn place(said: &str, found: Place, text: &str) -> Place {
    if !said.contains("tab") {
        return found;
    }
    let from = usize::try_from(found.line).unwrap_or(usize::MAX);
    let mut lines = text.lines().enumerate().skip(from.saturating_sub(1));
    let tab = lines.find_map(|(above, line)| {
        let blank = line.len() - line.trim_start_matches([' ', '\t']).len();
        let column = line.get(..blank)?.find('\t')?;
        Some((above + 1, column + 1))
    });
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    tab.map_or(found, |(line, column)| Place {
        line: number(line),
        column: number(column),
        length: 1,
    })
}
