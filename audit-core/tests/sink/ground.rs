//! What these tests share: a runtime that decides, and sinks that misbehave.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use audit_core::sink::{Emission, MemorySink, Sink, SinkError, SinkWay};
use audit_core::{Action, Event, EventKind, Policy, Runtime};

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
