//! [`JsonLines`]: writes events, one JSON object a line.

use std::fmt;
use std::io::{self, ErrorKind, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Emission, Sink, SinkError};

/// Writes events as JSON, one a line: whatever a name holds, a line is one whole object
/// (`schemas/event.v1.schema.json` says of which form).
///
/// A line is given to the writer in one piece, its end included. What a writer of its own holds back, such as a
/// [`BufWriter`](std::io::BufWriter), is sent on when the sink is flushed. A line that can't be written is an error of the sink; what was
/// written of it ends before the next line begins, so that this one is whole.
///
/// It is called behind a queue, unless its [`Registration`](super::Registration) says otherwise.
///
/// ```
/// use std::sync::Arc;
/// use audit_core::sink::{JsonLines, LogFile, Registration};
/// use audit_core::{EventKind, register_sink};
///
/// # let dir = tempfile::tempdir()?;
/// # let path = dir.path().join("audit.log");
/// let file = LogFile::open(path)?.rotate_daily().keep(30);
/// register_sink(Arc::new(JsonLines::new(file)))?;
/// let decisions = Registration::new(Arc::new(JsonLines::new(std::io::stdout())));
/// register_sink(decisions.only_kinds([EventKind::Decision]))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct JsonLines<W> {
    place: Mutex<Place<W>>,
}

impl<W: Write + Send + 'static> JsonLines<W> {
    /// Writes all that it gets there.
    pub fn new(out: W) -> Self {
        Self {
            place: Mutex::new(Place {
                out,
                line: Vec::new(),
                is_torn: false,
            }),
        }
    }

    /// A poisoned lock is taken all the same: a line that a panic of the writer's tore is ended like any other.
    fn lock(&self) -> MutexGuard<'_, Place<W>> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where lines go.
struct Place<W> {
    out: W,
    /// Paper for one line.
    line: Vec<u8>,
    /// The last line may have been written in part.
    is_torn: bool,
}

impl<W: Write> Place<W> {
    /// The most that the paper keeps for the next line.
    const PAPER: usize = 64 * 1024;

    fn write(&mut self, json: &[u8]) -> io::Result<()> {
        self.line.clear();
        if self.is_torn {
            self.line.push(b'\n');
        }
        put(json, &mut self.line);
        self.line.push(b'\n');
        let written = self.write_line();
        self.line.shrink_to(Self::PAPER);
        written
    }

    fn write_line(&mut self) -> io::Result<()> {
        let mut rest = self.line.as_slice();
        let was_torn = std::mem::replace(&mut self.is_torn, true);
        while !rest.is_empty() {
            match self.out.write(rest) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(taken) => rest = rest.get(taken..).unwrap_or_default(),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    // Of a line that was not begun nothing has to be ended.
                    let taken = self.line.len() - rest.len();
                    let last = taken.checked_sub(1).and_then(|at| self.line.get(at));
                    self.is_torn = last.map_or(was_torn, |last| *last != b'\n');
                    return Err(error);
                }
            }
        }
        self.is_torn = false;
        Ok(())
    }
}

/// Writes JSON so that nothing in it ends a line or steers a terminal, whoever reads it: characters that JSON lets stand as they are, and that
/// some take for the end of a line or for a command, become escapes.
fn put(json: &[u8], line: &mut Vec<u8>) {
    // Outside its strings JSON is plain ASCII, so each of these stands in one.
    let mut rest = json;
    while let Some(at) = rest
        .iter()
        .position(|byte| matches!(byte, 0x7f | 0xc2 | 0xe2))
    {
        let (before, from) = rest.split_at(at);
        line.extend_from_slice(before);
        let (escape, length): (&[u8], usize) = match from {
            [0x7f, ..] => (b"\\u007f", 1),
            [0xe2, 0x80, 0xa8, ..] => (b"\\u2028", 3),
            [0xe2, 0x80, 0xa9, ..] => (b"\\u2029", 3),
            [0xc2, low @ 0x80..=0x9f, ..] => {
                let _written = write!(line, "\\u00{low:02x}");
                (b"", 2)
            }
            [first, ..] => (std::slice::from_ref(first), 1),
            [] => (b"", 0),
        };
        line.extend_from_slice(escape);
        rest = from.get(length..).unwrap_or_default();
    }
    line.extend_from_slice(rest);
}

impl<W: Write + Send + 'static> Sink for JsonLines<W> {
    fn emit(&self, emission: &Emission<'_>) -> Result<(), SinkError> {
        let json = emission.json();
        Ok(self.lock().write(json)?)
    }

    /// Flushes the writer; a [`LogFile`](super::LogFile) then is on the disk.
    fn flush(&self) -> Result<(), SinkError> {
        Ok(self.lock().out.flush()?)
    }
}

impl<W> fmt::Debug for JsonLines<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonLines").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
