//! [`Fact`]: any event, as it is seen while it is borrowed from what happens.

use crate::clock::{EventId, Timestamp};

use super::json;
use super::{DecisionEvent, Event, EventKind, OutcomeEvent};

/// Any event, as it is seen while it is borrowed from what happens.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Fact<'e> {
    /// Policy answered a request.
    Decision(&'e DecisionEvent<'e>),
    /// A judged call came to its end.
    Outcome(&'e OutcomeEvent<'e>),
    /// Anything else.
    Other(&'e Event<'static>),
}

impl Fact<'_> {
    /// What kind of fact it is.
    pub fn kind(&self) -> EventKind {
        match self {
            Self::Decision(_) => EventKind::Decision,
            Self::Outcome(_) => EventKind::Outcome,
            Self::Other(event) => event.kind,
        }
    }

    /// What happened, such as the action's type.
    pub fn name(&self) -> &str {
        match self {
            Self::Decision(event) => event.action_type(),
            Self::Outcome(event) => event.action_type,
            Self::Other(event) => &event.name,
        }
    }

    /// Whether lists of names hold for it: it tells of an action, of a domain event, of an operation on the bus, or that a scope of a
    /// tenant was entered or left. All else a trail tells whatever is listed, such as violations and bypasses, changes of policy
    /// and mode, or what was lost.
    pub fn is_listed(&self) -> bool {
        match self {
            Self::Decision(_) | Self::Outcome(_) => true,
            Self::Other(event) => {
                let kinds = [EventKind::Event, EventKind::Operation, EventKind::Outcome];
                let is_scope = || matches!(&*event.name, "context_bound" | "context_released");
                let is_of_scope = event.kind == EventKind::Tenant && is_scope();
                event.action.is_some() || is_of_scope || kinds.contains(&event.kind)
            }
        }
    }

    /// When it happened.
    pub fn time(&self) -> Timestamp {
        match self {
            Self::Decision(event) => event.time,
            Self::Outcome(event) => event.time,
            Self::Other(event) => event.time,
        }
    }

    /// Its identifier.
    pub fn id(&self) -> EventId {
        match self {
            Self::Decision(event) => event.id(),
            Self::Outcome(event) => event.id,
            Self::Other(event) => event.id,
        }
    }

    /// For which tenant.
    pub fn tenant(&self) -> Option<&str> {
        match self {
            Self::Decision(event) => event.tenant(),
            Self::Outcome(event) => event.ambient.tenant.as_deref(),
            Self::Other(event) => event.tenant.as_deref(),
        }
    }

    /// Its envelope with values of its own: it may outlive what happens.
    pub fn to_event(&self) -> Event<'static> {
        match self {
            Self::Decision(event) => event.to_event(),
            Self::Outcome(event) => event.to_event(),
            Self::Other(event) => (*event).clone().into_owned(),
        }
    }

    /// Writes its envelope as JSON behind what stands in `out`. No fact is without a form in JSON.
    pub fn write_json(&self, out: &mut Vec<u8>) {
        let end = json::fact(self, out.len(), out);
        out.truncate(end);
    }

    /// Writes its envelope as JSON from the start of `paper`, over what stands there, and returns it. Paper that is kept for the next
    /// fact costs that one nothing; it is at most twice as long as the largest, or a few kilobytes.
    pub fn json_on<'p>(&self, paper: &'p mut Vec<u8>) -> &'p [u8] {
        let end = json::fact(self, 0, paper);
        paper.get(..end).unwrap_or_default()
    }
}
