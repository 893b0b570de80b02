//! [`Envelope`]: an event on its way, as versioned JSON.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, OnceLock};

use audit_core::bus::{DomainEvent, ForeignEvent, Gateway, Payload};
use audit_core::{
    Actor, Ambient, Clock as _, EventId, IdSource as _, Process, RandomIds, SystemClock, TenantId,
    Timestamp, Trace,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::subject::Subjects;

/// The version that is written, and the only one that is read.
const VERSION: u64 = 1;
/// How many arrays and objects may stand within each other: `serde_json` reads 128, and the envelope is one.
const DEEPEST: usize = 120;

/// An event on its way. What it does not have is left out; members that are not known are passed over.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Envelope<'e> {
    v: u64,
    pub(crate) id: EventId,
    time: Timestamp,
    pub(crate) name: Cow<'e, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    schema: Option<Cow<'e, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cause: Option<EventId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    actor: Option<Arc<Actor<'static>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tenant: Option<Cow<'e, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    trace: Option<Trace>,
    publisher: Cow<'e, str>,
    /// The bridge that sent it.
    pub(crate) origin: Cow<'e, str>,
    /// The bus that it comes from, by a name that no other ever has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) bus: Option<Cow<'e, str>>,
    /// How deep in handlers it was published, those of other processes among them.
    #[serde(default, skip_serializing_if = "is_zero")]
    depth: u16,
    process: Process,
    data: Cow<'e, Value>,
}

/// Where events come from.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    /// The bridge that sends them.
    pub(crate) bridge: Arc<str>,
    /// The bus on which they were published.
    pub(crate) bus: Arc<str>,
}

impl Origin {
    /// From this bus, by this bridge.
    pub(crate) fn new(bridge: &str, gateway: &Gateway) -> Self {
        // Two processes may have one number, one after the other or on two machines.
        static PROCESS: OnceLock<EventId> = OnceLock::new();
        let process = PROCESS.get_or_init(|| {
            let now = SystemClock.wall_at(SystemClock.monotonic_nanos());
            RandomIds.next_id(now)
        });
        Self {
            bridge: bridge.into(),
            bus: format!("{process}.{}", gateway.bus_number()).into(),
        }
    }
}

/// What can be read of an envelope of any version.
#[derive(Deserialize)]
struct Versioned {
    v: u64,
}

/// A message that is no envelope, or not one for its subject.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// It is no JSON of this shape.
    Shape(String),
    /// It is of another version.
    Version(u64),
    /// It was sent under another name's subject.
    Subject { name: String, subject: String },
}

impl Unreadable {
    /// Whether a process that is newer than this one may read it.
    pub(crate) fn is_newer(&self) -> bool {
        matches!(self, Self::Version(found) if *found > VERSION)
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape(error) => write!(f, "the message is no envelope of an event: {error}"),
            Self::Version(found) => write!(
                f,
                "the envelope is of version {found}, and this reads version {VERSION}"
            ),
            Self::Subject { name, subject } => write!(
                f,
                "the event `{}` came as `{}`, which is another's subject",
                name.escape_debug(),
                subject.escape_debug()
            ),
        }
    }
}

/// Writes down an event that leaves.
///
/// # Errors
/// Its payload has no form in JSON, or lies deeper than whoever reads it follows.
pub(crate) fn write(
    event: &DomainEvent,
    ambient: &Ambient,
    depth: u16,
    origin: &Origin,
) -> Result<Vec<u8>, String> {
    let data = event.json().map_err(|error| error.to_string())?;
    if is_deeper(data, DEEPEST) {
        return Err(format!(
            "the payload of `{}` lies more than {DEEPEST} deep, which nobody reads",
            event.name().escape_debug()
        ));
    }
    let envelope = Envelope {
        v: VERSION,
        id: event.id(),
        time: event.time(),
        name: event.name().into(),
        schema: event.schema().map(Cow::from),
        cause: ambient.cause,
        actor: ambient.actor.clone(),
        tenant: ambient.tenant.as_deref().map(Cow::from),
        trace: ambient.trace,
        publisher: event.publisher().into(),
        origin: (&*origin.bridge).into(),
        bus: Some((&*origin.bus).into()),
        depth,
        process: Process::current(),
        data: Cow::Borrowed(data),
    };
    serde_json::to_vec(&envelope).map_err(|error| error.to_string())
}

/// Reads an event that came in under a subject.
pub(crate) fn read(
    message: &[u8],
    subject: &str,
    subjects: &Subjects,
) -> Result<Envelope<'static>, Unreadable> {
    let envelope: Envelope<'static> = match serde_json::from_slice(message) {
        Ok(envelope) => envelope,
        Err(error) => {
            return Err(match serde_json::from_slice(message) {
                Ok(Versioned { v }) if v != VERSION => Unreadable::Version(v),
                _ => Unreadable::Shape(error.to_string()),
            });
        }
    };
    if envelope.v != VERSION {
        return Err(Unreadable::Version(envelope.v));
    }
    if let Some(Err(error)) = envelope.tenant.as_deref().map(TenantId::new) {
        return Err(Unreadable::Shape(error.to_string()));
    }
    // Else whoever the server lets send one name could send all.
    if subjects.of(&envelope.name) != subject {
        return Err(Unreadable::Subject {
            name: envelope.name.into_owned(),
            subject: subject.to_owned(),
        });
    }
    Ok(envelope)
}

impl Envelope<'static> {
    /// What it tells of.
    pub(crate) fn into_event(self) -> ForeignEvent {
        let mut event = ForeignEvent::new(
            self.id,
            self.time,
            self.name,
            Payload::new(self.data.into_owned()),
            self.publisher,
            &*self.origin,
        );
        event.depth = self.depth;
        event.schema = self.schema.map(Cow::into_owned);
        event.ambient.actor = self.actor;
        // An empty name was refused when the envelope was read.
        event.ambient.tenant = self.tenant.and_then(|name| TenantId::new(name).ok());
        event.ambient.trace = self.trace;
        event.ambient.cause = self.cause;
        event
    }
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
fn is_zero(depth: &u16) -> bool {
    *depth == 0
}

/// Whether arrays and objects stand more than so many deep in each other.
fn is_deeper(value: &Value, most: usize) -> bool {
    let mut left = vec![(value, 0_usize)];
    while let Some((value, depth)) = left.pop() {
        let inner: &mut dyn Iterator<Item = &Value> = match value {
            Value::Array(items) => &mut items.iter(),
            Value::Object(members) => &mut members.values(),
            _ => continue,
        };
        if depth >= most {
            return true;
        }
        left.extend(inner.map(|value| (value, depth + 1)));
    }
    false
}
