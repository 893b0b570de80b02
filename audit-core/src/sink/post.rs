//! [`Post`]: a registered sink in its place, which harms neither calls nor other sinks.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use crate::active::{Active, next_key};
use crate::contain::{contain, discard};
use crate::event::EventKind;
use crate::health::{count, say};
use crate::value::{Fields, Text};

use super::gap::{Gap, Missed};
use super::notice::{Notice, Teller};
use super::registration::{Registration, SinkWay, Wanted};
use super::stats::{Counters, one};
use super::{Emission, Sink, SinkError, SinkStats};

/// A registered sink in its place.
pub(crate) struct Post {
    /// Names it among all observers, recorders and sinks of the process.
    pub(super) key: u64,
    name: String,
    sink_type: &'static str,
    wanted: Wanted,
    counters: Counters,
    gap: Gap,
    spill: Option<Arc<dyn Sink>>,
    teller: Arc<dyn Teller>,
    /// There until it is dropped.
    sink: Option<Arc<dyn Sink>>,
}

impl Post {
    /// A sink in its place, which tells others by this teller what goes wrong with it.
    pub(crate) fn new(
        registration: Registration,
        teller: Arc<dyn Teller>,
    ) -> std::io::Result<Self> {
        let Registration {
            sink,
            name,
            way,
            wanted,
            redactions: _,
            spill,
        } = registration;
        let sink_type =
            contain(|| sink.sink_type()).unwrap_or("a sink that panics when it is asked its type");
        let _way = way.unwrap_or_else(|| contain(|| sink.way()).unwrap_or(SinkWay::QUEUED));
        Ok(Self {
            key: next_key(),
            name: name.unwrap_or_else(|| sink_type.to_owned()),
            sink_type,
            wanted,
            counters: Counters::default(),
            gap: Gap::default(),
            spill,
            teller,
            sink: Some(sink),
        })
    }

    /// Whether this sink is the one registered here.
    pub(super) fn is_of(&self, sink: *const ()) -> bool {
        self.sink.as_ref().is_some_and(|here| address(here) == sink)
    }

