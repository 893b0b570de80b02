//! [`Event`]: the envelope that every kind of event travels in.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::clock::{EventId, Timestamp};
use crate::decision::Decision;
use crate::outcome::Outcome;
use crate::redaction::Redacted;
use crate::request::{Action, Actor, Snapshot, TenantId, Trace};
use crate::value::{Text, Value};
use crate::word::named;

use super::{Process, Site};

/// The version of the envelope.
const VERSION: u8 = 1;
/// What the event of something is called that the bus could not have handled.
pub(crate) const DEAD_LETTER: &str = "__dead_letter__";

named! {
    /// What kind of fact an event states.
    #[non_exhaustive]
    EventKind as "event kind" {
        /// Policy answered a request.
        Decision = "decision",
        /// A judged call came to its end.
        Outcome = "outcome",
        /// Something happened in the domain.
        Event = "event",
        /// Somebody used the bus.
        Operation = "operation",
        /// A tenant was bound, released, or a boundary touched.
        Tenant = "tenant",
        /// A policy was loaded or refused.
        Policy = "policy",
        /// A mode changed.
        Mode = "mode",
        /// An approval was asked for, given or refused.
        Approval = "approval",
        /// A sink could not take an event.
        SinkFailure = "sink_failure",
        /// Events were lost, and how many.
        Loss = "loss",
        /// Records went by the rules of retention.
        Retention = "retention",
        /// A sealed value was erased.
        Erasure = "erasure",
        /// A part of the system started or stopped.
        Lifecycle = "lifecycle",
        /// Somebody read the trail.
        Access = "access",
    }
}

/// The envelope that every kind of event travels in: versioned JSON.
///
/// Its JSON Schema is `schemas/event.v1.schema.json`. Parts that an event does not have are left out; the others stand in
/// the order of these fields, the last of which is `seq`, so that a trail can put it in without reading the rest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self")]
#[non_exhaustive]
pub struct Event<'a> {
    /// The version of the envelope: 1.
    #[serde(rename = "v", deserialize_with = "known_version")]
    pub version: u8,
    /// The identifier of this event.
    pub id: EventId,
    /// When it happened.
    pub time: Timestamp,
    /// What kind of fact it states.
    pub kind: EventKind,
    /// What happened, such as the action's type; empty where the source named none.
    pub name: Text<'a>,
    /// The version of the payload's own schema, such as `account.transfer/v2`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<Text<'a>>,
    /// The call this belongs to: the identifier of its decision event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<EventId>,
    /// The event that led to this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<EventId>,
    /// Who acted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Cow<'a, Actor<'a>>>,
    /// For which tenant.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "tenant"
    )]
    pub tenant: Option<Text<'a>>,
    /// What was to be done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<Cow<'a, Action<'a>>>,
    /// The object it was to be done to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<Text<'a>>,
    /// The state of the system that the policy could read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<Cow<'a, Snapshot<'a>>>,
    /// The policy's answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Cow<'a, Decision<'a>>>,
    /// What became of the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Cow<'a, Outcome<'a>>>,
    /// By which road it came, such as `http`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transport: Option<Text<'a>>,
    /// When what happened began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<Timestamp>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Timestamp>,
    /// What was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<Value<'a>>,
    /// What was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<Value<'a>>,
    /// What the caller wants to be known besides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Value<'a>>,
    /// Whatever else belongs to the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Value<'a>>,
    /// Which parts were redacted, and how.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub redacted: Cow<'a, Redacted>,
    /// The W3C trace it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<Trace>,
    /// Where in the program it arose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<Cow<'a, Site<'a>>>,
    /// The component it arose in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<Text<'a>>,
    /// The running program it arose in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process: Option<Process>,
    /// What a trail cut so that the record is no larger than it may be: by path, how many bytes it was as JSON, and their
    /// SHA-256.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cut: Option<Value<'a>>,
    /// The place in the trail, from 0; at rest only. Always the last member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
}

