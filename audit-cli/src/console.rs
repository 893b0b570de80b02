//! [`Console`]: where a command speaks.

use std::env;
use std::fmt;
use std::io::{self, IsTerminal, Write};

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
}

impl<'a> Stream<'a> {
    /// With colours if this is a terminal, unless `NO_COLOR` says otherwise (<https://no-color.org>).
    pub(crate) fn to_terminal(writer: &'a mut (impl Write + IsTerminal)) -> Self {
        let refused = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            styled: writer.is_terminal() && !refused,
            writer,
        }
    }

    /// Without colours, whoever reads it.
    pub(crate) fn plain(writer: &'a mut impl Write) -> Self {
        Self {
            writer,
            styled: false,
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

/// What writes in a form of its own writes here too.
impl Write for Stream<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}
