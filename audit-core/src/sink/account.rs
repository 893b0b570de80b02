//! [`Account`]: what becomes of the events that a sink was to take: taken, spilled or lost, counted and told.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use crate::active::Active;
use crate::contain::{contain, discard};
use crate::event::{EventKind, Fact};
use crate::health::{count, say};
use crate::observability::{self, Quarantine};

use super::gap::{Gap, Missed, Untaken};
use super::notice::{Notice, Subject, Teller};
use super::rule::{Followed, Rules};
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
            asked_name: name,
            own_name: OnceLock::new(),
            sink_type,
            rules: Followed::new(rules),
            counters: Counters::default(),
            quarantine: Quarantine::new(),
            gap: Gap::default(),
            spill,
            teller,
        }
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
        observability::sink_failed(self.name());
        Some(emitted.unwrap_or_else(|panic| Err(SinkError::of_type("panic", panic))))
    }

    /// Has its sink send on what it holds back. Returns whether it did.
    pub(super) fn flush(&self, sink: &dyn Sink) -> bool {
        // A sink that flushes everything from within would wait for itself.
        let Some(active) = Active::enter(self.key) else {
            return true;
        };
        let flushed = contain(|| sink.flush());
        drop(active);
        let (counter, error) = match flushed {
            Ok(Ok(())) => {
                self.counters.unflushed.store(0, Ordering::Relaxed);
                return true;
            }
            Ok(Err(error)) => (&self.counters.errors, error),
            Err(panic) => (&self.counters.panics, SinkError::of_type("panic", panic)),
        };
        one(counter);
        observability::sink_failed(self.name());
        if count(&self.counters.unflushed) {
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
        let missed = self.miss(emission, error);
        if is_of_sinks(emission.kind()) {
            return None;
        }
        if missed.is_power_of_two() {
            return Some(self.failure(emission, error, ("missed", missed)));
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
        let missed = self.miss(emission, error);
        if is_of_sinks(emission.kind()) {
            return None;
        }
        if self.gap.is_news() {
            return Some(self.failure(emission, error, ("missed", missed)));
        }
        self.overdue(emission)
    }

    /// It is not there any more for one that was on its way to it, which its spill may still get.
    #[cold]
    pub(super) fn gone(&self, emission: &Emission<'_>) {
        if self.spill(emission) {
            observability::events_spilled(self.name(), 1);
            one(&self.counters.spilled);
        } else {
            one(&self.counters.left_out);
        }
    }

    /// It did not take one. Returns how many that makes since it was well, without those that tell of sinks.
    fn miss(&self, emission: &Emission<'_>, error: &SinkError) -> u64 {
        let spilled = self.spill(emission);
        let (name, message) = (self.name(), error.message());
        let counter = if spilled {
            observability::events_spilled(name, 1);
            &self.counters.spilled
        } else {
            observability::events_lost(name, 1);
            &self.counters.lost
        };
        one(counter);
        let event = Untaken {
            id: emission.id(),
            time: emission.fact().time(),
            is_proper: !is_of_sinks(emission.kind()),
            is_lost: !spilled,
        };
        let width = self.gap.widen(self.taken_so_far(), event, error);
        // By what it missed since it was well, not since ever: else a second time of trouble stays unsaid.
        if width.all.is_power_of_two() {
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
        width.proper
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

impl Drop for Account {
    /// A spill's destructor is not ours either.
    fn drop(&mut self) {
        discard(self.spill.take());
    }
}

#[cfg(test)]
mod tests;
