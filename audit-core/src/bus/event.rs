//! [`DomainEvent`]: something that happened in the domain, as its handlers see it.

use std::fmt;
use std::sync::{Arc, OnceLock};

use crate::caller::Caller;
use crate::clock::{EventId, IdSource, RandomIds, Timestamp};
use crate::runtime::Runtime;
use crate::scope::Cause;

use super::foreign::ForeignEvent;
use super::payload::Payload;

/// Something that happened in the domain, as its handlers see it. All see the same, and none can change it. Cheap to clone.
#[derive(Clone)]
pub struct DomainEvent(Arc<Published>);

struct Published {
    name: Arc<str>,
    payload: Payload,
    schema: Option<Arc<str>>,
    time: Timestamp,
    /// Made when somebody asks for it.
    id: OnceLock<EventId>,
    /// Whose identifiers it has.
    runtime: Option<Runtime>,
    publisher: Arc<Caller>,
    /// What is to be known of one that happened in another process.
    foreign: Option<Box<Foreign>>,
}

struct Foreign {
    publisher: String,
    origin: Arc<str>,
}

impl DomainEvent {
    pub(super) fn new(
        name: Arc<str>,
        payload: Payload,
        schema: Option<Arc<str>>,
        time: Timestamp,
        runtime: Option<Runtime>,
        publisher: Arc<Caller>,
    ) -> Self {
        Self(Arc::new(Published {
            name,
            payload,
            schema,
            time,
            id: OnceLock::new(),
            runtime,
            publisher,
            foreign: None,
        }))
    }

    /// One that happened in another process, brought here by somebody.
    pub(super) fn of_foreign(
        name: Arc<str>,
        payload: Payload,
        event: ForeignEvent,
        bridge: Arc<Caller>,
    ) -> Self {
        let foreign = Foreign {
            publisher: event.publisher,
            origin: event.origin,
        };
        Self(Arc::new(Published {
            name,
            payload,
            schema: event.schema.map(Arc::from),
            time: event.time,
            id: event.id.into(),
            runtime: None,
            publisher: bridge,
            foreign: Some(Box::new(foreign)),
        }))
    }

    /// What happened, such as `account.transfer`.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Its identifier: the same for all who see it, in this process and behind a bridge.
    pub fn id(&self) -> EventId {
        self.0.id()
    }

    /// When it was published.
    pub fn time(&self) -> Timestamp {
        self.0.time
    }

    /// What it carries.
    pub fn payload(&self) -> &Payload {
        &self.0.payload
    }

    /// The version of the payload's own schema, such as `account.transfer/v2`, if its publisher gave one.
    pub fn schema(&self) -> Option<&str> {
        self.0.schema.as_deref()
    }

    /// Who published it, here or in the process it comes from: a component's instance, `host` or `anonymous`.
    pub fn publisher(&self) -> &str {
        match &self.0.foreign {
            Some(foreign) => &foreign.publisher,
            None => self.0.publisher.instance(),
        }
    }

    /// Where it comes from, as a bridge names it; nothing if it was published in this process.
    pub fn origin(&self) -> Option<&str> {
        self.0.foreign.as_deref().map(|foreign| &*foreign.origin)
    }

    /// As what leads to something else.
    pub(super) fn cause(&self) -> Arc<dyn Cause> {
        Arc::clone(&self.0) as _
    }

    pub(super) fn shared_name(&self) -> &Arc<str> {
        &self.0.name
    }
}

impl Cause for Published {
    fn id(&self) -> EventId {
        *self.id.get_or_init(|| match &self.runtime {
            Some(runtime) => runtime.ids().next_id(self.time),
            None => RandomIds.next_id(self.time),
        })
    }
}

impl fmt::Debug for DomainEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DomainEvent")
            .field("name", &self.name())
            .field("payload", self.payload())
            .field("schema", &self.schema())
            .field("time", &self.time())
            .field("publisher", &self.publisher())
            .field("origin", &self.origin())
            .finish_non_exhaustive()
    }
}
