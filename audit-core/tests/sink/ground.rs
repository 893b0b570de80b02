//! What these tests share: a runtime that decides, and sinks that misbehave.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, mpsc};
use std::time::{Duration, Instant};

use audit_core::sink::{
    CallbackSink, Emission, MemorySink, Registration, Sink, SinkError, SinkStats, SinkWay,
};
use audit_core::{Action, Event, EventKind, Policy, Runtime, Value};

/// A runtime whose policy blocks refunds over 1,000.
pub(crate) fn runtime() -> Runtime {
    let schema = "language: audit/2\nactions: {refund: {fields: {amount: integer}}}\n";
    let policy = "language: audit/2
default: allow
rules:
  - id: block_large_refund
    scope: {action: refund}
    when: {subject: {domain: action, field: amount}, operator: greater_than, value: {literal: 1000}}
    effect: block
";
    let policy = Policy::from_strings(schema, policy, None).expect("a policy");
    Runtime::builder()
        .policy(policy)
        .build()
        .expect("a runtime")
}

/// Decides once.
pub(crate) fn decide(runtime: &Runtime, amount: i64) {
    let _decision = runtime.evaluate(&Action::new("refund").with("amount", amount));
}

/// The events of this kind, the oldest first.
pub(crate) fn of_kind(sink: &MemorySink, kind: EventKind) -> Vec<Arc<Event<'static>>> {
    let events = sink.events().into_iter();
    events.filter(|event| event.kind == kind).collect()
}

