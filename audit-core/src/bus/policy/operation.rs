//! [`Watched`]: an operation on the bus as an event before it is done, and its outcome after.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use crate::bus::event::DomainEvent;
use crate::caller::Caller;
use crate::capture::Content;
use crate::clock::{Clock as _, EventId, SystemClock};
use crate::delivery::Delivery;
use crate::event::{Event, EventKind};
use crate::observability::{OperationFacts, OperationSpan, is_enabled};
use crate::outcome::{Outcome, Status};
use crate::place::{Contents, Kept, Place};
use crate::recorder::{RecordError, Terms};
use crate::runtime::Runtime;
use crate::value::{Fields, Text};

use super::{Operation, Verdict};

/// An operation that somebody wants to know of.
pub(in crate::bus) struct Watched {
    /// Where it is recorded, if anybody wants that.
    place: Option<Place>,
    began_nanos: u64,
    /// The same as the observability path shows it.
    span: OperationSpan,
    /// The event of the operation, once it is told.
    id: Option<EventId>,
    must_keep: bool,
    /// What the event carries, where that was looked at before it is told of.
    captured: Option<Content>,
    /// Who does what, while that has begun and has not ended.
    under_way: Option<(Arc<str>, String)>,
}

impl Watched {
    /// Whether anybody wants to know of one that is to be recorded, or not.
    #[inline]
    pub(in crate::bus) fn is_wanted(is_recorded: bool) -> bool {
        is_enabled() || (is_recorded && Place::is_watched())
    }

    /// The one that begins here, if anybody wants to know: to be recorded, or not.
    #[inline]
    pub(in crate::bus) fn here(is_recorded: bool) -> Option<Self> {
        if !Self::is_wanted(is_recorded) {
            return None;
        }
        let place = (is_recorded && Place::is_watched()).then(|| Place::here(false));
        let began_nanos = now(place.as_ref()).unwrap_or(0);
        Some(Self {
            place,
            began_nanos,
            span: OperationSpan::nothing(),
            id: None,
            must_keep: false,
            captured: None,
            under_way: None,
        })
    }

    /// The event of the operation, once it is told.
    pub(in crate::bus) fn id(&self) -> Option<EventId> {
        self.id
    }

    /// Whether it is recorded.
    pub(in crate::bus) fn is_recorded(&self) -> bool {
        self.place.is_some()
    }

    /// Where it is recorded, if it is.
    pub(in crate::bus) fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }

    /// The runtime that it is told to.
    pub(in crate::bus) fn runtime(&self) -> Option<Runtime> {
        self.place.as_ref()?.runtime().cloned()
    }

    /// The same as the observability path shows it.
    pub(in crate::bus) fn span(&self) -> &OperationSpan {
        &self.span
    }

    /// Shows it, recorded or not.
    pub(in crate::bus) fn show(
        &mut self,
        caller: &Caller,
        operation: Operation,
        target: &str,
        verdict: &Verdict,
    ) {
        self.span = OperationSpan::of(|| OperationFacts {
            kind: operation.as_str(),
            caller: caller.instance(),
            target,
            is_allowed: verdict.is_allowed(),
            rule: verdict.rule().map(ToString::to_string),
        });
    }

    /// Tells of it, before it is done; of what another process published with its origin.
    pub(in crate::bus) fn begin(
        &mut self,
        caller: &Caller,
        operation: Operation,
        target: &str,
        verdict: &Verdict,
        origin: Option<&str>,
    ) -> Result<Kept, RecordError> {
        let Some(place) = &self.place else {
            return Ok(Kept::Nothing);
        };
        let mut id = None;
        let kept = place.keep(&Terms::default(), || {
            let mut event = place.event(EventKind::Operation, Text::from(target.to_owned()));
            id = Some(event.id);
            event.component = Some(Text::from(caller.instance().to_string()));
            let mut data = Fields::new();
            data.set("caller", caller.instance().to_string());
            data.set("operation", operation.as_str());
            data.set("target", target.to_owned());
            data.set(
                "verdict",
                if verdict.is_allowed() {
                    "allow"
                } else {
                    "deny"
                },
            );
            data.set("rule", verdict.rule().map(ToString::to_string));
            if let Some(origin) = origin {
                data.set("origin", origin.to_owned());
            }
            place.redact(None, &mut event, Contents::data(data));
            event
        });
        self.id = id;
        self.under_way = Some((Arc::clone(caller.instance()), target.to_owned()));
        let kept = kept?;
        self.must_keep = kept.delivery() == Some(Delivery::Durable);
        Ok(kept)
    }

    /// Looks at what an event carries that is told of later: what is recorded is as it was when it was published.
    pub(in crate::bus) fn capture(&mut self, event: &DomainEvent) {
        if self.place.is_some() {
            self.captured = Some(event.captured());
        }
    }

    /// Tells of the event that is published.
    pub(in crate::bus) fn tell(&mut self, event: &DomainEvent) -> Result<Kept, RecordError> {
        let captured = self.captured.take();
        let Some(place) = &self.place else {
            return Ok(Kept::Nothing);
        };
        place.keep(&Terms::default(), || {
            let mut told = place.event(EventKind::Event, Text::from(event.name().to_owned()));
            told.id = event.id();
            told.time = event.time();
            told.schema = event.schema().map(|schema| Text::from(schema.to_owned()));
            told.call = self.id;
            told.component = Some(Text::from(match event.origin() {
                // Else nobody could tell it from a component of this process.
                Some(origin) => format!("{}@{origin}", event.publisher()),
                None => event.publisher().to_owned(),
            }));
            let data = captured.unwrap_or_else(|| event.captured());
            let contents = Contents::data(data);
            place.redact(Some(event.name()), &mut told, contents);
            told
        })
    }

    /// Tells how it ended, in words that quote nothing that records must not show.
    pub(in crate::bus) fn end(&mut self, status: Status, error: Option<&str>) {
        let now = now(self.place.as_ref()).unwrap_or(self.began_nanos);
        let took = Duration::from_nanos(now.saturating_sub(self.began_nanos));
        self.span.end(status, took);
        if let (Some((caller, target)), Some(place)) = (self.under_way.take(), &self.place) {
            self.tell_end(place, (&caller, target), took, status, error);
        }
    }

    fn tell_end(
        &self,
        place: &Place,
        (caller, target): (&str, String),
        took: Duration,
        status: Status,
        error: Option<&str>,
    ) {
        let terms = Terms {
            must_keep: self.must_keep,
            ..Terms::default()
        };
        // Nobody waits for it, and what is lost the recorder has counted.
        let _kept = place.record(&terms, || {
            let mut event: Event<'static> = place.event(EventKind::Outcome, Text::from(target));
            event.call = self.id;
            event.component = Some(Text::from(caller.to_owned()));
            let mut outcome = Outcome::new(status, took);
            outcome.error = error.map(|error| Text::from(error.to_owned()));
            event.outcome = Some(Cow::Owned(outcome));
            place.redact(None, &mut event, Contents::default());
            event
        });
    }
}

/// What the clock in force says, or that of the system.
fn now(place: Option<&Place>) -> Option<u64> {
    match place {
        Some(place) => place.now().ok().map(|(_, nanos)| nanos),
        None => Some(SystemClock.monotonic_nanos()),
    }
}

impl Drop for Watched {
    /// Whoever waited for it gave it up, or it waited and was not done.
    fn drop(&mut self) {
        self.end(Status::Cancelled, None);
    }
}
