//! [`DecisionEvent`]: what an observer sees.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use crate::clock::{EventId, Timestamp};
use crate::decision::Decision;
use crate::redaction::Redacted;
use crate::request::{Action, Actor, Ambient, Snapshot, TenantId};

use super::{Event, EventKind, Site};

/// A decision with all that led to it, borrowed from the call that is being judged.
///
/// Serialises as its [envelope](Event). What must outlive the call goes through [`DecisionEvent::to_event`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DecisionEvent<'a> {
    /// When the decision was asked for.
    pub time: Timestamp,
    /// What is to be done.
    pub action: &'a Action<'a>,
    /// Who acts.
    pub actor: &'a Actor<'a>,
    /// The state of the system that the policy could read.
    pub snapshot: &'a Snapshot<'a>,
    /// Tenant, trace and cause. Its own actor is the scope's, which a resolver may have replaced: who acts is `actor`.
    pub ambient: &'a Ambient,
    /// Which parts of action, actor and snapshot were redacted, and how.
    pub redacted: &'a Redacted,
    /// Where in the program it was asked for.
    pub site: Option<&'a Site<'a>>,
    /// The answer.
    pub decision: &'a Decision<'a>,
}

impl DecisionEvent<'_> {
    /// The identifier of this event, of its decision, and of the call it belongs to.
    pub fn id(&self) -> EventId {
        self.decision.id
    }

    /// The action's type; empty where the source named none.
    pub fn action_type(&self) -> &str {
        self.action.kind().unwrap_or_default()
    }

    /// The tenant in force.
    pub fn tenant(&self) -> Option<&str> {
        self.ambient.tenant.as_deref()
    }

    /// How long resolving and evaluating took, in milliseconds.
    pub fn duration_ms(&self) -> f64 {
        self.decision.duration.as_secs_f64() * 1000.0
    }

    /// The envelope, still borrowing.
    pub fn envelope(&self) -> Event<'_> {
        Event {
            call: Some(self.id()),
            cause: self.ambient.cause,
            actor: Some(Cow::Borrowed(self.actor)),
            tenant: self.ambient.tenant.as_ref().map(TenantId::as_text),
            action: Some(Cow::Borrowed(self.action)),
            resource: self.action.resource().map(Into::into),
            snapshot: Some(Cow::Borrowed(self.snapshot)),
            decision: Some(Cow::Borrowed(self.decision)),
            redacted: Cow::Borrowed(self.redacted),
            trace: self.ambient.trace,
            site: self.site.map(Cow::Borrowed),
            ..Event::new(
                self.id(),
                self.time,
                EventKind::Decision,
                self.action_type(),
            )
        }
    }

    /// The envelope with values of its own: it may outlive the call.
    pub fn to_event(&self) -> Event<'static> {
        self.envelope().into_owned()
    }
}

impl Serialize for DecisionEvent<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.envelope().serialize(serializer)
    }
}
