//! [`Entry`]: something that happened, as the program describes it.

use std::fmt;
use std::time::Duration;

use serde::Serialize;

use crate::capture::{Content, payload, payload_json};
use crate::clock::Timestamp;
use crate::contain::shown;
use crate::delivery::Delivery;
use crate::outcome::Status;
use crate::redaction::Secrets;
use crate::request::{Actor, TenantId};
use crate::value::Text;

/// Something that happened, as the program describes it: to be given to [`record`](crate::record) or
/// [`timed`](crate::timed).
///
/// Payloads are serialised when they are given, so that what changes later can't change the record. One that fails or panics
/// while it is serialised, or that is more than is kept (128 levels, 65,536 items, 1 MiB of text), is recorded as a
/// [`Substitute`](crate::Substitute) or with one in it; none suppresses the record.
///
/// Actor, tenant, trace and cause are those of the scope in force where the entry is recorded, unless it names its own.
/// What the types of payloads keep out of records is kept out ([`Sensitive`](struct@crate::Sensitive)). Under a runtime so is what its policy
/// does: fields of the actor, of the action's fields those that stand in request, response and metadata, and what it says of
/// events of this name. What error and resource quote of all that is masked.
///
/// ```
/// use audit_core::{Delivery, Entry, Status, record};
///
/// let entry = Entry::new("report.export")
///     .transport("http")
///     .request(&["2026-10", "2026-11"])
///     .outcome(Status::Completed);
/// // Nobody keeps records in this example.
/// assert_eq!(record(entry), Ok(None));
/// ```
#[derive(Clone)]
#[must_use = "an entry is nothing before it is recorded"]
pub struct Entry {
    pub(super) action: Text<'static>,
    pub(super) schema: Option<Text<'static>>,
    pub(super) actor: Option<Actor<'static>>,
    pub(super) tenant: Option<TenantId>,
    pub(super) resource: Option<Text<'static>>,
    pub(super) transport: Option<Text<'static>>,
    pub(super) started: Option<Timestamp>,
    pub(super) ended: Option<Timestamp>,
    pub(super) request: Content,
    pub(super) response: Content,
    pub(super) metadata: Content,
    pub(super) status: Option<Status>,
    pub(super) error: Option<Text<'static>>,
    pub(super) delivery: Option<Delivery>,
    pub(super) durable_timeout: Option<Duration>,
}

impl Entry {
    /// Something of this type happened.
    pub fn new(action: impl Into<Text<'static>>) -> Self {
        Self {
            action: action.into(),
            schema: None,
            actor: None,
            tenant: None,
            resource: None,
            transport: None,
            started: None,
            ended: None,
            request: Content::default(),
            response: Content::default(),
            metadata: Content::default(),
            status: None,
            error: None,
            delivery: None,
            durable_timeout: None,
        }
    }

    /// The version of the payload's own schema, such as `account.transfer/v2`.
    pub fn schema(mut self, schema: impl Into<Text<'static>>) -> Self {
        self.schema = Some(schema.into());
        self
    }

    /// Who acted, instead of the scope's actor.
    pub fn actor(mut self, actor: impl Into<Actor<'static>>) -> Self {
        self.actor = Some(actor.into());
        self
    }

    /// For which tenant, instead of the scope's.
    ///
    /// # Errors
    /// It is no name of a tenant.
    pub fn tenant<T: TryInto<TenantId>>(mut self, tenant: T) -> Result<Self, T::Error> {
        self.tenant = Some(tenant.try_into()?);
        Ok(self)
    }

    /// The object it was done to, such as `order:77`.
    pub fn resource(mut self, resource: impl Into<Text<'static>>) -> Self {
        self.resource = Some(resource.into());
        self
    }

    /// By which road it came, such as `http`.
    pub fn transport(mut self, transport: impl Into<Text<'static>>) -> Self {
        self.transport = Some(transport.into());
        self
    }

    /// When it began.
    pub fn started(mut self, started: Timestamp) -> Self {
        self.started = Some(started);
        self
    }

    /// When it ended.
    pub fn ended(mut self, ended: Timestamp) -> Self {
        self.ended = Some(ended);
        self
    }

    /// What was asked, as it is now.
    pub fn request<T: Serialize + ?Sized>(mut self, request: &T) -> Self {
        self.request = payload(request);
        self
    }

    /// What was asked, as JSON of somebody else's. What is none, or longer than is kept, is kept as the beginning of a text that says
    /// so; where the policy names fields that are kept out of it, as its length alone.
    pub fn request_json(mut self, json: impl AsRef<[u8]>) -> Self {
        self.request = payload_json(json.as_ref());
        self
    }

    /// What was answered, as it is now.
    pub fn response<T: Serialize + ?Sized>(mut self, response: &T) -> Self {
        self.response = payload(response);
        self
    }

    /// What was answered, as JSON of somebody else's, as with [`request_json`](Self::request_json).
    pub fn response_json(mut self, json: impl AsRef<[u8]>) -> Self {
        self.response = payload_json(json.as_ref());
        self
    }

    /// What is to be known besides, as it is now.
    pub fn metadata<T: Serialize + ?Sized>(mut self, metadata: &T) -> Self {
        self.metadata = payload(metadata);
        self
    }

    /// How it ended. Without a word to that: [`Status::Completed`], or [`Status::Failed`] with an [error](Self::error).
    pub fn outcome(mut self, status: Status) -> Self {
        self.status = Some(status);
        self
    }

    /// What its error said, at most 512 characters.
    pub fn error(mut self, error: impl fmt::Display) -> Self {
        self.error = Some(Text::from(shown(error)));
        self
    }

    /// How surely its record is to be kept. Without a word to that the recorder decides.
    pub fn delivery(mut self, delivery: Delivery) -> Self {
        self.delivery = Some(delivery);
        self
    }

    /// How long a durable record may take. Without a word to that the recorder decides.
    pub fn durable_timeout(mut self, timeout: Duration) -> Self {
        self.durable_timeout = Some(timeout);
        self
    }
}

impl fmt::Debug for Entry {
    /// Without what the types of what it carries keep out of records, and what quotes that.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut secrets = Secrets::of_payload();
        for content in [&self.request, &self.response, &self.metadata] {
            content.add_secrets(&mut secrets);
        }
        let shown = |text: &Option<Text<'static>>| {
            let text = text.as_deref()?;
            Some(secrets.hide_in(text).unwrap_or_else(|| text.to_owned()))
        };
        f.debug_struct("Entry")
            .field("action", &self.action)
            .field("schema", &self.schema)
            .field("actor", &self.actor)
            .field("tenant", &self.tenant)
            .field("resource", &shown(&self.resource))
            .field("transport", &self.transport)
            .field("started", &self.started)
            .field("ended", &self.ended)
            .field("request", &self.request)
            .field("response", &self.response)
            .field("metadata", &self.metadata)
            .field("status", &self.status)
            .field("error", &shown(&self.error))
            .field("delivery", &self.delivery)
            .field("durable_timeout", &self.durable_timeout)
            .finish()
    }
}
