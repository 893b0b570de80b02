//! [`Emission`]: one event on its way to sinks.

use std::cell::OnceCell;
use std::sync::Arc;

use crate::clock::EventId;
use crate::event::{Event, EventKind, Fact};
use crate::redaction::RedactionKey;

use super::gap::Missed;

/// One event on its way to sinks, redacted already.
///
/// What is made of it is made only where one asks: a copy that outlives the call, once for all sinks, and JSON, once for all that are called
/// inline and once for each that is queued or has rules of its own.
#[derive(Debug)]
pub struct Emission<'e> {
    fact: Fact<'e>,
    shared: OnceCell<Arc<Event<'static>>>,
    json: OnceCell<Vec<u8>>,
    /// For what a sink's own rules hash.
    key: Option<&'e RedactionKey>,
    /// The sink that it tells of.
    about: Option<About>,
}

/// The sink that an event tells of.
#[derive(Clone, Debug)]
pub(crate) struct About {
    pub(crate) sink: u64,
    /// What that has missed, where it is to know.
    pub(super) loss: Option<Arc<Missed>>,
}

impl<'e> Emission<'e> {
    pub(crate) fn new(fact: Fact<'e>, key: Option<&'e RedactionKey>) -> Self {
        Self {
            fact,
            shared: OnceCell::new(),
            json: OnceCell::new(),
            key,
            about: None,
        }
    }

    /// The same, which tells of this sink.
    pub(crate) fn about(mut self, about: Option<About>) -> Self {
        self.about = about;
        self
    }

    /// Of an event that has no owner but those who share it.
    pub(crate) fn of(event: &'e Arc<Event<'static>>, key: Option<&'e RedactionKey>) -> Self {
        let emission = Self::new(Fact::Other(event), key);
        let _first = emission.shared.set(Arc::clone(event));
        emission
    }

    /// The event, borrowed from what happens.
    pub fn fact(&self) -> &Fact<'e> {
        &self.fact
    }

    /// What kind of fact it is.
    pub fn kind(&self) -> EventKind {
        self.fact.kind()
    }

    /// What happened, such as the action's type.
    pub fn name(&self) -> &str {
        self.fact.name()
    }

    /// Its identifier.
    pub fn id(&self) -> EventId {
        self.fact.id()
    }

    /// Its envelope, which outlives the call and is shared by all sinks.
    pub fn event(&self) -> &Arc<Event<'static>> {
        self.shared.get_or_init(|| Arc::new(self.fact.to_event()))
    }

    /// Its envelope as JSON (`schemas/event.v1.schema.json` says of which form), in one line without its end.
    pub fn json(&self) -> &[u8] {
        self.json.get_or_init(|| {
            let mut json = Vec::new();
            self.fact.write_json(&mut json);
            json
        })
    }

    /// Whether it tells of this sink.
    pub(super) fn is_about(&self, sink: u64) -> bool {
        self.about.as_ref().is_some_and(|about| about.sink == sink)
    }

    /// The loss that it tells this sink of.
    pub(super) fn loss_of(&self, sink: u64) -> Option<&Missed> {
        let about = self.about.as_ref().filter(|about| about.sink == sink)?;
        about.loss.as_deref()
    }

    /// The sink that it tells of, for whoever hands it on.
    pub(super) fn subject(&self) -> Option<&About> {
        self.about.as_ref()
    }

    /// The key in force where it happened.
    pub(super) fn key(&self) -> Option<&'e RedactionKey> {
        self.key
    }
}
