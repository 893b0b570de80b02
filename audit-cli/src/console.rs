//! [`Console`]: where a command speaks.

use std::borrow::Cow;
use std::env;
use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use serde::Serialize;

/// Where a command speaks: answers to one stream, what keeps it from answering to the other.
pub(crate) struct Console<'a> {
    pub(crate) out: Stream<'a>,
    pub(crate) err: Stream<'a>,
}

/// One stream, and whether who reads it wants colours.
pub(crate) struct Stream<'a> {
    writer: &'a mut dyn Write,
    pub(crate) styled: bool,
    /// Whether a person reads it as it is written.
    pub(crate) terminal: bool,
}

impl<'a> Stream<'a> {
    /// With colours if this is a terminal, unless `NO_COLOR` says otherwise (<https://no-color.org>).
    pub(crate) fn to_terminal(writer: &'a mut (impl Write + IsTerminal)) -> Self {
        let refused = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let terminal = writer.is_terminal();
        Self {
            styled: terminal && !refused,
            terminal,
            writer,
        }
    }

    /// Without colours, whoever reads it.
    pub(crate) fn plain(writer: &'a mut impl Write) -> Self {
        Self {
            writer,
            styled: false,
            terminal: false,
        }
    }

    /// Writes one text and a line break.
    pub(crate) fn line(&mut self, text: impl fmt::Display) -> io::Result<()> {
        writeln!(self.writer, "{text}")
    }

    /// Writes a text that brings its own line breaks.
    pub(crate) fn text(&mut self, text: impl fmt::Display) -> io::Result<()> {
        write!(self.writer, "{text}")
    }

    /// Writes one value as one line of JSON.
    pub(crate) fn json(&mut self, value: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut *self.writer, value)?;
        self.writer.write_all(b"\n")
    }
}

/// A text of a user's in one line: what breaks a line, turns its direction or steers a terminal is escaped.
pub(crate) fn one_line(text: &str) -> Cow<'_, str> {
    if !text.contains(leaves_line) {
        return Cow::Borrowed(text);
    }
    let mut line = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if leaves_line(c) {
            line.extend(c.escape_debug());
        } else {
            line.push(c);
        }
    }
    Cow::Owned(line)
}

/// The name of a file in one line.
pub(crate) fn one_line_path(path: &Path) -> String {
    one_line(&path.display().to_string()).into_owned()
}

/// Whether a character leaves the line or its direction: controls, the separators of Unicode, and its marks for text
/// that runs both ways (UAX #9 §2).
pub(crate) fn leaves_line(c: char) -> bool {
    let turns = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns || c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// What writes in a form of its own writes here too.
impl Write for Stream<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leaves_a_line_is_escaped_and_all_else_is_as_it_was() {
        let odd = "a\nb\r\t\u{1b}[31m\u{85}\u{2028}\u{202e}";
        let shown = r"a\nb\r\t\u{1b}[31m\u{85}\u{2028}\u{202e}";
        assert_eq!(one_line(odd), shown);
        for plain in ["it's \"a\" \\ path", "e\u{301}", "नमस्ते", ""] {
            assert_eq!(one_line(plain), plain);
        }
    }
}
