//! Observers: callbacks inside the process that see every decision, and what became of it.
//!
//! A direct observer runs on the caller's thread; a queued one behind a bounded queue on a thread of its
//! own. Neither can harm the call, nor another observer.

mod list;
mod queue;
mod stats;

use crate::event::{DecisionEvent, Event, Fact, OutcomeEvent};

pub(crate) use list::{Entry, ObserverList, announce_all, notify_all, tell_captures};
pub(crate) use queue::{QueuedCallback, Waiting};
pub use stats::{ObserverId, ObserverStats};

/// A callback inside the process that sees every decision, on the caller's thread.
///
/// Any `Fn(&DecisionEvent<'_>)` is one that sees decisions alone. A panic is contained and counted. Time is
/// measured: an observer that takes longer than the runtime's limit is named in a warning. Work that may wait
/// belongs in a queued observer.
pub trait Observer: Send + Sync + 'static {
    /// Sees one decision, before the judged call runs.
    fn on_decision(&self, event: &DecisionEvent<'_>);

    /// Sees how an annotated call ended.
    fn on_outcome(&self, _event: &OutcomeEvent<'_>) {}

    /// Sees an event of any other kind: the installation of its runtime, a change of mode or policy. They come in the
    /// order in which they arose; one that arises while another is told comes after it, perhaps on another thread.
    fn on_event(&self, _event: &Event<'_>) {}

    /// Whether it wants to be told of outcomes. A runtime that nobody asks for outcomes makes none.
    fn sees_outcomes(&self) -> bool {
        true
    }

    /// Whether it wants to be told of events of other kinds. Where nobody does, the bus makes none of what is done on it.
    fn sees_events(&self) -> bool {
        true
    }
}

impl<F: Fn(&DecisionEvent<'_>) + Send + Sync + 'static> Observer for F {
    fn on_decision(&self, event: &DecisionEvent<'_>) {
        self(event);
    }

    fn sees_outcomes(&self) -> bool {
        false
    }

    fn sees_events(&self) -> bool {
        false
    }
}

/// A closure that sees outcomes alone.
pub(crate) struct Outcomes<F>(pub(crate) F);

impl<F: Fn(&OutcomeEvent<'_>) + Send + Sync + 'static> Observer for Outcomes<F> {
    fn on_decision(&self, _event: &DecisionEvent<'_>) {}

    fn on_outcome(&self, event: &OutcomeEvent<'_>) {
        (self.0)(event);
    }

    fn sees_events(&self) -> bool {
        false
    }
}

/// Tells an observer.
fn tell(fact: Fact<'_>, observer: &dyn Observer) {
    match fact {
        Fact::Decision(event) => observer.on_decision(event),
        Fact::Outcome(event) => observer.on_outcome(event),
        Fact::Other(event) => observer.on_event(event),
    }
}
