//! For tests of services that use this crate: see the decisions of one test alone, hold the clock still,
//! count identifiers, find planted secrets.
//!
//! ```
//! use audit_core::testing::{CountingIds, ManualClock, capture};
//! use audit_core::{Action, Policy, Runtime};
//!
//! # let dir = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/payments/policy"));
//! let runtime = Runtime::builder()
//!     .policy(Policy::from_dir(dir)?)
//!     .clock(ManualClock::new("2026-11-23T08:00:00Z".parse()?))
//!     .ids(CountingIds::default())
//!     .build()?;
//! let captured = capture(|| runtime.allow(&Action::new("refund").with("amount", 5000)));
//! assert!(!captured.value);
//! captured.assert_decided("refund").blocked().by("block_large_refund").once();
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod assertion;
mod planted;

use std::sync::{Arc, Mutex, PoisonError};

use crate::decision::{Decision, Effect};
use crate::event::{DecisionEvent, Event, OutcomeEvent};
use crate::observer::Observer;
use crate::outcome::Outcome;
use crate::scope::Scope;

pub use crate::clock::{CountingIds, ManualClock};
pub use assertion::{Decided, Found, Recorded};
pub use planted::{Leak, Planted, Searched};

/// Waits on this thread until a future is done: for tests that have no async runtime.
pub fn block_on<F: Future>(future: F) -> F::Output {
    crate::executor::block_on(future)
}

/// What a stretch of code returned, the decisions made in it, what became of the calls, and what was changed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Captured<R> {
    /// What the code returned.
    pub value: R,
    /// The events of decisions and outcomes, and of changes of mode and policy, in the order in which they were made.
    pub events: Vec<Event<'static>>,
}

impl<R> Captured<R> {
    /// The decisions, in the order in which they were made.
    pub fn decisions(&self) -> impl Iterator<Item = &Decision<'static>> {
        self.events
            .iter()
            .filter_map(|event| event.decision.as_deref())
    }

    /// What became of annotated calls, in the order in which they ended.
    pub fn outcomes(&self) -> impl Iterator<Item = &Outcome<'static>> {
        self.events
            .iter()
            .filter_map(|event| event.outcome.as_deref())
    }

    /// What was decided about one type of action, in order.
    pub fn effects(&self, action_type: &str) -> Vec<Effect> {
        let of_type = self
            .events
            .iter()
            .filter(|event| event.name == *action_type);
        of_type
            .filter_map(|event| event.decision.as_deref())
            .map(|decision| decision.effect)
            .collect()
    }
}

/// Runs a closure and keeps the decisions made in it: on this thread, and wherever its
/// [`Scope`] is carried. Other tests, other threads and other captures are not seen, so any
/// number of tests may do this at once.
///
/// # Panics
/// If the closure does.
pub fn capture<R>(work: impl FnOnce() -> R) -> Captured<R> {
    let tape = Arc::new(Tape::default());
    let value = Scope::new()
        .capture(Arc::clone(&tape) as Arc<dyn Observer>)
        .run_untold(work);
    Captured {
        value,
        events: tape.take(),
    }
}

/// Runs a future and keeps the decisions made in it, wherever it is polled.
///
/// # Panics
/// If the future does.
pub async fn capture_async<F: Future>(work: F) -> Captured<F::Output> {
    let tape = Arc::new(Tape::default());
    let scope = Scope::new().capture(Arc::clone(&tape) as Arc<dyn Observer>);
    let value = scope.around_untold(work).await;
    Captured {
        value,
        events: tape.take(),
    }
}

/// Keeps every event it sees.
#[derive(Default)]
struct Tape(Mutex<Vec<Event<'static>>>);

impl Tape {
    fn keep(&self, event: Event<'static>) {
        let mut events = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        events.push(event);
    }

    fn take(&self) -> Vec<Event<'static>> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Observer for Tape {
    fn on_decision(&self, event: &DecisionEvent<'_>) {
        self.keep(event.to_event());
    }

    fn on_outcome(&self, event: &OutcomeEvent<'_>) {
        self.keep(event.to_event());
    }

    fn on_event(&self, event: &Event<'_>) {
        self.keep(event.clone().into_owned());
    }
}
