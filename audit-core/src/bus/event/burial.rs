//! [`Burial`]: what nobody could handle, as its record tells of it, and as whoever wants dead letters gets it.

use std::error::Error;
use std::sync::Arc;

use crate::clock::{Clock as _, EventId, SystemClock};
use crate::contain::{Chain, MAX_SOURCES, contain, shown};
use crate::event::EventKind;
use crate::place::{Contents, Place};
use crate::recorder::Terms;
use crate::redaction::Secrets;
use crate::runtime::BoxError;
use crate::scope::{Consequences, consequences_here};
use crate::value::{Fields, Text, Value};

use super::DomainEvent;
use super::dead_letter::{DEAD_LETTER, DeadLetter, DeadLetterReason};
use super::payload::{Payload, PayloadError, Unfit};

/// What nobody could handle, or somebody failed to.
pub(in crate::bus) struct Burial<'b> {
    pub(in crate::bus) what: What,
    /// The event of the operation, where anybody wanted to know of that.
    pub(in crate::bus) call: Option<EventId>,
    pub(in crate::bus) by: By<'b>,
    pub(in crate::bus) reason: DeadLetterReason,
    pub(in crate::bus) why: Option<Why>,
    /// What no record may quote of the parameters of a call, where these were looked at.
    pub(in crate::bus) secrets: Option<Arc<Secrets>>,
}

/// An event, or a call and its parameters.
#[derive(Clone, Debug)]
pub(in crate::bus) enum What {
    Event(DomainEvent),
    /// Without parameters where nobody would have looked at them.
    Call(Arc<str>, Option<Payload>),
}

/// Who failed: a handler, or somebody who can be invoked.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::bus) struct By<'b> {
    pub(in crate::bus) owner: Option<&'b str>,
    pub(in crate::bus) pattern: Option<&'b str>,
    pub(in crate::bus) description: &'b str,
}

/// Why something was not handled.
#[derive(Clone, Debug)]
pub(in crate::bus) struct Why {
    said: String,
    /// Whether it may quote from the payload: what is said by whoever could not read that.
    quotes: bool,
}

impl Why {
    /// What a handler fails with.
    pub(in crate::bus) fn failed(error: &BoxError) -> Self {
        Self {
            quotes: is_unfit(&**error),
            said: shown(Chain(error)),
        }
    }

    /// As records tell of it, which know no more of the payload than the event's own record shows.
    pub(in crate::bus) fn recorded(&self) -> &str {
        if self.quotes {
            "the payload does not fit"
        } else {
            &self.said
        }
    }
}

