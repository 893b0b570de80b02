//! [`Account`]: what becomes of the events that a sink was to take: taken, spilled or lost, counted and told.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use crate::active::Active;
use crate::contain::contain;
use crate::event::{EventKind, Fact};
use crate::health::{count, say};
use crate::observability::{self, Gauge};

use super::gap::{Gap, Missed, Untaken};
use super::notice::{Notice, Subject, Teller};
use super::rule::{Followed, Rules};
use super::spill::{Spill, Spilled};
use super::stats::{Counters, one};
use super::{Emission, Sink, SinkError};

/// What becomes of the events that a sink was to take.
pub(super) struct Account {
    /// Names it among all observers, recorders and sinks of the process.
    pub(super) key: u64,
    /// The name that was asked for.
    asked_name: String,
    /// The one it got, where that was another's.
    own_name: OnceLock<String>,
    pub(super) sink_type: &'static str,
    pub(super) rules: Followed,
    pub(super) counters: Counters,
    depth: Gauge,
    /// Whether it takes too long.
    quarantine: Gauge,
    gap: Gap,
    spill: Spill,
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
            asked_name: name,
            own_name: OnceLock::new(),
            sink_type,
            rules: Followed::new(rules),
            counters: Counters::default(),
            depth: Gauge::of_queue(),
            quarantine: Gauge::of_quarantine(),
            gap: Gap::default(),
            spill: Spill::new(spill),
            teller,
        }
    }

    /// Shows that its sink is there to the observability path.
    pub(super) fn show(&self) {
        observability::sink_is_there(self.name(), self.spill.sink().is_some());
    }

    /// Shows how much waits for its sink there.
    pub(super) fn show_depth(&self, waiting: impl Fn() -> usize) {
        self.depth.follow(|| self.name(), waiting);
    }

    /// Shows there whether its sink is in quarantine.
    pub(super) fn show_quarantine(&self, is_held: impl Fn() -> bool) {
        let held = || usize::from(is_held());
        self.quarantine.follow(|| self.name(), held);
    }

    /// Shows there that its sink may have returned.
    pub(super) fn show_return(&self, is_held: impl Fn() -> bool) {
        let held = || usize::from(is_held());
        self.quarantine.follow_down(|| self.name(), held);
    }

    /// Its name among the sinks of its list.
    pub(super) fn name(&self) -> &str {
        self.own_name.get().unwrap_or(&self.asked_name)
    }

    /// Gives it a number where others have its name.
    pub(super) fn number(&self, is_taken: impl Fn(&str) -> bool) {
        let asked = &self.asked_name;
        if is_taken(asked) {
            let numbered = (2_u64..).map(|number| format!("{asked} #{number}"));
            if let Some(own) = numbered.into_iter().find(|name| !is_taken(name)) {
                let _first = self.own_name.set(own);
            }
        }
    }

    /// Follows the rules too under which the same sink is registered elsewhere, from now on: whoever hid something from it meant all
    /// that it gets.
    pub(super) fn join(&self, other: &Self) {
        self.rules.join(&other.rules);
    }

    /// Hands its sink one event; nothing where that is its own doing.
    pub(super) fn hand(
        &self,
        sink: &dyn Sink,
        emission: &Emission<'_>,
    ) -> Option<Result<(), SinkError>> {
        let Some(_active) = self.enter(sink) else {
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
        observability::sink_failed(self.name());
        Some(emitted.unwrap_or_else(|panic| Err(SinkError::of_type("panic", panic))))
    }

    /// Nothing if the sink runs on this thread already, here or where else it is registered.
    fn enter(&self, sink: &dyn Sink) -> Option<(Active, Active)> {
        Active::enter(self.key).zip(Active::enter_at(sink))
    }

    /// Has its sink send on what it holds back, and its spill. Returns whether they did.
    pub(super) fn flush(&self, sink: &dyn Sink) -> bool {
        let flushed = self.send_on(sink, &self.counters.unflushed, "");
        self.flush_spill() && flushed
    }

    /// Has its spill send on what it took. Returns whether it did.
    pub(super) fn flush_spill(&self) -> bool {
        let spilled = self.counters.spilled.load(Ordering::Relaxed);
        let spill = self.spill.sink().filter(|_| spilled > 0);
        let unflushed = &self.counters.unflushed_by_spill;
        spill.is_none_or(|spill| self.send_on(spill, unflushed, "its spill: "))
    }

    fn send_on(&self, sink: &dyn Sink, unflushed: &AtomicU64, whose: &str) -> bool {
        // A sink that flushes everything from within would wait for itself.
        let Some(active) = self.enter(sink) else {
            return true;
        };
        let flushed = contain(|| sink.flush());
        drop(active);
        let (counter, error) = match flushed {
            Ok(Ok(())) => {
                unflushed.store(0, Ordering::Relaxed);
                return true;
            }
            Ok(Err(error)) => (&self.counters.errors, error),
            Err(panic) => (&self.counters.panics, SinkError::of_type("panic", panic)),
        };
        one(counter);
        observability::sink_failed(self.name());
        if count(unflushed) {
            let error = SinkError::of_type(
                error.error_type(),
                format_args!("{whose}{}", error.message()),
            );
            let (name, message) = (self.name(), error.message());
            say(|| {
                tracing::error!(
                    target: "audit::health",
                    sink = name,
                    error = message,
                    "sink `{name}` does not send on what it holds back: {message}"
                );
            });
            self.tell(self.subject().unflushed(&error));
        }
        false
    }

    /// It took one. Returns what others are to know of that.
    pub(super) fn taken(&self, emission: &Emission<'_>) -> Option<Notice> {
        let taken = self.counters.taken.fetch_add(1, Ordering::Relaxed) + 1;
        let is_proper = !is_of_sinks(emission.kind());
        if let Some(missed) = self.gap.close(taken, is_proper) {
            return Some(self.loss(&missed, false));
        }
        // Nothing follows from what is told of sinks: two that fail now and then would keep each other telling.
        is_proper.then(|| self.overdue(emission)).flatten()
    }

    /// What others are to know of what it missed so far, if they have waited long enough.
    fn overdue(&self, emission: &Emission<'_>) -> Option<Notice> {
        let missed = self.gap.overdue(emission.fact().time())?;
        Some(self.loss(&missed, true))
    }

    /// Whether it is to be spared that others did not take an event: it did not take that one either, nor anything since.
    pub(super) fn is_spared(&self, emission: &Emission<'_>) -> bool {
        let is_spared = match emission.fact() {
            Fact::Other(event) if event.kind == EventKind::SinkFailure => {
                event.cause.is_some_and(|cause| self.gap.reaches(cause))
            }
            _ => false,
        };
        if is_spared {
            one(&self.counters.left_out);
        }
        is_spared
    }

    /// It did not take one, which its spill may do. Returns what others are to know of that, unless they know enough.
    #[cold]
    pub(super) fn missed(&self, emission: &Emission<'_>, error: &SinkError) -> Option<Notice> {
        let (missed, spilled) = self.miss(emission, error);
        if is_of_sinks(emission.kind()) {
            return None;
        }
        if missed.is_power_of_two() {
            let notice = self.failure(emission, error, ("missed", missed));
            return Some(notice.with_spill(&spilled));
        }
        self.overdue(emission)
    }

    /// It did not take one because it takes too long for another. Returns what others are to know of that: nothing, if they know.
    #[cold]
    pub(super) fn missed_meanwhile(
        &self,
        emission: &Emission<'_>,
        error: &SinkError,
    ) -> Option<Notice> {
        let (missed, spilled) = self.miss(emission, error);
        if is_of_sinks(emission.kind()) {
            return None;
        }
        if self.gap.is_news() {
            let notice = self.failure(emission, error, ("missed", missed));
            return Some(notice.with_spill(&spilled));
        }
        self.overdue(emission)
    }

    /// It is not there any more for one that was on its way to it, which its spill may still get.
    #[cold]
    pub(super) fn gone(&self, emission: &Emission<'_>) {
        let spilled = self.spill.take(self.key, &self.rules, emission);
        if matches!(spilled, Spilled::Taken) {
            observability::events_spilled(self.name(), 1);
            one(&self.counters.spilled);
        } else {
            one(&self.counters.left_out);
        }
    }

    /// It did not take one. Returns how many that makes since it was well, without those that tell of sinks, and what its spill did.
    fn miss(&self, emission: &Emission<'_>, error: &SinkError) -> (u64, Spilled) {
        let spilled = self.spill.take(self.key, &self.rules, emission);
        let is_lost = !matches!(spilled, Spilled::Taken);
        let (name, message) = (self.name(), error.message());
        let counter = if is_lost {
            observability::events_lost(name, 1);
            &self.counters.lost
        } else {
            observability::events_spilled(name, 1);
            &self.counters.spilled
        };
        one(counter);
        let event = Untaken {
            id: emission.id(),
            time: emission.fact().time(),
            is_proper: !is_of_sinks(emission.kind()),
            is_lost,
        };
        if let Some(own) = emission.loss_of(self.key) {
            self.gap.tell_again(own);
        }
        let width = self.gap.widen(self.taken_so_far(), event, error);
        // By what it missed since it was well, not since ever: else a second time of trouble stays unsaid.
        if width.all.is_power_of_two() {
            let lost = self.counters.lost.load(Ordering::Relaxed);
            let spill = match &spilled {
                Spilled::Failed(error) => format!("; its spill does not either: {error}"),
                _ => String::new(),
            };
            say(|| {
                tracing::error!(
                    target: "audit::health",
                    sink = name,
                    error = message,
                    events_lost = lost,
                    "sink `{name}` does not take events: {message}{spill}"
                );
            });
        }
        (width.proper, spilled)
    }

    /// It takes too long for one. Tells others of that.
    pub(super) fn held(&self, in_hand: &Emission<'_>, error: &SinkError) {
        let (name, message) = (self.name(), error.message());
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
        if is_of_sinks(in_hand.kind()) {
            return;
        }
        // Somebody whose event it missed meanwhile may have told of the first time.
        let is_news = self.gap.is_news();
        if is_news || (times > 1 && times.is_power_of_two()) {
            self.tell(self.failure(in_hand, error, ("timeouts", times)));
        }
    }

    /// It has returned while it was made out what it missed: tells of that, unless it did so itself.
    pub(super) fn returned(&self) {
        if let Some(missed) = self.gap.close(self.taken_so_far(), true) {
            self.tell(self.loss(&missed, false));
        }
    }

    /// Tells others what it has missed so far, where they do not know.
    pub(super) fn tell_so_far(&self) {
        if let Some(missed) = self.gap.so_far() {
            self.tell(self.loss(&missed, true));
        }
    }

    /// It will take nothing any more: tells what it has missed by then.
    pub(super) fn give_up(&self) {
        if let Some(missed) = self.gap.give_up() {
            self.tell(self.loss(&missed, false));
        }
    }

    /// The end of it, whatever its sink does from now on: tells what it has missed by then, and has its spill send on what it took.
    pub(super) fn end(&self) {
        self.give_up();
        let _flushed = self.flush_spill();
    }

    fn taken_so_far(&self) -> u64 {
        self.counters.taken.load(Ordering::Relaxed)
    }

    fn failure(
        &self,
        emission: &Emission<'_>,
        error: &SinkError,
        times: (&'static str, u64),
    ) -> Notice {
        self.subject().failure(emission, error, times)
    }

    /// `is_open` is the loss that may become larger.
    fn loss(&self, missed: &Missed, is_open: bool) -> Notice {
        self.subject().loss(missed, is_open)
    }

    fn subject(&self) -> Subject<'_> {
        Subject {
            key: self.key,
            name: self.name(),
            sink_type: self.sink_type,
        }
    }

    /// Waits until all that was told of its sink has been, at most until then. Returns whether it has.
    pub(super) fn is_told_by(&self, until: Instant) -> bool {
        self.teller.is_told_by(until)
    }

    pub(super) fn tell(&self, notice: Notice) {
        let told = contain(|| self.teller.tell(notice));
        if let Err(panic) = told {
            say(|| tracing::error!(target: "audit::health", ?panic, "telling of a sink panicked"));
        }
    }

    #[cold]
    pub(super) fn note_slow(&self, nanos: u64) {
        let name = self.name();
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

#[cfg(test)]
mod tests;
