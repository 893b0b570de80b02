//! Observers: callbacks inside the process that see every decision.
//!
//! A direct observer runs on the caller's thread; a queued one behind a bounded queue on a thread of its
//! own. Neither can harm the call, nor another observer.

mod active;
mod list;
mod queue;
mod stats;

use crate::event::DecisionEvent;

pub(crate) use list::{Entry, ObserverList, Stopwatch, notify_all};
pub(crate) use queue::QueuedCallback;
pub use stats::{ObserverId, ObserverStats};

/// A callback inside the process that sees every decision, on the caller's thread.
///
/// Any `Fn(&DecisionEvent<'_>)` is one. A panic is contained and counted. Time is measured: an observer that
/// takes longer than the runtime's limit is named in a warning. Work that may wait belongs in a queued observer.
pub trait Observer: Send + Sync + 'static {
    /// Sees one decision, before the judged call runs.
    fn on_decision(&self, event: &DecisionEvent<'_>);
}

impl<F: Fn(&DecisionEvent<'_>) + Send + Sync + 'static> Observer for F {
    fn on_decision(&self, event: &DecisionEvent<'_>) {
        self(event);
    }
}
