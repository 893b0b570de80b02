//! How text stands in a query: bare where that is safe, else between quotes.

use std::fmt::{self, Write};

/// Whether this letter means itself outside quotes.
pub(crate) fn is_plain(letter: char) -> bool {
    letter.is_alphanumeric() || "_-./@:+$#%&~!;()[]{}|^".contains(letter)
}

/// Whether this letter means itself in the path of a field outside quotes.
pub(crate) fn is_plain_in_path(letter: char) -> bool {
    letter.is_alphanumeric() || "_-@+$#/".contains(letter)
}

/// Writes a text between quotes; what would break a line or steer a terminal is escaped.
pub(crate) fn write_quoted(f: &mut impl Write, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for letter in text.chars() {
        match letter {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            // Quotes are done; of the rest those are escaped that `escape_debug` finds unprintable.
            '\'' => f.write_char(letter)?,
            _ if letter.escape_debug().len() > 1 => {
                write!(f, "\\u{{{:x}}}", u32::from(letter))?;
            }
            _ => f.write_char(letter)?,
        }
    }
    f.write_char('"')
}

/// A text inside a message: on one line, without what steers a terminal, and not endless.
pub(crate) fn shown(text: &str) -> String {
    /// Letters that are shown of a long text.
    const SHOWN: usize = 64;
    let mut out = String::new();
    for letter in text.chars().take(SHOWN) {
        match letter {
            '\'' | '"' | '\\' => out.push(letter),
            _ => out.extend(letter.escape_debug()),
        }
    }
    if text.chars().nth(SHOWN).is_some() {
        out.push('…');
    }
    out
}