/// A member of an event's data, as text.
pub(crate) fn data(event: &Event<'_>, name: &str) -> String {
    let json = serde_json::to_value(event).expect("events have a form in JSON");
    match &json["data"][name] {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Takes nothing while it is broken, and remembers all that it was asked to take.
#[derive(Debug, Default)]
pub(crate) struct Breakable {
    is_broken: AtomicBool,
    asked: Mutex<Vec<(EventKind, bool)>>,
}

impl Breakable {
    pub(crate) fn broken() -> Arc<Self> {
        let sink = Self::default();
        sink.set_broken(true);
        Arc::new(sink)
    }

    pub(crate) fn set_broken(&self, is_broken: bool) {
        self.is_broken.store(is_broken, Ordering::Relaxed);
    }

    /// The kinds of what it took.
    pub(crate) fn taken(&self) -> Vec<EventKind> {
        let asked = self.asked.lock().expect("nobody panics with it");
        asked
            .iter()
            .filter(|(_, taken)| *taken)
            .map(|(kind, _)| *kind)
            .collect()
    }

    /// The kinds of what it was asked to take.
    pub(crate) fn asked(&self) -> Vec<EventKind> {
        let asked = self.asked.lock().expect("nobody panics with it");
        asked.iter().map(|(kind, _)| *kind).collect()
    }

    pub(crate) fn times_asked(&self) -> usize {
        self.asked.lock().expect("nobody panics with it").len()
    }
}

impl Sink for Breakable {
    fn emit(&self, emission: &Emission<'_>) -> Result<(), SinkError> {
        let is_broken = self.is_broken.load(Ordering::Relaxed);
        let mut asked = self.asked.lock().expect("nobody panics with it");
        asked.push((emission.kind(), !is_broken));
        if is_broken {
            return Err(std::io::Error::from(std::io::ErrorKind::StorageFull).into());
        }
        Ok(())
    }

    fn way(&self) -> SinkWay {
        SinkWay::Inline
    }
}

/// So long that whoever waits for it has failed.
pub(crate) const LONG: Duration = Duration::from_mins(1);

/// Behind a queue of so many, with all the time that a test takes.
pub(crate) fn queued(capacity: usize) -> SinkWay {
    SinkWay::Queued {
        capacity,
        timeout: Duration::MAX,
    }
}

/// Behind a queue, with little time.
pub(crate) const HURRIED: SinkWay = SinkWay::Queued {
    capacity: 64,
    timeout: Duration::from_millis(50),
};

/// Behind a queue, with hardly any time.
pub(crate) const BREATHLESS: SinkWay = SinkWay::Queued {
    capacity: 64,
    timeout: Duration::from_millis(1),
};

/// The amounts of the refunds among these events.
pub(crate) fn amounts(events: &[Arc<Event<'static>>]) -> Vec<i64> {
    events.iter().filter_map(|event| amount(event)).collect()
}

/// The amount of a refund.
pub(crate) fn amount(event: &Event<'_>) -> Option<i64> {
    match event.action.as_ref()?.fields().get("amount") {
        Some(Value::Int(amount)) => Some(*amount),
        _ => None,
    }
}

/// Keeps whoever hands it something waiting until its gate is opened, and remembers what it took.
#[derive(Default)]
pub(crate) struct Gated {
    gate: Mutex<Gate>,
    changed: Condvar,
    memory: MemorySink,
}

#[derive(Default)]
struct Gate {
    is_open: bool,
    begun: usize,
}

impl Gated {
    /// One whose gate is shut.
    pub(crate) fn shut() -> Arc<Self> {
        Arc::new(Self::default())
    }

    pub(crate) fn set_open(&self, is_open: bool) {
        self.gate.lock().expect("nobody panics with it").is_open = is_open;
        self.changed.notify_all();
    }

    /// Waits until it was handed so many.
    pub(crate) fn await_begun(&self, goal: usize) {
        let gate = self.gate.lock().expect("nobody panics with it");
        let waited = self
            .changed
            .wait_timeout_while(gate, LONG, |gate| gate.begun < goal);
        assert!(!waited.expect("nobody panics with it").1.timed_out());
    }

    pub(crate) fn events(&self) -> Vec<Arc<Event<'static>>> {
        self.memory.events()
    }

    /// Waits until the gate is open.
    pub(crate) fn wait(&self) {
        let mut gate = self.gate.lock().expect("nobody panics with it");
        gate.begun += 1;
        self.changed.notify_all();
        drop(self.changed.wait_while(gate, |gate| !gate.is_open));
    }
}

impl Sink for Gated {
    fn emit(&self, emission: &Emission<'_>) -> Result<(), SinkError> {
        self.wait();
        self.memory.emit(emission)
    }
}

/// An inline sink that passes events on to a test, which waits for them.
pub(crate) fn listening(runtime: &Runtime) -> Heard {
    let (sender, receiver) = mpsc::channel();
    let sink = CallbackSink::new(move |emission| {
        sender.send(Arc::clone(emission.event())).ok();
        Ok(())
    });
    let registration = Registration::new(Arc::new(sink)).way(SinkWay::Inline);
    runtime
        .register_sink(registration)
        .expect("it needs no thread");
    Heard(receiver)
}

/// What an inline sink passed on.
pub(crate) struct Heard(mpsc::Receiver<Arc<Event<'static>>>);

impl Heard {
    /// Waits for the next event of this kind.
    pub(crate) fn next(&self, kind: EventKind) -> Arc<Event<'static>> {
        loop {
            let event = self.0.recv_timeout(LONG).expect("it is told");
            if event.kind == kind {
                return event;
            }
        }
    }

    /// What came by now, of this kind.
    pub(crate) fn so_far(&self, kind: EventKind) -> Vec<Arc<Event<'static>>> {
        self.0
            .try_iter()
            .filter(|event| event.kind == kind)
            .collect()
    }
}

/// The statistics of the sink of this name.
pub(crate) fn stats(runtime: &Runtime, name: &str) -> SinkStats {
    let mut all = runtime.sink_stats().into_iter();
    all.find(|stats| stats.name == name)
        .expect("it is registered")
}

/// Waits until this is so.
pub(crate) fn until(is_so: impl Fn() -> bool) {
    let patience = Instant::now() + LONG;
    while !is_so() {
        assert!(Instant::now() < patience, "it never came to that");
        std::thread::yield_now();
    }
}
