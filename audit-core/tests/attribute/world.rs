//! A runtime whose every event is kept, and whose clock stands still.

use std::cell::Cell;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use audit_core::testing::ManualClock;
use audit_core::{
    Decision, DecisionEvent, Event, EventKind, InScope, Observer, Outcome, OutcomeEvent, Runtime,
    RuntimeBuilder, Status,
};

use crate::support;

/// Keeps all it is told.
#[derive(Clone, Default)]
pub(crate) struct Tape(Arc<Mutex<Vec<Event<'static>>>>);

impl Observer for Tape {
    fn on_decision(&self, event: &DecisionEvent<'_>) {
        self.0.lock().unwrap().push(event.to_event());
    }

    fn on_outcome(&self, event: &OutcomeEvent<'_>) {
        self.0.lock().unwrap().push(event.to_event());
    }

    fn on_event(&self, event: &Event<'_>) {
        self.0.lock().unwrap().push(event.clone().into_owned());
    }
}

impl Tape {
    pub(crate) fn take(&self) -> Vec<Event<'static>> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

pub(crate) struct World {
    pub(crate) runtime: Runtime,
    pub(crate) clock: Arc<ManualClock>,
    tape: Tape,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(|builder| builder)
    }

    /// With what a test adds to the builder.
    pub(crate) fn with(add: impl FnOnce(RuntimeBuilder) -> RuntimeBuilder) -> Self {
        Self::of(add(support::builder()))
    }

    pub(crate) fn of(builder: RuntimeBuilder) -> Self {
        let (tape, clock) = (Tape::default(), Arc::new(ManualClock::default()));
        let runtime = builder
            .add_observer("tape", tape.clone())
            .shared_clock(Arc::clone(&clock) as _)
            .build()
            .unwrap();
        Self {
            runtime,
            clock,
            tape,
        }
    }

    /// Runs with this world's runtime in force.
    pub(crate) fn run<R>(&self, work: impl FnOnce() -> R) -> R {
        self.runtime.scope(work)
    }

    /// Runs a future to its end with this world's runtime in force.
    pub(crate) fn block_on<F: Future>(&self, future: F) -> F::Output {
        block_on(future.in_scope(&self.runtime))
    }

    /// What was recorded of calls since this was last asked, what was recorded of changes forgotten.
    pub(crate) fn events(&self) -> Vec<Event<'static>> {
        let mut events = self.tape.take();
        events.retain(|event| !matches!(event.kind, EventKind::Mode | EventKind::Policy));
        events
    }

    /// All that was recorded since this was last asked.
    #[allow(dead_code, reason = "the tests of changes ask for them")]
    pub(crate) fn told(&self) -> Vec<Event<'static>> {
        self.tape.take()
    }

    /// The outcomes among them, the rest forgotten.
    pub(crate) fn outcomes(&self) -> Vec<Outcome<'static>> {
        let events = self.events().into_iter();
        events
            .filter_map(|event| event.outcome.map(std::borrow::Cow::into_owned))
            .collect()
    }

    pub(crate) fn statuses(&self) -> Vec<Status> {
        self.outcomes()
            .iter()
            .map(|outcome| outcome.status)
            .collect()
    }

    /// The decisions among them, the rest forgotten.
    pub(crate) fn decisions(&self) -> Vec<Decision<'static>> {
        let events = self.events().into_iter();
        events
            .filter_map(|event| event.decision.map(std::borrow::Cow::into_owned))
            .collect()
    }

    /// The fields of the one action that was judged, as JSON.
    pub(crate) fn fields(&self) -> String {
        let events = self.events();
        let actions: Vec<_> = events
            .iter()
            .filter_map(|event| event.action.as_ref())
            .collect();
        assert_eq!(actions.len(), 1, "one call is judged");
        serde_json::to_string(actions[0].fields()).unwrap()
    }
}

/// Polls on this thread until it is done.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = poll(future.as_mut()) {
            return output;
        }
    }
}

/// Polls once.
pub(crate) fn poll<F: Future + ?Sized>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// Is pending once.
#[derive(Default)]
pub(crate) struct Yield(Cell<bool>);

impl Future for Yield {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.0.replace(true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

pub(crate) fn once() -> Yield {
    Yield::default()
}

/// Runs code that panics on purpose, and gives its panic back.
pub(crate) fn caught<R>(work: impl FnOnce() -> R) -> std::thread::Result<R> {
    support::quietly(|| catch_unwind(AssertUnwindSafe(work)))
}
