//! [`Notice`]: what a sink gives others to know of itself.

use crate::clock::{EventId, Timestamp};
use crate::event::{Event, EventKind};
use crate::value::{Fields, Text, Value};

/// What a sink gives others to know of itself: a failure, or what it lost.
pub(crate) struct Notice {
    pub(crate) kind: EventKind,
    pub(crate) data: Fields<'static>,
    /// The event that it did not take.
    pub(crate) cause: Option<EventId>,
    /// The tenant of that.
    pub(crate) tenant: Option<Text<'static>>,
    /// The sink that it tells of.
    pub(crate) about: u64,
    /// Whether that is not told.
    pub(crate) is_for_others: bool,
}

impl Notice {
    /// The sink that is not told of it.
    pub(crate) fn except(&self) -> Option<u64> {
        self.is_for_others.then_some(self.about)
    }

    /// As an event that happens now.
    pub(crate) fn into_event(self, id: EventId, time: Timestamp) -> Event<'static> {
        let mut event = Event::new(id, time, self.kind, self.kind.as_str());
        event.data = Some(Value::from(self.data));
        event.cause = self.cause;
        event.tenant = self.tenant;
        event
    }
}

/// Makes an event of a notice and tells all who want to know.
pub(crate) trait Teller: Send + Sync {
    fn tell(&self, notice: Notice);
}
