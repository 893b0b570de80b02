//! [`one_line`]: a text inside a message.

use std::fmt;

/// Marks that `escape_debug` would put a backslash before, as if the text stood between quotes.
const MARKS: [char; 3] = ['\'', '"', '\\'];

/// A text as it was typed, but on one line and without characters that steer a terminal: those are shown escaped.
///
/// Every message that quotes a foreign text shows it by this, so that `can't` stays `can't`.
pub(crate) const fn one_line(text: &str) -> OneLine<'_> {
    OneLine(text)
}

/// What [`one_line`] gives.
#[derive(Clone, Copy)]
pub(crate) struct OneLine<'t>(&'t str);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in self.0.split_inclusive(MARKS) {
            let text = part.strip_suffix(MARKS).unwrap_or(part);
            write!(f, "{}", text.escape_debug())?;
            f.write_str(part.get(text.len()..).unwrap_or_default())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_backslashes_stay_and_what_breaks_a_line_is_escaped() {
        for (text, shown) in [
            ("can't", "can't"),
            (r#"the "large" one"#, r#"the "large" one"#),
            (r"^\d+$", r"^\d+$"),
            ("'\n'\u{1b}[31m", r"'\n'\u{1b}[31m"),
            ("over\u{202e}there", r"over\u{202e}there"),
            ("Übermaß, cafe\u{301}", "Übermaß, cafe\u{301}"),
            ("'", "'"),
            ("", ""),
        ] {
            assert_eq!(one_line(text).to_string(), shown);
        }
    }
}