/// Whether an error, or what it comes from, says that a payload does not fit. Whoever hands on such an error in one of his own that he
/// shows none of still names what it comes from. Whose sources panic may say anything.
fn is_unfit(error: &(dyn Error + 'static)) -> bool {
    let asked = contain(|| {
        let mut at = Some(error);
        for _ in 0..MAX_SOURCES {
            match at {
                Some(error) if error.is::<PayloadError>() || error.is::<Unfit>() => return true,
                Some(error) => at = error.source(),
                None => break,
            }
        }
        false
    });
    asked.unwrap_or(true)
}

impl From<String> for Why {
    fn from(said: String) -> Self {
        let quotes = false;
        Self { said, quotes }
    }
}

impl What {
    pub(in crate::bus) fn target(&self) -> &str {
        match self {
            Self::Event(event) => event.name(),
            Self::Call(target, _) => target,
        }
    }

    fn params(self) -> Payload {
        match self {
            Self::Event(event) => event.payload(),
            Self::Call(_, params) => {
                params.unwrap_or_else(|| Payload::new(serde_json::Value::Null))
            }
        }
    }

    /// With what is counted what a dead letter of it leads to.
    fn consequences(&self) -> Option<Consequences> {
        match self {
            Self::Event(event) => Some(event.consequences().clone()),
            Self::Call(..) => consequences_here(),
        }
    }

    /// How deep in handlers what was published was, here or in all processes. A call is as deep as whoever makes it.
    pub(in crate::bus) fn depth(&self) -> u16 {
        match self {
            Self::Event(event) => event.depth(),
            Self::Call(..) => 0,
        }
    }

    pub(in crate::bus) fn is_letter(&self) -> bool {
        matches!(self, Self::Event(event) if event.name() == DEAD_LETTER)
    }
}

impl Burial<'_> {
    /// Of an event that was not handled as it should have been.
    pub(in crate::bus) fn of_event(event: &DomainEvent, call: Option<EventId>, why: Why) -> Self {
        Self {
            what: What::Event(event.clone()),
            call,
            by: By::default(),
            reason: DeadLetterReason::HandlerError,
            why: Some(why),
            secrets: None,
        }
    }

    /// Of a call of what nobody has.
    pub(in crate::bus) fn unreached(what: What, call: Option<EventId>) -> Self {
        Self {
            what,
            call,
            by: By::default(),
            reason: DeadLetterReason::NoHandler,
            why: None,
            secrets: None,
        }
    }

    /// As those get it who are subscribed to dead letters: nothing where it is one itself, which would never end.
    pub(in crate::bus) fn letter(self) -> Option<(DeadLetter, Option<Consequences>)> {
        if self.what.is_letter() {
            return None;
        }
        let led_by = self.what.consequences();
        let place = Place::here(false);
        let recorded = self.why.as_ref().map(|why| self.told(why, &place));
        let letter = DeadLetter {
            target: self.what.target().to_owned(),
            params: self.what.params(),
            reason: self.reason,
            error: self.why.map(|why| why.said),
            timestamp: SystemClock.wall_at(SystemClock.monotonic_nanos()),
            recorded,
        };
        Some((letter, led_by))
    }

    /// What is recorded of why, without what it quotes of an event or of parameters that records must not show.
    fn told(&self, why: &Why, place: &Place) -> String {
        let said = why.recorded();
        let hidden = match &self.what {
            What::Event(event) => {
                let secrets = place.secrets(event.name(), event.captured());
                secrets.hide_in(said)
            }
            What::Call(target, params) => {
                let secrets = params.as_ref().map(|params| {
                    let captured = params.captured();
                    place.secrets(target, captured)
                });
                secrets.and_then(|secrets| secrets.hide_in(said))
            }
        };
        let said = hidden.as_deref().unwrap_or(said);
        let secrets = self.secrets.as_deref();
        let hidden = secrets.and_then(|secrets| secrets.hide_in(said));
        hidden.unwrap_or_else(|| said.to_owned())
    }

    /// Tells recorder and observers in force here: without what was carried, which the record of the event tells as far as it may
    /// be told.
    pub(in crate::bus) fn record(&self) {
        if !Place::is_watched() {
            return;
        }
        let place = Place::here(false);
        // Nobody waits for it, and what is lost the recorder has counted.
        let _kept = place.record(&Terms::default(), || {
            let mut event = place.event(EventKind::Event, Text::from(DEAD_LETTER));
            if let What::Event(buried) = &self.what {
                event.cause = Some(buried.id());
            }
            event.call = self.call;
            event.component = self.by.owner.map(|owner| Text::from(owner.to_owned()));
            let text = |text: &str| Value::from(text.to_owned());
            let mut data = Fields::new();
            data.set("target", text(self.what.target()));
            data.set("reason", self.reason.as_str());
            let told = self.why.as_ref().map(|why| self.told(why, &place));
            data.set("error", told.map(Value::from));
            data.set("handler", self.by.owner.map(text));
            if let Some(pattern) = self.by.pattern {
                data.set("pattern", text(pattern));
            }
            if !self.by.description.is_empty() {
                data.set("description", text(self.by.description));
            }
            place.redact(None, &mut event, Contents::data(data));
            event
        });
    }
}
