//! [`Place`]: where an entry is recorded, and how it becomes an event there.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::{Clock, EventId, IdSource, RandomIds, SystemClock, Timestamp};
use crate::contain::{contain, discard};
use crate::delivery::Delivery;
use crate::event::{Event, EventKind, Fact, Site};
use crate::observer::tell_captures;
use crate::outcome::{Outcome, Status};
use crate::recorder::{
    Keeper, Receipt, RecordError, RecordErrorKind, Recorded, Terms, process_keeper,
};
use crate::redaction::{Redacted, redact_fields};
use crate::request::{Action, Actor, Ambient, TenantId};
use crate::runtime::Runtime;
use crate::scope::{InForce, with_current};
use crate::value::{Text, Value};

use super::Entry;

static NO_AMBIENT: Ambient = Ambient::nothing();

/// Where an entry is recorded: the scope and runtime in force, and who keeps records. What begins here ends here too,
/// whatever is swapped meanwhile.
pub(super) struct Place {
    runtime: Option<Runtime>,
    in_force: Option<Arc<InForce>>,
    keeper: Option<Arc<Keeper>>,
    site: Site<'static>,
    /// Whether the thread may be kept waiting.
    may_block: bool,
}

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

/// What became of an entry's record at once.
pub(super) enum Kept {
    /// Nobody wants it.
    Nothing,
    /// It is, so far as was asked for.
    Done(EventId, Delivery),
    /// The receipt will say so, in so much time.
    Pending(EventId, Delivery, Receipt, Option<Duration>),
}

impl Place {
    /// The one in force here.
    pub(super) fn here(site: Site<'static>, may_block: bool) -> Self {
        let in_force = with_current(|in_force| in_force.cloned());
        let runtime = crate::global::runtime();
        let keeper = match &runtime {
            Some(runtime) => runtime.state().keeper.clone(),
            None => process_keeper(),
        };
        Self {
            runtime,
            in_force,
            keeper,
            site,
            may_block,
        }
    }

    /// The time by the clock in force, and the reading it follows from.
    pub(super) fn now(&self) -> Result<(Timestamp, u64), RecordError> {
        let read = contain(|| {
            let clock = self.clock();
            let nanos = clock.monotonic_nanos();
            (clock.wall_at(nanos), nanos)
        });
        read.map_err(|panic| broken(&panic))
    }

    fn clock(&self) -> &dyn Clock {
        match &self.runtime {
            Some(runtime) => runtime.clock(),
            None => &SystemClock,
        }
    }

    fn ids(&self) -> &dyn IdSource {
        match &self.runtime {
            Some(runtime) => runtime.ids(),
            None => &RandomIds,
        }
    }

    /// Whether an entry is to be recorded durably: by its own word, else by the recorder's.
    pub(super) fn is_durable(&self, entry: &Entry) -> bool {
        let planned = || self.keeper.as_ref()?.planned(&entry.action);
        entry.delivery.or_else(planned) == Some(Delivery::Durable)
    }

    /// Hands one part of what happened to the recorder, then to observers.
    ///
    /// # Errors
    /// It is lost.
    pub(super) fn record(
        &self,
        entry: Entry,
        part: Part,
        must_keep: bool,
    ) -> Result<Kept, RecordError> {
        let told = contain(|| self.tell(entry, part, must_keep));
        told.unwrap_or_else(|panic| Err(broken(&panic)))
    }

    fn tell(&self, entry: Entry, part: Part, must_keep: bool) -> Result<Kept, RecordError> {
        let nobody = self.runtime.is_none() && self.in_force.is_none();
        let durable = entry.delivery == Some(Delivery::Durable);
        let absent = self.keeper.is_none() && durable;
        if nobody && self.keeper.is_none() {
            return if absent {
                Err(none())
            } else {
                Ok(Kept::Nothing)
            };
        }
        let terms = Terms {
            delivery: entry.delivery,
            timeout: entry.durable_timeout,
            must_keep,
            may_block: self.may_block,
        };
        let event = self.event(entry, part);
        let id = event.id;
        let recorded = match &self.keeper {
            Some(keeper) => keeper.record(&Fact::Other(&event), &terms),
            None => Recorded::Unwanted,
        };
        let captures = self.in_force.as_deref();
        let captures = captures.map_or(&[][..], |in_force| &in_force.captures);
        match &self.runtime {
            Some(runtime) => runtime.tell_here(captures, &event),
            None => tell_captures(captures, &event),
        }
        discard(event);
        match recorded {
            Recorded::Unwanted if absent => Err(none()),
            Recorded::Unwanted => Ok(Kept::Nothing),
            Recorded::Taken(delivery) => Ok(Kept::Done(id, delivery)),
            Recorded::Pending(delivery, receipt) => {
                Ok(Kept::Pending(id, delivery, receipt, terms.timeout))
            }
            Recorded::Lost(_, error) => Err(error),
        }
    }

