//! [`Burial`]: what nobody could handle, as its record tells of it, and as whoever wants dead letters gets it.

use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};

use crate::clock::{Clock as _, EventId, SystemClock};
use crate::event::EventKind;
use crate::health::{count, say};
use crate::place::Place;
use crate::recorder::Terms;
use crate::scope::{Consequences, consequences_here, handling_depth};
use crate::value::{Fields, Text, Value};

use super::course::Course;
use super::dead_letter::{DEAD_LETTER, DeadLetter, DeadLetterReason};
use super::event::{DomainEvent, Head, Origin};
use super::hub::Hub;
use super::lane::Label;
use super::payload::{Payload, PayloadError};
use super::subscriber::{Called, Stage};
use crate::contain::{Chain, discard, shown};
use crate::runtime::BoxError;

/// What nobody could handle, or somebody failed to.
pub(super) struct Burial<'b> {
    pub(super) what: What,
    /// The event of the operation, where anybody wanted to know of that.
    pub(super) call: Option<EventId>,
    pub(super) by: By<'b>,
    pub(super) reason: DeadLetterReason,
    pub(super) why: Option<Why>,
}

/// An event, or a call and its parameters.
#[derive(Clone, Debug)]
pub(super) enum What {
    Event(DomainEvent),
    /// Without parameters where nobody would have looked at them.
    Call(Arc<str>, Option<Payload>),
}

/// Who failed: a handler, or somebody who can be invoked.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct By<'b> {
    pub(super) owner: Option<&'b str>,
    pub(super) pattern: Option<&'b str>,
    pub(super) description: &'b str,
}

/// Why something was not handled.
#[derive(Clone, Debug)]
pub(super) struct Why {
    said: String,
    /// Whether it may quote from the payload: what is said by whoever could not read that.
    quotes: bool,
}

impl Why {
    /// What a handler fails with.
    pub(super) fn failed(error: BoxError) -> Self {
        Self {
            quotes: error.is::<PayloadError>(),
            said: shown(Chain(error)),
        }
    }

    /// As records tell of it, which know no more of the payload than the event's own record shows.
    fn recorded(&self) -> &str {
        if self.quotes {
            "the payload does not fit"
        } else {
            &self.said
        }
    }
}

impl From<String> for Why {
    fn from(said: String) -> Self {
        let quotes = false;
        Self { said, quotes }
    }
}

impl What {
    fn target(&self) -> &str {
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

    fn is_letter(&self) -> bool {
        matches!(self, Self::Event(event) if event.name() == DEAD_LETTER)
    }
}

impl Burial<'_> {
    /// Of an event that was not handled as it should have been.
    pub(super) fn of_event(event: &DomainEvent, call: Option<EventId>, why: Why) -> Self {
        Self {
            what: What::Event(event.clone()),
            call,
            by: By::default(),
            reason: DeadLetterReason::HandlerError,
            why: Some(why),
        }
    }

    /// Of something that was accepted and is not done.
    pub(super) fn of_label(
        label: Label,
        by: By<'_>,
        reason: DeadLetterReason,
        why: String,
    ) -> Burial<'_> {
        Burial {
            what: label.what,
            call: label.call,
            by,
            reason,
            why: Some(Why::from(why)),
        }
    }

    /// Of a call of what nobody has.
    pub(super) fn unreached(what: What, call: Option<EventId>) -> Self {
        Self {
            what,
            call,
            by: By::default(),
            reason: DeadLetterReason::NoHandler,
            why: None,
        }
    }

    /// As those get it who are subscribed to dead letters: nothing where it is one itself, which would never end.
    fn letter(self) -> Option<(DeadLetter, Option<Consequences>)> {
        if self.what.is_letter() {
            return None;
        }
        let led_by = self.what.consequences();
        let letter = DeadLetter {
            target: self.what.target().to_owned(),
            params: self.what.params(),
            reason: self.reason,
            error: self.why.map(|why| why.said),
            timestamp: SystemClock.wall_at(SystemClock.monotonic_nanos()),
        };
        Some((letter, led_by))
    }

    /// Tells recorder and observers in force here: without what was carried, which the record of the event tells as far as it may
    /// be told.
    fn record(&self) {
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
            data.set("error", self.why.as_ref().map(|why| text(why.recorded())));
            data.set("handler", self.by.owner.map(text));
            if let Some(pattern) = self.by.pattern {
                data.set("pattern", text(pattern));
            }
            if !self.by.description.is_empty() {
                data.set("description", text(self.by.description));
            }
            event.data = Some(Value::from(data));
            place.redact(None, &mut event);
            event
        });
    }
}

impl Hub {
    /// Records what could not be handled, and gives it to those who are subscribed to dead letters. What these fail to do is
    /// recorded, and no dead letter again: it would never end.
    pub(super) async fn bury(&self, burial: Burial<'_>) {
        self.leave_trace(&burial);
        if self.mourns()
            && let Some(letter) = burial.letter()
        {
            self.give(letter).await;
        }
    }

    /// The same for what is not done any more, each in what was in force where it was handed over. Nobody waits for those who are
    /// subscribed.
    pub(super) fn mourn(
        self: &Arc<Self>,
        labels: Vec<Label>,
        by: By<'_>,
        reason: DeadLetterReason,
        why: &str,
    ) {
        let mut letters = Vec::new();
        for label in labels {
            let around = label.around.clone();
            let burial = Burial::of_label(label, by, reason, why.to_owned());
            around.clone().run(|| self.leave_trace(&burial));
            letters.extend(burial.letter().map(|letter| (around, letter)));
        }
        if letters.is_empty() || !self.mourns() {
            letters.into_iter().for_each(discard);
            return;
        }
        let hub = Arc::clone(self);
        // Where no task is run any more, loss and records tell of it.
        let _told = self.executor.spawn(Box::pin(async move {
            for (around, letter) in letters {
                around.around(hub.give(letter)).await;
            }
        }));
    }

    /// Whether anybody wants dead letters now.
    pub(super) fn mourns(&self) -> bool {
        !self.subscribed(DEAD_LETTER).is_empty()
    }

    /// Gives a dead letter to those who are subscribed to them, one after another.
    async fn give(&self, (letter, led_by): (DeadLetter, Option<Consequences>)) {
        let course = Course::new(handling_depth() + 1, None);
        let origin = Origin {
            name: DEAD_LETTER.into(),
            publisher: Arc::clone(&self.host),
        };
        let mut head = Head::now(letter.timestamp, None, None);
        head.consequences = led_by.map(OnceLock::from).unwrap_or_default();
        let event = DomainEvent::new(Arc::new(origin), head, letter);
        for subscriber in &self.subscribed(DEAD_LETTER) {
            let done = match subscriber.call(&event, &mut Stage::new(&course)) {
                Called::Gone => Ok(()),
                Called::Done(done) => done,
                Called::Running(call) => call.done().await,
            };
            if let Err(why) = done {
                let burial = Burial::of_event(&event, None, why);
                self.leave_trace(&Burial {
                    by: subscriber.as_by(),
                    ..burial
                });
            }
        }
    }

    /// Records it, and warns: of the first, the second, the fourth and so on.
    fn leave_trace(&self, burial: &Burial<'_>) {
        burial.record();
        if count(&self.buried) {
            let (target, reason) = (burial.what.target(), burial.reason.as_str());
            let dead_letters = self.buried.load(Ordering::Relaxed);
            say(|| {
                tracing::warn!(
                    target: "audit::health",
                    of = target,
                    reason,
                    dead_letters,
                    "`{}` was not handled ({reason}): it is a dead letter",
                    target.escape_debug()
                );
            });
        }
    }
}
