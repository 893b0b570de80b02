//! [`Counts`]: what the bridge did, in numbers, and [`BridgeStats`], where they are read.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use audit_core::__private::say;
use audit_core::component::Health;

/// For how long health tells of what was missed, or went to another process of this name.
const REMEMBERED: Duration = Duration::from_hours(1);

/// Whether the bridge stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BridgeState {
    /// The server is there.
    Connected,
    /// The server is gone, and looked for.
    Disconnected,
    /// The bridge is closed.
    Closed,
}

/// How a bridge does. All counts are since it was connected.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BridgeStats {
    /// Whether it stands.
    pub state: BridgeState,
    /// Events that were taken to be sent.
    pub sent: u64,
    /// Of these, those that the stream has.
    pub acked: u64,
    /// Of these, those that it refused for good, or did not have in time.
    pub refused: u64,
    /// Of these, those that are under way.
    pub waiting: u64,
    /// How often something was tried again: an event was sent, or one that came in was put back.
    pub retried: u64,
    /// Messages that came in.
    pub received: u64,
    /// Of these, events that all handlers were called for.
    pub handled: u64,
    /// Of these, events that were handled before.
    pub duplicates: u64,
    /// Of these, events that this bridge sent itself, or that no pattern stands for.
    pub passed: u64,
    /// Of these, those that became dead letters: no envelope, or denied by policy.
    pub dead: u64,
    /// Messages that the stream let go before they came, because of its limits. An upper bound: where this bridge was away, nobody knows
    /// which of them were meant for it.
    pub missed: u64,
    /// How long ago it was told of the last of these; nothing if there are none.
    pub missed_ago: Option<Duration>,
    /// Messages that went to another process which has the name of this one, and gets a part of the events. Its name should be its own.
    pub shared: u64,
    /// How long ago the last of these was noticed; nothing if there are none.
    pub shared_ago: Option<Duration>,
    /// Whether the bus is closed, so that nothing comes in any more.
    pub is_bus_closed: bool,
    /// For how long the event that came in last is being handled; nothing between two events. No other comes before that is done.
    pub handling_for: Option<Duration>,
    /// What went wrong last.
    pub last_error: Option<String>,
}

impl BridgeStats {
    /// How it does, as a component says it; `longest` is how long the handlers of one event may take. What was missed, and what went to
    /// another process of this name, is told for an hour since it last happened; the numbers stay.
    pub fn health(&self, longest: Duration) -> Health {
        if let Some(time) = self.handling_for.filter(|time| *time > longest) {
            return Health::Failed(format!(
                "nothing comes in: an event has been handled for {time:?}, and may be for {longest:?}"
            ));
        }
        if self.is_bus_closed {
            return Health::Failed("nothing comes in: the bus is closed".to_owned());
        }
        match self.state {
            BridgeState::Closed => return Health::Failed("the bridge is closed".to_owned()),
            BridgeState::Disconnected => {
                return Health::Degraded("the server is gone, and looked for".to_owned());
            }
            BridgeState::Connected => {}
        }
        let is_recent = |ago: Option<Duration>| ago.is_some_and(|ago| ago < REMEMBERED);
        if is_recent(self.shared_ago) {
            return Health::Degraded(format!(
                "another process has the name of this bridge, and got {} of its events",
                self.shared
            ));
        }
        if is_recent(self.missed_ago) {
            return Health::Degraded(format!(
                "the stream let go of up to {} events before they came",
                self.missed
            ));
        }
        Health::Healthy
    }
}

/// What the bridge did, in numbers.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) sent: Count,
    pub(crate) acked: Count,
    pub(crate) refused: Count,
    pub(crate) retried: Count,
    pub(crate) received: Count,
    pub(crate) handled: Count,
    pub(crate) duplicates: Count,
    pub(crate) passed: Count,
    pub(crate) dead: Count,
    pub(crate) missed: Mishaps,
    pub(crate) shared: Mishaps,
    is_bus_closed: AtomicBool,
    /// Since when an event is handled that came in.
    handling: Mutex<Option<Instant>>,
    last_error: Mutex<Option<String>>,
}

#[derive(Debug, Default)]
pub(crate) struct Count(AtomicU64);

