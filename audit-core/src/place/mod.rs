//! [`Place`]: where something is recorded that belongs to no judged call: the scope, the runtime and the recorder in force.

mod content;
mod kept;

use std::borrow::Cow;
use std::sync::Arc;

use crate::armed;
use crate::capture::Content;
use crate::clock::{Clock, IdSource, RandomIds, SystemClock, Timestamp};
use crate::contain::{contain, discard};
use crate::delivery::Delivery;
use crate::event::{Event, EventKind, Fact};
use crate::global::{default_runtime, emit_to_process};
use crate::observer::tell_captures;
use crate::recorder::{Keeper, RecordError, RecordErrorKind, Recorded, Terms, process_keeper};
use crate::redaction::{Classification, Redaction, RedactionKey, Redactor, Secrets, Spots, paths};
use crate::request::{Ambient, TenantId};
use crate::runtime::Runtime;
use crate::scope::{InForce, with_current, with_nearest};
use crate::sink::{SinkList, process_sinks, sees, sees_events};
use crate::value::Text;

pub(crate) use content::Contents;
pub(crate) use kept::Kept;

static NO_AMBIENT: Ambient = Ambient::nothing();
/// Without a runtime nothing is hashed.
static NO_KEY: RedactionKey = RedactionKey::none();

/// Where something is recorded: the scope and runtime in force, and who keeps records. What begins here ends here too,
/// whatever is swapped meanwhile.
pub(crate) struct Place {
    runtime: Option<Runtime>,
    in_force: Option<Arc<InForce>>,
    keeper: Option<Arc<Keeper>>,
    /// Whether the thread may be kept waiting.
    pub(crate) may_block: bool,
}

impl Place {
    /// The one in force here.
    pub(crate) fn here(may_block: bool) -> Self {
        let in_force = with_current(|in_force| in_force.cloned());
        Self::within(in_force, crate::global::runtime(), may_block)
    }

    /// The one of a scope, in force here or not.
    pub(crate) fn of(in_force: Arc<InForce>, may_block: bool) -> Self {
        let runtime = in_force.runtime.as_ref().or_else(|| default_runtime());
        let runtime = runtime.cloned();
        Self::within(Some(in_force), runtime, may_block)
    }

    /// The same place, for what was done for this tenant, or for none.
    pub(crate) fn for_tenant(mut self, tenant: Option<TenantId>) -> Self {
        let mut in_force = self.in_force.take().unwrap_or_default();
        if in_force.ambient.tenant != tenant {
            Arc::make_mut(&mut in_force).ambient.tenant = tenant;
        }
        self.in_force = Some(in_force);
        self
    }

    fn within(in_force: Option<Arc<InForce>>, runtime: Option<Runtime>, may_block: bool) -> Self {
        let keeper = match &runtime {
            Some(runtime) => runtime.state().keeper.clone(),
            None => process_keeper(),
        };
        Self {
            runtime,
            in_force,
            keeper,
            may_block,
        }
    }

    /// Whether anybody would see what is recorded here. Costs less than looking closer.
    #[inline]
    pub(crate) fn is_watched() -> bool {
        armed::may_be_watched() && Self::is_watched_here()
    }

    fn is_watched_here() -> bool {
        with_nearest(Self::has_watchers)
    }

    /// Whether anybody would see what is recorded in this scope.
    #[inline]
    pub(crate) fn is_watched_in(in_force: &InForce) -> bool {
        armed::may_be_watched() && Self::has_watchers(Some(in_force))
    }

    fn has_watchers(in_force: Option<&InForce>) -> bool {
        let captured = in_force.is_some_and(|in_force| !in_force.captures.is_empty());
        let sees = in_force
            .and_then(|in_force| in_force.runtime.as_ref())
            .or_else(|| default_runtime())
            .map(|runtime| runtime.state().sees_events);
        let process = || process_keeper().is_some() || sees_events(&process_sinks());
        captured || sees.unwrap_or_else(process)
    }

    pub(crate) fn runtime(&self) -> Option<&Runtime> {
        self.runtime.as_ref()
    }