    /// Whether both are of the same sink.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        self.sink
            .as_ref()
            .is_some_and(|sink| other.is_of(address(sink)))
    }

    /// Whether it may get events that belong to no call.
    pub(super) fn sees_events(&self) -> bool {
        self.wanted
            .any_beside(&[EventKind::Decision, EventKind::Outcome])
    }

    /// Whether it may get any of this kind.
    pub(super) fn sees(&self, kind: EventKind) -> bool {
        self.wanted.any_of(kind)
    }

    pub(crate) fn stats(&self) -> SinkStats {
        self.counters.stats(&self.name, self.sink_type)
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Sends on what it holds back. Returns whether all was in time.
    pub(crate) fn flush(&self, _deadline: Instant) -> bool {
        let flushed = self.sink.as_ref().map(|sink| contain(|| sink.flush()));
        flushed.is_none_or(|flushed| flushed.is_ok_and(|flushed| flushed.is_ok()))
    }

    /// Hands it one event. Returns what others are to know of that.
    pub(super) fn take(&self, emission: &Emission<'_>) -> Option<Notice> {
        if !self.wanted.has(emission.fact()) {
            one(&self.counters.left_out);
            return None;
        }
        match self.emit(emission) {
            None => None,
            Some(Ok(())) => self.taken(),
            Some(Err(error)) => self.refused(emission, &error),
        }
    }

    /// Calls the sink; nothing where it is its own doing.
    fn emit(&self, emission: &Emission<'_>) -> Option<Result<(), SinkError>> {
        let sink = self.sink.as_ref()?;
        let Some(_active) = Active::enter(self.key) else {
            self.note_reentered();
            return None;
        };
        Some(contain(|| sink.emit(emission)).unwrap_or_else(|panic| {
            one(&self.counters.panics);
            Err(SinkError::of_type("panic", panic))
        }))
    }

    pub(super) fn note_reentered(&self) {
        one(&self.counters.reentered);
    }

    fn taken(&self) -> Option<Notice> {
        one(&self.counters.taken);
        self.gap.close().map(|missed| self.loss(&missed))
    }

    /// It did not take it: its spill may, others are told unless it is about a sink itself.
    #[cold]
    fn refused(&self, emission: &Emission<'_>, error: &SinkError) -> Option<Notice> {
        one(&self.counters.errors);
        let spilled = self.spill.as_ref().is_some_and(|spill| {
            let taken = contain(|| spill.emit(emission));
            taken.is_ok_and(|taken| taken.is_ok())
        });
        let (name, message) = (self.name.as_str(), error.message());
        let counter = if spilled {
            &self.counters.spilled
        } else {
            &self.counters.lost
        };
        if count(counter) {
            let lost = self.counters.lost.load(Ordering::Relaxed);
            say(|| {
                tracing::error!(
                    target: "audit::health",
                    sink = name,
                    error = message,
                    events_lost = lost,
                    "sink `{name}` does not take events: {message}"
                );
            });
        }
        let in_a_row = self.gap.widen(emission.fact().time(), !spilled, error);
        let of_sinks = [EventKind::SinkFailure, EventKind::Loss];
        let worth_a_word = in_a_row.is_power_of_two() && !of_sinks.contains(&emission.kind());
        worth_a_word.then(|| self.failure(emission, error, in_a_row))
    }

    fn failure(&self, emission: &Emission<'_>, error: &SinkError, in_a_row: u64) -> Notice {
        let data = Fields::new()
            .with("failing_sink_type", self.sink_type)
            .with("original_event_type", emission.kind().as_str())
            .with("error_type", error.error_type())
            .with("error_message", error.message().to_owned())
            .with("sink", self.name.clone())
            .with("original_event_name", emission.name().to_owned())
            .with("in_a_row", in_a_row);
        Notice {
            kind: EventKind::SinkFailure,
            data,
            cause: Some(emission.id()),
            tenant: emission
                .fact()
                .tenant()
                .map(|tenant| Text::from(tenant.to_owned())),
            except: Some(self.key),
        }
    }

    fn loss(&self, missed: &Missed) -> Notice {
        let data = Fields::new()
            .with("why", "sink")
            .with("count", missed.lost)
            .with("from", missed.from.to_string())
            .with("to", missed.to.to_string())
            .with("sink", self.name.clone())
            .with("sink_type", self.sink_type)
            .with("missed", missed.count)
            .with("error_type", missed.error.error_type())
            .with("error_message", missed.error.message().to_owned());
        Notice {
            kind: EventKind::Loss,
            data,
            cause: None,
            tenant: None,
            except: None,
        }
    }

    pub(super) fn tell(&self, notice: Notice) {
        let told = contain(|| self.teller.tell(notice));
        if let Err(panic) = told {
            say(|| tracing::error!(target: "audit::health", ?panic, "telling of a sink panicked"));
        }
    }

    #[cold]
    pub(super) fn note_slow(&self, nanos: u64) {
        let name = self.name.as_str();
        self.counters
            .longest_nanos
            .fetch_max(nanos, Ordering::Relaxed);
        if count(&self.counters.slow_calls) {
            let took_us = nanos / 1_000;
            say(|| {
                tracing::warn!(
                    target: "audit::health",
                    sink = name,
                    took_us,
                    "sink `{name}` is slow on the caller's thread; one that may wait belongs behind a queue"
                );
            });
        }
    }
}

/// Where a sink is in memory: what tells it from all others.
pub(super) fn address<S: Sink + ?Sized>(sink: &Arc<S>) -> *const () {
    Arc::as_ptr(sink).cast()
}

impl Drop for Post {
    /// A sink's destructor is not ours, and a thread that ends may be the last that holds it.
    fn drop(&mut self) {
        discard((self.sink.take(), self.spill.take()));
    }
}

impl fmt::Debug for Post {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Post")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