impl Count {
    pub(crate) fn add(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    fn get(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// How often something happened that should not, and when last.
#[derive(Debug, Default)]
pub(crate) struct Mishaps(Mutex<(u64, Option<Instant>)>);

impl Mishaps {
    /// It happened so often now.
    pub(crate) fn add(&self, many: u64) {
        let mut mishaps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *mishaps = (mishaps.0.saturating_add(many), Some(Instant::now()));
    }

    /// How often, and how long ago the last one is.
    fn get(&self) -> (u64, Option<Duration>) {
        let (many, last) = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (many, last.map(|last| last.elapsed()))
    }
}

impl Counts {
    /// An event has come to its end.
    pub(crate) fn settle(&self, is_acked: bool) {
        if is_acked {
            self.acked.add();
        } else {
            self.refused.add();
        }
    }

    /// How many events are under way.
    pub(crate) fn waiting(&self) -> u64 {
        // First those that ended: none of them is counted without its beginning.
        let ended = self.acked.get() + self.refused.get();
        self.sent.get().saturating_sub(ended)
    }

    /// An event that came in is handled from now on, or is done with.
    pub(crate) fn handling(&self, is_handled: bool) {
        let mut handling = self.handling.lock().unwrap_or_else(PoisonError::into_inner);
        *handling = is_handled.then(Instant::now);
    }

    pub(crate) fn is_handling(&self) -> bool {
        let handling = self.handling.lock().unwrap_or_else(PoisonError::into_inner);
        handling.is_some()
    }

    /// Nothing can come in any more.
    pub(crate) fn close_bus(&self) {
        self.is_bus_closed.store(true, Ordering::SeqCst);
        self.note(&"nothing comes in any more: the bus is closed");
    }

    pub(crate) fn is_bus_closed(&self) -> bool {
        self.is_bus_closed.load(Ordering::SeqCst)
    }

    /// Notes what went wrong.
    pub(crate) fn note(&self, error: &dyn fmt::Display) {
        let error = error.to_string();
        say(|| tracing::warn!(target: "audit::bridge", %error, "the bridge"));
        let mut last = self
            .last_error
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *last = Some(error);
    }

    pub(crate) fn stats(&self, state: BridgeState) -> BridgeStats {
        let last = self
            .last_error
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let handling = self.handling.lock().unwrap_or_else(PoisonError::into_inner);
        let ((missed, missed_ago), (shared, shared_ago)) = (self.missed.get(), self.shared.get());
        BridgeStats {
            state,
            waiting: self.waiting(),
            sent: self.sent.get(),
            acked: self.acked.get(),
            refused: self.refused.get(),
            retried: self.retried.get(),
            received: self.received.get(),
            handled: self.handled.get(),
            duplicates: self.duplicates.get(),
            passed: self.passed.get(),
            dead: self.dead.get(),
            missed,
            missed_ago,
            shared,
            shared_ago,
            is_bus_closed: self.is_bus_closed(),
            handling_for: handling.map(|since| since.elapsed()),
            last_error: last.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tracing::span::{Attributes, Id, Record};
    use tracing::{Event, Metadata, Subscriber};

    use super::{BridgeState, Counts};

    /// Panics at whatever is said.
    struct Panicking;

    impl Subscriber for Panicking {
        fn enabled(&self, _: &Metadata<'_>) -> bool {
            true
        }

        fn event(&self, _: &Event<'_>) {
            panic!("the subscriber's own mistake");
        }

        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }

        fn record(&self, _: &Id, _: &Record<'_>) {}
        fn record_follows_from(&self, _: &Id, _: &Id) {}
        fn enter(&self, _: &Id) {}
        fn exit(&self, _: &Id) {}
    }

    #[test]
    fn what_went_wrong_is_noted_though_the_subscriber_panics() {
        let counts = Counts::default();
        tracing::subscriber::with_default(Panicking, || counts.note(&"no server"));
        let stats = counts.stats(BridgeState::Connected);
        assert_eq!(stats.last_error.as_deref(), Some("no server"));
    }

    #[test]
    fn health_tells_for_an_hour_of_what_was_missed_or_went_to_another() {
        let counts = Counts::default();
        counts.missed.add(20);
        counts.missed.add(3);
        let (recent, old) = (Duration::from_mins(59), Duration::from_hours(1));
        let mut stats = counts.stats(BridgeState::Connected);
        assert!(stats.missed_ago.is_some() && stats.shared_ago.is_none());
        stats.missed_ago = Some(recent);
        assert_eq!(
            stats.health(recent).to_string(),
            "degraded: the stream let go of up to 23 events before they came"
        );
        stats.missed_ago = Some(old);
        assert!(stats.health(recent).is_healthy());
        stats.shared = 2;
        stats.shared_ago = Some(recent);
        assert_eq!(
            stats.health(recent).to_string(),
            "degraded: another process has the name of this bridge, and got 2 of its events"
        );
        stats.shared_ago = Some(old);
        assert!(stats.health(recent).is_healthy());
    }
}
