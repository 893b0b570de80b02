//! [`Publication`]: an event that is about to be published.

use std::fmt;
use std::sync::Arc;

use crate::bus::error::PublishError;
use crate::bus::event::{DomainEvent, Payload, Said};
use crate::bus::hub::Hub;
use crate::caller::Caller;
use crate::executor::{block_on, is_polling};

/// An event that is about to be published, with what is said of it besides its name and payload.
#[must_use = "nothing is published before one of the methods that do so"]
pub struct Publication<'h> {
    hub: &'h Arc<Hub>,
    caller: &'h Arc<Caller>,
    name: &'h str,
    payload: Payload,
    schema: Option<Arc<str>>,
}

impl<'h> Publication<'h> {
    pub(in crate::bus) fn new(
        hub: &'h Arc<Hub>,
        caller: &'h Arc<Caller>,
        name: &'h str,
        payload: Payload,
    ) -> Self {
        Self {
            hub,
            caller,
            name,
            payload,
            schema: None,
        }
    }

    /// The version of the payload's own schema, such as `account.transfer/v2`. It stands in the record, and subscriptions that read
    /// a later one get the payload [brought up](crate::bus::Bus::upcast) to it.
    pub fn schema(mut self, schema: impl Into<Arc<str>>) -> Self {
        self.schema = Some(schema.into());
        self
    }

    /// Publishes it: see [`Handle::publish`](crate::bus::Handle::publish).
    ///
    /// # Errors
    /// As there.
    pub async fn publish(self) -> Result<DomainEvent, PublishError> {
        let Self {
            hub,
            caller,
            name,
            payload,
            schema,
        } = self;
        hub.publish(caller, name, payload, schema.map(Said::Schema))
            .await
    }

    /// Publishes it from code that is not async: see [`Handle::publish_blocking`](crate::bus::Handle::publish_blocking).
    ///
    /// # Errors
    /// As there.
    pub fn publish_blocking(self) -> Result<DomainEvent, PublishError> {
        if is_polling() {
            return Err(PublishError::InTask);
        }
        block_on(self.publish())
    }

    /// Publishes it without waiting: see [`Handle::publish_nowait`](crate::bus::Handle::publish_nowait).
    ///
    /// # Errors
    /// As there.
    pub fn publish_nowait(self) -> Result<DomainEvent, PublishError> {
        self.hub.publish_nowait(
            self.caller,
            self.name,
            self.payload,
            self.schema.map(Said::Schema),
        )
    }
}

impl fmt::Debug for Publication<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Publication")
            .field("name", &self.name)
            .field("payload", &self.payload)
            .field("schema", &self.schema)
            .finish_non_exhaustive()
    }
}
