//! [`JsonLines`]: an observer that writes what it sees, one JSON object a line.

use std::fmt;
use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

use super::Observer;
use crate::event::{DecisionEvent, Event, EventKind, OutcomeEvent};

/// Writes events as JSON, one a line: whatever a name holds, a line is one whole object
/// (`schemas/event.v1.schema.json` says of which form).
///
/// It writes on the caller's thread. What can't be written is counted, and keeps nobody from anything.
///
/// ```
/// use audit_core::bus::Bus;
/// use audit_core::{EventKind, JsonLines, Policy, Runtime};
///
/// let policy = Policy::from_strings("language: audit/2\nactions: {}", "language: audit/2\ndefault: allow\nrules: []", None)?;
/// let runtime = Runtime::builder().policy(policy).build()?;
/// runtime.add_observer("lines", JsonLines::new(std::io::stdout()).only([EventKind::Operation]));
/// let bus = Bus::new();
/// runtime.scope(|| bus.publish_blocking("account.transfer", 150.0))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct JsonLines<W> {
    place: Mutex<Place<W>>,
    only: Option<Vec<EventKind>>,
    failed: AtomicU64,
}

impl<W: Write + Send + 'static> JsonLines<W> {
    /// Writes all it sees there.
    pub fn new(out: W) -> Self {
        Self {
            place: Mutex::new(Place {
                out,
                is_torn: false,
            }),
            only: None,
            failed: AtomicU64::new(0),
        }
    }

    /// Writes events of these kinds alone; of none, if there are none.
    #[must_use]
    pub fn only(mut self, kinds: impl IntoIterator<Item = EventKind>) -> Self {
        self.only = Some(kinds.into_iter().collect());
        self
    }

    /// How many lines could not be written.
    pub fn lines_failed(&self) -> u64 {
        self.failed.load(Ordering::Relaxed)
    }

    fn sees(&self, kind: EventKind) -> bool {
        self.only.as_ref().is_none_or(|only| only.contains(&kind))
    }

    fn write(&self, kind: EventKind, event: &impl Serialize) {
        if !self.sees(kind) {
            return;
        }
        let written = serde_json::to_vec(event).is_ok_and(|mut line| {
            line.push(b'\n');
            let mut place = self.place.lock().unwrap_or_else(PoisonError::into_inner);
            place.write(&line).is_ok()
        });
        if !written {
            self.failed.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Where lines go.
struct Place<W> {
    out: W,
    /// The last line may have been written in part.
    is_torn: bool,
}

impl<W: Write> Place<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<()> {
        if self.is_torn {
            self.out.write_all(b"\n")?;
        }
        self.is_torn = true;
        self.out.write_all(line)?;
        self.is_torn = false;
        self.out.flush()
    }
}

impl<W: Write + Send + 'static> Observer for JsonLines<W> {
    fn on_decision(&self, event: &DecisionEvent<'_>) {
        self.write(EventKind::Decision, event);
    }

    fn on_outcome(&self, event: &OutcomeEvent<'_>) {
        self.write(EventKind::Outcome, event);
    }

    fn on_event(&self, event: &Event<'_>) {
        self.write(event.kind, event);
    }

    fn sees_outcomes(&self) -> bool {
        self.sees(EventKind::Outcome)
    }

    fn sees_events(&self) -> bool {
        let calls = [EventKind::Decision, EventKind::Outcome];
        let only = self.only.as_ref();
        only.is_none_or(|only| only.iter().any(|kind| !calls.contains(kind)))
    }
}

impl<W> fmt::Debug for JsonLines<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonLines")
            .field("only", &self.only)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{EventId, Timestamp};
    use std::sync::Arc;

    /// Takes so many bytes, then nothing, until there is room again.
    #[derive(Clone, Default)]
    struct Disk(Arc<Mutex<(Vec<u8>, usize)>>);

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let mut disk = self.0.lock().unwrap();
            let taken = bytes.len().min(disk.1);
            if taken == 0 {
                return Err(io::Error::from(io::ErrorKind::StorageFull));
            }
            disk.1 -= taken;
            disk.0.extend_from_slice(&bytes[..taken]);
            Ok(taken)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn event(kind: EventKind, name: &'static str) -> Event<'static> {
        let id: EventId = "00000000-0000-7000-8000-000000000001".parse().unwrap();
        Event::new(id, Timestamp::from_nanos(0), kind, name)
    }

    #[test]
    fn whatever_a_name_holds_a_line_is_one_whole_object() {
        let disk = Disk::default();
        disk.0.lock().unwrap().1 = usize::MAX;
        let lines = JsonLines::new(disk.clone()).only([EventKind::Operation]);
        let name = "x\",\"caller\":\"root\n\r\u{2028}\0";
        lines.on_event(&event(EventKind::Operation, name));
        lines.on_event(&event(EventKind::Event, "not asked for"));
        let text = String::from_utf8(disk.0.lock().unwrap().0.clone()).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 1, "{text}");
        let read: serde_json::Value = serde_json::from_str(lines[0]).unwrap();
        assert_eq!(read["name"], name);
    }

    #[test]
    fn a_line_that_was_torn_spoils_no_other_and_is_counted() {
        let disk = Disk::default();
        disk.0.lock().unwrap().1 = 40;
        let lines = JsonLines::new(disk.clone());
        lines.on_event(&event(EventKind::Operation, "torn"));
        lines.on_event(&event(EventKind::Operation, "lost"));
        disk.0.lock().unwrap().1 = usize::MAX;
        lines.on_event(&event(EventKind::Operation, "whole"));
        assert_eq!(lines.lines_failed(), 2);
        let text = String::from_utf8(disk.0.lock().unwrap().0.clone()).unwrap();
        let last = text.lines().last().unwrap();
        let read: serde_json::Value = serde_json::from_str(last).unwrap();
        assert_eq!(read["name"], "whole");
    }
}
