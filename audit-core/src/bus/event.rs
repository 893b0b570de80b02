//! [`DomainEvent`]: something that happened in the domain, as its handlers see it.

use std::fmt;
use std::sync::{Arc, OnceLock};

use serde::de::DeserializeOwned;

use crate::caller::Caller;
use crate::clock::{EventId, IdSource, RandomIds, Timestamp};
use crate::runtime::Runtime;
use crate::scope::Cause;

use super::payload::{Payload, PayloadError, Read};

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

    /// Who published it: a component's instance, `host` or `anonymous`.
    pub fn publisher(&self) -> &str {
        self.0.publisher.instance()
    }

    /// The same with a payload of another schema.
    pub(super) fn raised(&self, payload: Payload, schema: Arc<str>) -> Self {
        Self(Arc::new(Published {
            name: Arc::clone(&self.0.name),
            payload,
            schema: Some(schema),
            time: self.0.time,
            id: self.id().into(),
            runtime: self.0.runtime.clone(),
            publisher: Arc::clone(&self.0.publisher),
        }))
    }

    /// What it carries, read as this type: itself, or what its JSON says.
    ///
    /// # Errors
    /// It has no form in JSON, or that does not fit the type.
    pub fn read<T: DeserializeOwned + 'static>(&self) -> Result<Read<'_, T>, PayloadError> {
        self.payload().read()
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
            .finish_non_exhaustive()
    }
}
