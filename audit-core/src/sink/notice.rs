//! [`Notice`]: what a sink gives others to know of itself.

use std::sync::Arc;
use std::time::Instant;

use crate::clock::{EventId, Timestamp};
use crate::event::{Event, EventKind};
use crate::value::{Fields, Text, Value};

use super::emission::About;
use super::gap::Missed;
use super::spill::Spilled;
use super::{Emission, SinkError};

/// What a sink gives others to know of itself: a failure, or what it lost.
pub(crate) struct Notice {
    pub(crate) kind: EventKind,
    pub(crate) data: Fields<'static>,
    /// The event that it did not take.
    pub(crate) cause: Option<EventId>,
    /// The tenant of that.
    pub(crate) tenant: Option<Text<'static>>,
    /// The sink that it tells of.
    pub(crate) about: About,
    /// Whether that is not told.
    pub(crate) is_for_others: bool,
}

impl Notice {
    /// The same, with why its spill did not take the event either.
    pub(super) fn with_spill(mut self, spilled: &Spilled) -> Self {
        if let Spilled::Failed(error) = spilled {
            self.data = self
                .data
                .with("spill_error_type", error.error_type())
                .with("spill_error_message", error.message().to_owned());
        }
        self
    }

    /// The sink that is not told of it.
    pub(crate) fn except(&self) -> Option<u64> {
        self.is_for_others.then_some(self.about.sink)
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

/// The sink that notices are about.
pub(super) struct Subject<'a> {
    pub(super) key: u64,
    pub(super) name: &'a str,
    pub(super) sink_type: &'static str,
}

impl Subject<'_> {
    /// It did not take an event; `times` says how often that was, and of what.
    pub(super) fn failure(
        &self,
        emission: &Emission<'_>,
        error: &SinkError,
        (what, times): (&'static str, u64),
    ) -> Notice {
        let tenant = emission.fact().tenant();
        let data = self.trouble(emission.kind().as_str(), error);
        Notice {
            data: data
                .with("original_event_name", emission.name().to_owned())
                .with(what, times),
            cause: Some(emission.id()),
            tenant: tenant.map(|tenant| Text::from(tenant.to_owned())),
            ..self.notice(EventKind::SinkFailure, true)
        }
    }

    /// It did not send on what it holds back, of which no event is the cause.
    pub(super) fn unflushed(&self, error: &SinkError) -> Notice {
        Notice {
            data: self.trouble("flush", error),
            ..self.notice(EventKind::SinkFailure, true)
        }
    }

    /// What it has missed. While that may become more, it is for others: the sink itself hears of it once it is over.
    pub(super) fn loss(&self, missed: &Missed, is_open: bool) -> Notice {
        let mut data = Fields::new()
            .with("why", "sink")
            .with("count", missed.lost)
            .with("from", missed.from.to_string())
            .with("to", missed.to.to_string())
            .with("sink", self.name.to_owned())
            .with("sink_type", self.sink_type)
            .with("missed", missed.count)
            .with("error_type", missed.error.error_type())
            .with("error_message", missed.error.message().to_owned());
        if missed.told_before > 0 {
            data = data.with("told_before", missed.told_before);
        }
        if is_open {
            data = data.with("so_far", true);
        }
        let mut notice = self.notice(EventKind::Loss, is_open);
        notice.about.loss = (!is_open).then(|| Arc::new(missed.clone()));
        Notice { data, ..notice }
    }

    fn trouble(&self, with: &'static str, error: &SinkError) -> Fields<'static> {
        Fields::new()
            .with("failing_sink_type", self.sink_type)
            .with("original_event_type", with)
            .with("error_type", error.error_type())
            .with("error_message", error.message().to_owned())
            .with("sink", self.name.to_owned())
    }

    fn notice(&self, kind: EventKind, is_for_others: bool) -> Notice {
        Notice {
            kind,
            data: Fields::new(),
            cause: None,
            tenant: None,
            about: About {
                sink: self.key,
                loss: None,
            },
            is_for_others,
        }
    }
}

/// Makes an event of a notice and tells all who want to know.
pub(crate) trait Teller: Send + Sync {
    fn tell(&self, notice: Notice);

    /// Waits until all that is told by it has been, at most until then. Returns whether it has.
    fn is_told_by(&self, until: Instant) -> bool;
}