    /// The time by the clock in force, and the reading it follows from.
    pub(crate) fn now(&self) -> Result<(Timestamp, u64), RecordError> {
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

    /// Whether somebody besides the recorder gets events of this kind, to keep them: a sink, or a capture of a test.
    pub(crate) fn is_kept_elsewhere(&self, kind: EventKind) -> bool {
        let captured = self.in_force.as_deref().map(|one| &one.captures);
        let sinks = match &self.runtime {
            Some(runtime) => Arc::clone(&runtime.state().sinks),
            None => process_sinks(),
        };
        captured.is_some_and(|captures| !captures.is_empty()) || sees(&sinks, kind)
    }

    /// How surely the recorder in force keeps records of an action by itself.
    pub(crate) fn planned(&self, action: &str) -> Option<Delivery> {
        self.keeper.as_ref()?.planned(action)
    }

    /// Hands an event to the recorder, then to observers. One that is made only to be dropped is made by nobody.
    ///
    /// # Errors
    /// It is lost.
    pub(crate) fn record(
        &self,
        terms: &Terms,
        make: impl FnOnce() -> Event<'static>,
    ) -> Result<Kept, RecordError> {
        match self.keep(terms, make)? {
            Kept::Lost(_, error) => Err(error),
            kept => Ok(kept),
        }
    }

    /// The same, for whoever is to know how surely what is lost was to be kept.
    ///
    /// # Errors
    /// Making it or recording it panicked.
    pub(crate) fn keep(
        &self,
        terms: &Terms,
        make: impl FnOnce() -> Event<'static>,
    ) -> Result<Kept, RecordError> {
        let told = contain(|| self.tell(terms, make));
        told.unwrap_or_else(|panic| Err(broken(&panic)))
    }

    fn tell(
        &self,
        terms: &Terms,
        make: impl FnOnce() -> Event<'static>,
    ) -> Result<Kept, RecordError> {
        let sinks = self.runtime.is_none().then(process_sinks);
        let has_sinks = sinks.as_ref().is_some_and(|sinks| !sinks.is_empty());
        let nobody = self.runtime.is_none() && self.in_force.is_none() && !has_sinks;
        let absent = self.keeper.is_none() && terms.delivery == Some(Delivery::Durable);
        if nobody && self.keeper.is_none() {
            return if absent {
                Err(none())
            } else {
                Ok(Kept::Nothing)
            };
        }
        let event = Arc::new(make());
        let id = event.id;
        let recorded = match &self.keeper {
            Some(keeper) => keeper.record(&Fact::Other(&event), terms),
            None => Recorded::Unwanted,
        };
        self.show(&event, sinks.as_ref());
        discard(event);
        match recorded {
            Recorded::Unwanted if absent => Err(none()),
            Recorded::Unwanted => Ok(Kept::Nothing),
            Recorded::Taken(delivery) => Ok(Kept::Done(id, delivery)),
            Recorded::Pending(delivery, receipt) => {
                Ok(Kept::Pending(id, delivery, receipt, terms.timeout))
            }
            Recorded::Lost(delivery, error) => Ok(Kept::Lost(delivery, error)),
        }
    }

    /// Shows it to all who keep no record of it: sinks, which are the process's where there is no runtime, and observers.
    fn show(&self, event: &Arc<Event<'static>>, sinks: Option<&SinkList>) {
        let captures = self.in_force.as_deref();
        let captures = captures.map_or(&[][..], |in_force| &in_force.captures);
        if let Some(runtime) = &self.runtime {
            runtime.tell_here(captures, event);
        } else {
            if let Some(sinks) = sinks {
                emit_to_process(sinks, event);
            }
            tell_captures(captures, event);
        }
    }

    /// An event of this kind that happens now, with who acts, for which tenant and because of what.
    pub(crate) fn event(&self, kind: EventKind, name: Text<'static>) -> Event<'static> {
        let clock = self.clock();
        let now = clock.wall_at(clock.monotonic_nanos());
        let mut event = Event::new(self.ids().next_id(now), now, kind, name);
        let scope = self.in_force.as_deref();
        let ambient = scope.map_or(&NO_AMBIENT, |scope| &scope.ambient);
        event.actor = ambient.actor.as_deref().cloned().map(Cow::Owned);
        event.tenant = ambient.tenant.clone().map(Text::from);
        event.trace = ambient.trace;
        event.cause = ambient.cause;
        event
    }

    /// What no text may quote of what an event of this name carries.
    pub(crate) fn secrets(&self, name: &str, content: Content) -> Secrets {
        let mut contents = Contents::data(content);
        let state = self.runtime.as_ref().map(Runtime::state);
        let in_place = state.as_ref().map(|state| &state.in_place);
        if let Some(classification) = in_place.and_then(|policy| policy.classification.as_ref()) {
            classify(classification, Some(name), Some(name), &mut contents);
        }
        let mut secrets = Secrets::of_payload();
        contents.add_secrets(&mut secrets);
        secrets
    }

    /// Puts into an event what it carries, without what the policy in place and the types of what it carries keep out of records,
    /// and takes that out of what the event says besides. What belongs to no action is the house's own: names of its parts that an
    /// action's fields have too mean something else.
    pub(crate) fn redact(
        &self,
        action: Option<&str>,
        event: &mut Event<'static>,
        mut contents: Contents,
    ) {
        let state = self.runtime.as_ref().map(Runtime::state);
        let keys = state.as_ref().map(|state| &state.redaction_keys);
        let key = keys.map_or(&NO_KEY, |keys| &keys.in_force);
        let mut redactor = Redactor::new(key);
        let mut secrets = Secrets::of_payload();
        let in_place = state.as_ref().map(|state| &state.in_place);
        if let Some(classification) = in_place.and_then(|policy| policy.classification.as_ref()) {
            if let Some(actor) = &mut event.actor {
                let spots = Spots::of_fields(actor.fields(), paths(classification.actor()));
                if !spots.is_empty() {
                    spots.add_secrets_of(actor.fields(), &mut secrets);
                    redactor.fields("actor", actor.to_mut().fields_mut(), &spots);
                }
            }
            let name = (event.kind == EventKind::Event).then_some(&*event.name);
            classify(classification, action, name, &mut contents);
        }
        let outcome = event.outcome.as_ref();
        let has_error = outcome.is_some_and(|outcome| outcome.error.is_some());
        if has_error || event.resource.is_some() {
            contents.add_secrets(&mut secrets);
            hide(event, &secrets, &mut redactor);
        }
        contents.put(event, &mut redactor);
        let redacted = redactor.done();
        if !redacted.is_empty() {
            event.redacted = Cow::Owned(redacted);
        }
    }
}

/// Adds what a policy keeps out of what an event of this name carries, and of the fields of this action.
fn classify(
    classification: &Classification,
    action: Option<&str>,
    event: Option<&str>,
    contents: &mut Contents,
) {
    for of_event in event
        .into_iter()
        .flat_map(|name| classification.events(name))
    {
        if !of_event.fields.is_empty() {
            contents.note_fields();
        }
        contents.mark(|value, spots| {
            of_event.whole.iter().for_each(|how| spots.add(*how));
            for (path, how) in paths(&of_event.fields) {
                spots.add_path(value, path, how);
            }
        });
    }
    let Some(action) = action else {
        return;
    };
    let named = classification.action(Some(action));
    if !named.is_empty() {
        contents.note_fields();
    }
    contents.mark(|value, spots| {
        for (path, how) in paths(named) {
            spots.add_path(value, path, how);
        }
    });
}

/// Takes out of an event's object and of its outcome's error what they quote.
fn hide(event: &mut Event<'static>, secrets: &Secrets, redactor: &mut Redactor<'_>) {
    if secrets.is_empty() {
        return;
    }
    let error = event.outcome.as_mut().and_then(|outcome| {
        let hidden = secrets.hide_in(outcome.error.as_deref()?)?;
        Some((outcome, hidden))
    });
    if let Some((outcome, hidden)) = error {
        outcome.to_mut().error = Some(Text::from(hidden));
    }
    let resource = event.resource.as_deref();
    if let Some(hidden) = resource.and_then(|resource| secrets.hide_in(resource)) {
        let hidden = Text::from(hidden);
        event.resource = Some(hidden.clone());
        if let Some(action) = &mut event.action {
            action.to_mut().set_resource(hidden);
        }
        redactor.note_part("resource", Redaction::Mask);
    }
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
        format_args!("recording it panicked: {panic}"),
    )
}
