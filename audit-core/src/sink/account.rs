//! [`Account`]: what becomes of the events that a sink was to take: taken, spilled or lost, counted and told.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::active::Active;
use crate::contain::{contain, discard};
use crate::event::EventKind;
use crate::health::{count, say};
use crate::observability::{self, Quarantine};
use crate::value::{Fields, Text};

use super::gap::{Gap, Missed};
use super::notice::{Notice, Teller};
use super::rule::Rules;
use super::stats::{Counters, one};
use super::{Emission, Sink, SinkError};

/// What becomes of the events that a sink was to take.
pub(super) struct Account {
    /// Names it among all observers, recorders and sinks of the process.
    pub(super) key: u64,
    pub(super) name: String,
    pub(super) sink_type: &'static str,
    pub(super) rules: Rules,
    pub(super) counters: Counters,
    /// Whether it takes too long, as the observability path shows it.
    pub(super) quarantine: Quarantine,
    gap: Gap,
    /// There until it is dropped.
    spill: Option<Arc<dyn Sink>>,
    teller: Arc<dyn Teller>,
}

impl Account {
    pub(super) fn new(
        key: u64,
        (name, sink_type): (String, &'static str),
        rules: Rules,
        spill: Option<Arc<dyn Sink>>,
        teller: Arc<dyn Teller>,
    ) -> Self {
        Self {
            key,
            name,
            sink_type,
            rules,
            counters: Counters::default(),
            quarantine: Quarantine::new(),
            gap: Gap::default(),
            spill,
            teller,
        }
    }

    /// Hands its sink one event; nothing where that is its own doing.
    pub(super) fn hand(
        &self,
        sink: &dyn Sink,
        emission: &Emission<'_>,
    ) -> Option<Result<(), SinkError>> {
        let Some(_active) = Active::enter(self.key) else {
            one(&self.counters.reentered);
            return None;
        };
        let emitted = self
            .rules
            .applied(emission, |emission| contain(|| sink.emit(emission)));
        let counter = match &emitted {
            Ok(Ok(())) => return Some(Ok(())),
            Ok(Err(_)) => &self.counters.errors,
            Err(_) => &self.counters.panics,
        };
        one(counter);
        observability::sink_failed(&self.name);
        Some(emitted.unwrap_or_else(|panic| Err(SinkError::of_type("panic", panic))))
    }

    /// Has its sink send on what it holds back. Returns whether it did.
    pub(super) fn flush(&self, sink: &dyn Sink) -> bool {
        // A sink that flushes everything from within would wait for itself.
        let Some(_active) = Active::enter(self.key) else {
            return true;
        };
        contain(|| sink.flush()).is_ok_and(|flushed| flushed.is_ok())
    }

    /// It took one. Returns what others are to know of that.
    pub(super) fn taken(&self, kind: EventKind) -> Option<Notice> {
        let taken = self.counters.taken.fetch_add(1, Ordering::Relaxed) + 1;
        // Nothing follows from what is told of sinks: two that fail now and then would keep each other telling.
        if is_of_sinks(kind) {
            return None;
        }
        self.gap.close(taken).map(|missed| self.loss(&missed))
    }

    /// It did not take one, which its spill may do. Returns what others are to know of that, unless they know enough.
    #[cold]
    pub(super) fn missed(&self, emission: &Emission<'_>, error: &SinkError) -> Option<Notice> {
        let in_a_row = self.miss(emission, error);
        let worth_a_word = in_a_row.is_power_of_two() && !is_of_sinks(emission.kind());
        worth_a_word.then(|| self.failure(emission, error, in_a_row))
    }

    /// It did not take one because it takes too long for another. Returns what others are to know of that: nothing, if they know.
    #[cold]
    pub(super) fn missed_meanwhile(
        &self,
        emission: &Emission<'_>,
        error: &SinkError,
    ) -> Option<Notice> {
        let in_a_row = self.miss(emission, error);
        let worth_a_word = !is_of_sinks(emission.kind()) && self.gap.is_news();
        worth_a_word.then(|| self.failure(emission, error, in_a_row))
    }

    /// It is not there any more for one that was on its way to it, which its spill may still get.
    #[cold]
    pub(super) fn gone(&self, emission: &Emission<'_>) {
        if self.spill(emission) {
            observability::events_spilled(&self.name, 1);
            one(&self.counters.spilled);
        } else {
            one(&self.counters.left_out);
        }
    }

    /// It did not take one. Returns how many that makes in a row.
    fn miss(&self, emission: &Emission<'_>, error: &SinkError) -> u64 {
        let spilled = self.spill(emission);
        let (name, message) = (self.name.as_str(), error.message());
        let counter = if spilled {
            observability::events_spilled(name, 1);
            &self.counters.spilled
        } else {
            observability::events_lost(name, 1);
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
        let taken = self.taken_so_far();
        self.gap
            .widen(taken, emission.fact().time(), !spilled, error)
    }

    /// Whether its spill took what it did not.
    fn spill(&self, emission: &Emission<'_>) -> bool {
        let Some(spill) = &self.spill else {
            return false;
        };
        // What the spill does itself is not told to the sink, which would spill it again.
        let Some(_active) = Active::enter(self.key) else {
            return false;
        };
        let taken = self
            .rules
            .applied(emission, |emission| contain(|| spill.emit(emission)));
        taken.is_ok_and(|taken| taken.is_ok())
    }

    /// It takes too long for one. Tells others of that.
    pub(super) fn held(&self, in_hand: &Emission<'_>, error: &SinkError) {
        let (name, message) = (self.name.as_str(), error.message());
        observability::sink_failed(name);
        if count(&self.counters.timeouts) {
            say(|| {
                tracing::error!(
                    target: "audit::health",
                    sink = name,
                    "sink `{name}` is in quarantine until it returns: {message}"
                );
            });
        }
        let taken = self.taken_so_far();
        let times = self.gap.hold(taken, in_hand.fact().time(), error);
        if times.is_power_of_two() && !is_of_sinks(in_hand.kind()) {
            self.gap.is_news();
            self.tell(self.failure(in_hand, error, times));
        }
    }

    /// It has returned while it was made out what it missed: tells of that, unless it did so itself.
    pub(super) fn returned(&self) {
        if let Some(missed) = self.gap.close(self.taken_so_far()) {
            self.tell(self.loss(&missed));
        }
    }

    /// It will take nothing any more: tells what it has missed by then.
    pub(super) fn give_up(&self) {
        if let Some(missed) = self.gap.give_up() {
            self.tell(self.loss(&missed));
        }
    }

    fn taken_so_far(&self) -> u64 {
        self.counters.taken.load(Ordering::Relaxed)
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
        let tenant = emission.fact().tenant();
        Notice {
            kind: EventKind::SinkFailure,
            data,
            cause: Some(emission.id()),
            tenant: tenant.map(|tenant| Text::from(tenant.to_owned())),
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
        let longest: &AtomicU64 = &self.counters.longest_nanos;
        longest.fetch_max(nanos, Ordering::Relaxed);
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

/// Whether an event tells of what goes wrong with sinks.
fn is_of_sinks(kind: EventKind) -> bool {
    matches!(kind, EventKind::SinkFailure | EventKind::Loss)
}

impl Drop for Account {
    /// A spill's destructor is not ours either.
    fn drop(&mut self) {
        discard(self.spill.take());
    }
}
