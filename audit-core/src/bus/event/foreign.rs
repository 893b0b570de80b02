//! [`ForeignEvent`]: something that happened in another process.

use std::sync::Arc;

use crate::clock::{EventId, Timestamp};
use crate::request::Ambient;

use super::payload::Payload;

/// Something that happened in another process.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ForeignEvent {
    /// Its identifier, which it keeps.
    pub id: EventId,
    /// When it was published there.
    pub time: Timestamp,
    /// What happened.
    pub name: String,
    /// What it carries.
    pub payload: Payload,
    /// The version of the payload's own schema.
    pub schema: Option<String>,
    /// Who published it there.
    pub publisher: String,
    /// Where it comes from.
    pub origin: Arc<str>,
    /// How deep in handlers it was published there. What handlers here publish because of it is that much deeper, so an exchange of
    /// two processes without end is bounded like one within a process.
    pub depth: u16,
    /// Who acted there, for which tenant, in which trace and because of what. All that it leads to here is said to be theirs too.
    pub ambient: Ambient,
}

impl ForeignEvent {
    /// An event of that place, published by somebody there, without a schema, by nobody and because of nothing.
    pub fn new(
        id: EventId,
        time: Timestamp,
        name: impl Into<String>,
        payload: Payload,
        publisher: impl Into<String>,
        origin: impl Into<Arc<str>>,
    ) -> Self {
        Self {
            id,
            time,
            name: name.into(),
            payload,
            schema: None,
            publisher: publisher.into(),
            origin: origin.into(),
            depth: 0,
            ambient: Ambient::nothing(),
        }
    }
}