    fn event(&self, entry: Entry, part: Part) -> Event<'static> {
        let clock = self.clock();
        let now = clock.wall_at(clock.monotonic_nanos());
        let id = self.ids().next_id(now);
        let mut event = Event::new(id, now, EventKind::Event, entry.action.clone());
        let mut action = Action::new(entry.action);
        if let Some(resource) = &entry.resource {
            action = action.on(resource.clone());
        }
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
            event.response = entry.response;
            event.ended = entry.ended;
        }
        self.add_ambient(entry.actor, entry.tenant, &mut event);
        event.schema = entry.schema;
        event.resource = entry.resource;
        event.transport = entry.transport;
        event.started = entry.started;
        event.request = entry.request;
        event.metadata = entry.metadata;
        event.site = Some(Cow::Owned(self.site.clone()));
        self.redact(action.kind(), &mut event);
        event.action = Some(Cow::Owned(action));
        event
    }

    /// Adds who acts, for which tenant, in which trace.
    fn add_ambient(
        &self,
        actor: Option<Actor<'static>>,
        tenant: Option<TenantId>,
        event: &mut Event<'static>,
    ) {
        let scope = self.in_force.as_deref();
        let ambient = scope.map_or(&NO_AMBIENT, |scope| &scope.ambient);
        let actor = actor.or_else(|| ambient.actor.as_deref().cloned());
        event.actor = actor.map(Cow::Owned);
        let tenant = tenant.or_else(|| ambient.tenant.clone());
        event.tenant = tenant.map(Text::from);
        event.trace = ambient.trace;
        event.cause = ambient.cause;
    }

    /// Takes out what the policy in place keeps out of records.
    fn redact(&self, action: Option<&str>, event: &mut Event<'static>) {
        let Some(runtime) = &self.runtime else { return };
        let state = runtime.state();
        let Some(sensitive) = &state.in_place.sensitive else {
            return;
        };
        let (key, mut redacted) = (runtime.redaction_key(), Redacted::default());
        if let Some(actor) = &mut event.actor {
            let how = |field: &str| sensitive.in_actor(field);
            redact_fields(
                actor.to_mut().fields_mut(),
                "actor",
                how,
                key,
                &mut redacted,
            );
        }
        let named = sensitive.action(action);
        for (domain, payload) in [
            ("request", &mut event.request),
            ("response", &mut event.response),
            ("metadata", &mut event.metadata),
        ] {
            if let Some(Value::Map(fields)) = payload {
                let how = |field: &str| named.get(field).copied();
                redact_fields(fields, domain, how, key, &mut redacted);
            }
        }
        if !redacted.is_empty() {
            event.redacted = Cow::Owned(redacted);
        }
    }
}

/// How long it took by the caller's own words.
fn between(started: Option<Timestamp>, ended: Option<Timestamp>) -> Duration {
    let nanos = |(started, ended): (Timestamp, Timestamp)| {
        ended.as_nanos().saturating_sub(started.as_nanos())
    };
    let nanos = started.zip(ended).map_or(0, nanos);
    Duration::from_nanos(u64::try_from(nanos).unwrap_or_default())
}

fn none() -> RecordError {
    RecordError::new(
        RecordErrorKind::Absent,
        "no recorder is set: call `audit_core::set_recorder` first",
    )
}

fn broken(panic: &str) -> RecordError {
    RecordError::new(
        RecordErrorKind::Failed,
        format_args!("recording an entry panicked: {panic}"),
    )
}
