//! [`Contents`]: what an event is to carry, before what is kept out of records is taken out.

use crate::capture::Content;
use crate::event::Event;
use crate::redaction::{Redaction, Redactor, Secrets, Spots};
use crate::value::{Fields, Value};

/// What an event is to carry, before what is kept out of records is taken out.
#[derive(Default)]
pub(crate) struct Contents {
    /// Whether the policy names fields that are kept out of these.
    has_fields: bool,
    pub(crate) request: Content,
    pub(crate) response: Content,
    pub(crate) metadata: Content,
    pub(crate) data: Content,
}

impl Contents {
    /// Data alone.
    pub(crate) fn data(data: impl Into<Content>) -> Self {
        Self {
            data: data.into(),
            ..Self::default()
        }
    }

    /// Notes that the policy names fields that are kept out of these, wherever they lie.
    pub(super) fn note_fields(&mut self) {
        self.has_fields = true;
    }

    fn all(&mut self) -> [&mut Content; 4] {
        [
            &mut self.request,
            &mut self.response,
            &mut self.metadata,
            &mut self.data,
        ]
    }

    /// Adds to each what else is kept out of it.
    pub(super) fn mark(&mut self, mark: impl Fn(&Value<'_>, &mut Spots)) {
        for content in self.all() {
            if let Some(value) = &content.value {
                mark(value, &mut content.spots);
            }
        }
    }

    /// Adds what is kept out to what no text may quote.
    pub(super) fn add_secrets(&mut self, secrets: &mut Secrets) {
        for content in self.all() {
            content.add_secrets(secrets);
        }
    }

    /// Puts all of it into the event, as records may show it.
    pub(super) fn put(self, event: &mut Event<'static>, redactor: &mut Redactor<'_>) {
        for (part, place, content) in [
            ("request", &mut event.request, self.request),
            ("response", &mut event.response, self.response),
            ("metadata", &mut event.metadata, self.metadata),
            ("data", &mut event.data, self.data),
        ] {
            let mut content = content;
            if self.has_fields && content.spots.own().is_none() && content.withhold_unread() {
                redactor.note_part(part, Redaction::Mask);
            }
            redactor.value(part, &mut content.value, &content.spots);
            *place = content.value;
        }
    }
}

impl From<Fields<'static>> for Content {
    fn from(fields: Fields<'static>) -> Self {
        Self::from(Value::from(fields))
    }
}
