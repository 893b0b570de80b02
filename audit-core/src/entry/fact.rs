//! How an entry becomes an event.

use std::borrow::Cow;
use std::time::Duration;

use crate::clock::{EventId, Timestamp};
use crate::event::{Event, EventKind, Site};
use crate::outcome::{Outcome, Status};
use crate::place::{Contents, Kept, Place};
use crate::recorder::{RecordError, Terms};
use crate::request::Action;
use crate::value::Text;

use super::Entry;

/// Which part of what happened a record is of.
#[derive(Clone, Copy)]
pub(super) enum Part {
    /// All of it.
    Whole(Status),
    /// Its beginning.
    Start,
    /// Its end, after so long; its beginning was recorded under this name, if it was.
    End(Status, Duration, Option<EventId>),
}

/// Hands one part of what happened to the recorder, then to observers.
///
/// # Errors
/// It is lost.
pub(super) fn record(
    place: &Place,
    site: &Site<'static>,
    entry: Entry,
    part: Part,
    must_keep: bool,
) -> Result<Kept, RecordError> {
    let terms = Terms {
        delivery: entry.delivery,
        timeout: entry.durable_timeout,
        must_keep,
        may_block: place.may_block,
    };
    place.record(&terms, || event(place, site, entry, part))
}

fn event(place: &Place, site: &Site<'static>, entry: Entry, part: Part) -> Event<'static> {
    let mut event = place.event(EventKind::Event, entry.action.clone());
    let mut action = Action::new(entry.action);
    if let Some(resource) = &entry.resource {
        action = action.on(resource.clone());
    }
    let mut contents = Contents::default();
    let end = match part {
        Part::Start => None,
        Part::Whole(status) => Some((status, between(entry.started, entry.ended))),
        Part::End(status, took, call) => {
            event.call = call;
            Some((status, took))
        }
    };
    if let Some((status, took)) = end {
        let mut outcome = Outcome::new(status, took);
        outcome.error = entry.error;
        event.outcome = Some(Cow::Owned(outcome));
        contents.response = entry.response;
        event.ended = entry.ended;
    }
    if let Some(actor) = entry.actor {
        event.actor = Some(Cow::Owned(actor));
    }
    if let Some(tenant) = entry.tenant {
        event.tenant = Some(Text::from(tenant));
    }
    event.schema = entry.schema;
    event.resource = entry.resource;
    event.transport = entry.transport;
    event.started = entry.started;
    contents.request = entry.request;
    contents.metadata = entry.metadata;
    event.site = Some(Cow::Owned(site.clone()));
    event.action = Some(Cow::Owned(action));
    let name = event.name.clone();
    place.redact(Some(&name), &mut event, contents);
    event
}

/// How long it took by the caller's own words.
fn between(started: Option<Timestamp>, ended: Option<Timestamp>) -> Duration {
    let nanos = |(started, ended): (Timestamp, Timestamp)| {
        ended.as_nanos().saturating_sub(started.as_nanos())
    };
    let nanos = started.zip(ended).map_or(0, nanos);
    Duration::from_nanos(u64::try_from(nanos).unwrap_or_default())
}
