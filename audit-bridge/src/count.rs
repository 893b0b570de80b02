//! [`Counts`]: what the bridge did, in numbers, and [`BridgeStats`], where they are read.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use audit_core::component::Health;

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
    /// Messages that went to another process which has the name of this one, and gets a part of the events. Its name should be its own.
    pub shared: u64,
    /// For how long the event that came in last is being handled; nothing between two events. No other comes before that is done.
    pub handling_for: Option<Duration>,
    /// What went wrong last.
    pub last_error: Option<String>,
}

impl BridgeStats {
    /// How it does, as a component says it; `longest` is how long the handlers of one event may take.
    pub fn health(&self, longest: Duration) -> Health {
        if let Some(time) = self.handling_for.filter(|time| *time > longest) {
            return Health::Failed(format!(
                "nothing comes in: an event has been handled for {time:?}, and may be for {longest:?}"
            ));
        }
        match self.state {
            BridgeState::Closed => return Health::Failed("the bridge is closed".to_owned()),
            BridgeState::Disconnected => {
                return Health::Degraded("the server is gone, and looked for".to_owned());
            }
            BridgeState::Connected => {}
        }
        if self.shared > 0 {
            return Health::Degraded(format!(
                "another process has the name of this bridge, and got {} of its events",
                self.shared
            ));
        }
        if self.missed > 0 {
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
    pub(crate) missed: Count,
    pub(crate) shared: Count,
    /// Since when an event is handled that came in.
    handling: Mutex<Option<Instant>>,
    last_error: Mutex<Option<String>>,
}

#[derive(Debug, Default)]
pub(crate) struct Count(AtomicU64);

impl Count {
    pub(crate) fn add(&self) {
        self.add_many(1);
    }

    pub(crate) fn add_many(&self, many: u64) {
        self.0.fetch_add(many, Ordering::SeqCst);
    }

    fn get(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
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

    /// Notes what went wrong.
    pub(crate) fn note(&self, error: &dyn fmt::Display) {
        let error = error.to_string();
        tracing::warn!(target: "audit::bridge", %error, "the bridge");
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
            missed: self.missed.get(),
            shared: self.shared.get(),
            handling_for: handling.map(|since| since.elapsed()),
            last_error: last.clone(),
        }
    }
}
