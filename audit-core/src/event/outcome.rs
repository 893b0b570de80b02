//! [`OutcomeEvent`]: what an observer sees when a judged call has ended.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use crate::clock::{EventId, Timestamp};
use crate::outcome::{Outcome, Status};
use crate::redaction::Redacted;
use crate::request::{Actor, Ambient, TenantId};

use super::{Event, EventKind, Site};

/// How a judged call ended, borrowed from it.
///
/// A record of its own: it points to its decision with `call`, and changes nothing there. Serialises as its
/// [envelope](Event).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct OutcomeEvent<'a> {
    /// The identifier of this event.
    pub id: EventId,
    /// When the call ended.
    pub time: Timestamp,
    /// The call: the identifier of its decision event.
    pub call: EventId,
    /// The action's type.
    pub action_type: &'a str,
    /// The object of the action, if named.
    pub resource: Option<&'a str>,
    /// Who acted.
    pub actor: &'a Actor<'a>,
    /// Tenant, trace and cause. Its own actor is the scope's: who acted is `actor`.
    pub ambient: &'a Ambient,
    /// Which parts were redacted, and how.
    pub redacted: &'a Redacted,
    /// The annotated function.
    pub site: Option<&'a Site<'a>>,
    /// What became of the call.
    pub outcome: &'a Outcome<'a>,
}

impl OutcomeEvent<'_> {
    /// How the call ended.
    pub fn status(&self) -> Status {
        self.outcome.status
    }

    /// The tenant in force when the call was judged.
    pub fn tenant(&self) -> Option<&str> {
        self.ambient.tenant.as_deref()
    }

    /// How long the function ran, in milliseconds.
    pub fn duration_ms(&self) -> f64 {
        self.outcome.duration.as_secs_f64() * 1000.0
    }

    /// The envelope, still borrowing.
    pub fn envelope(&self) -> Event<'_> {
        Event {
            call: Some(self.call),
            cause: self.ambient.cause,
            actor: Some(Cow::Borrowed(self.actor)),
            tenant: self.ambient.tenant.as_ref().map(TenantId::as_text),
            resource: self.resource.map(Into::into),
            outcome: Some(Cow::Borrowed(self.outcome)),
            redacted: Cow::Borrowed(self.redacted),
            trace: self.ambient.trace,
            site: self.site.map(Cow::Borrowed),
            ..Event::new(self.id, self.time, EventKind::Outcome, self.action_type)
        }
    }

    /// The envelope with values of its own: it may outlive the call.
    pub fn to_event(&self) -> Event<'static> {
        self.envelope().into_owned()
    }
}

impl Serialize for OutcomeEvent<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.envelope().serialize(serializer)
    }
}