impl<'a> Event<'a> {
    /// An event of this kind and name, made in this process, with nothing else in it yet.
    pub fn new(id: EventId, time: Timestamp, kind: EventKind, name: impl Into<Text<'a>>) -> Self {
        Self {
            version: VERSION,
            id,
            time,
            kind,
            name: name.into(),
            schema: None,
            call: None,
            cause: None,
            actor: None,
            tenant: None,
            action: None,
            resource: None,
            snapshot: None,
            decision: None,
            outcome: None,
            transport: None,
            started: None,
            ended: None,
            request: None,
            response: None,
            metadata: None,
            data: None,
            redacted: Cow::Borrowed(Redacted::NOTHING),
            trace: None,
            site: None,
            component: None,
            process: Some(Process::current()),
            cut: None,
            seq: None,
        }
    }

    /// The same event without a lifetime. Later changes to whatever it was made from can't reach it.
    pub fn into_owned(self) -> Event<'static> {
        Event {
            version: self.version,
            id: self.id,
            time: self.time,
            kind: self.kind,
            name: self.name.into_owned(),
            schema: self.schema.map(Text::into_owned),
            call: self.call,
            cause: self.cause,
            actor: self.actor.map(|actor| match actor {
                Cow::Borrowed(actor) => Cow::Owned(actor.copied()),
                Cow::Owned(actor) => Cow::Owned(actor.into_owned()),
            }),
            tenant: self.tenant.map(Text::into_owned),
            action: self.action.map(|action| match action {
                Cow::Borrowed(action) => Cow::Owned(action.copied()),
                Cow::Owned(action) => Cow::Owned(action.into_owned()),
            }),
            resource: self.resource.map(Text::into_owned),
            snapshot: self.snapshot.map(|snapshot| match snapshot {
                Cow::Borrowed(snapshot) => Cow::Owned(snapshot.copied()),
                Cow::Owned(snapshot) => Cow::Owned(snapshot.into_owned()),
            }),
            decision: self
                .decision
                .map(|decision| Cow::Owned(decision.into_owned().into_owned())),
            outcome: self
                .outcome
                .map(|outcome| Cow::Owned(outcome.into_owned().into_owned())),
            transport: self.transport.map(Text::into_owned),
            started: self.started,
            ended: self.ended,
            request: self.request.map(Value::into_owned),
            response: self.response.map(Value::into_owned),
            metadata: self.metadata.map(Value::into_owned),
            data: self.data.map(Value::into_owned),
            redacted: match self.redacted {
                Cow::Borrowed(redacted) if redacted.is_empty() => Cow::Borrowed(Redacted::NOTHING),
                redacted => Cow::Owned(redacted.into_owned()),
            },
            trace: self.trace,
            site: self
                .site
                .map(|site| Cow::Owned(site.into_owned().into_owned())),
            component: self.component.map(Text::into_owned),
            process: self.process,
            cut: self.cut.map(Value::into_owned),
            seq: self.seq,
        }
    }
}

impl Serialize for Event<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Event::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Event<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut event = Event::deserialize(deserializer)?;
        // In the envelope the resource stands beside the action; in the program it is part of it.
        if let Some(resource) = event.resource.clone()
            && let Some(action) = event.action.take()
        {
            event.action = Some(Cow::Owned(action.into_owned().on(resource)));
        }
        Ok(event)
    }
}

/// Whether nothing was redacted.
#[allow(clippy::ptr_arg, reason = "serde hands over the field as it is")]
fn is_empty(redacted: &Cow<'_, Redacted>) -> bool {
    redacted.is_empty()
}

/// Refuses an empty tenant, as everywhere.
fn tenant<'de, 'a, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Text<'a>>, D::Error> {
    let name = Option::<String>::deserialize(deserializer)?;
    let tenant = name
        .map(TenantId::new)
        .transpose()
        .map_err(serde::de::Error::custom)?;
    Ok(tenant.map(Text::from))
}

/// Refuses an envelope of another version: it may mean something else.
fn known_version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    match u8::deserialize(deserializer)? {
        VERSION => Ok(VERSION),
        other => Err(serde::de::Error::custom(format!(
            "event version {other} is unknown, expected {VERSION}"
        ))),
    }
}
