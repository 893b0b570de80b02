//! The events of changes: who made them, in which scope, and what was changed.

use std::borrow::Cow;
use std::sync::Arc;

use crate::clock::Timestamp;
use crate::decision::Mode;
use crate::event::{Event, EventKind};
use crate::mode::{Change, ModeTarget};
use crate::redaction::{RedactionKey, Redactor, Spots, paths};
use crate::request::{Actor, Ambient, TenantId};
use crate::runtime::{Announcement, InPlace, Runtime};
use crate::scope::{InForce, with_current};
use crate::value::{Fields, Value};

/// What all events of one change share: when it was asked for, in which scope, by whom and why.
pub(super) struct Facts<'r> {
    runtime: &'r Runtime,
    in_force: Option<Arc<InForce>>,
    time: Timestamp,
    change: Option<Change>,
    /// That in force when it was asked for.
    key: RedactionKey,
}

impl<'r> Facts<'r> {
    /// Of a change that is asked for here and now.
    pub(super) fn here(runtime: &'r Runtime, change: Option<Change>) -> Self {
        let clock = runtime.clock();
        Self {
            runtime,
            in_force: with_current(|in_force| in_force.cloned()),
            time: clock.wall_at(clock.monotonic_nanos()),
            change,
            key: runtime.state().redaction_keys.in_force.clone(),
        }
    }

    pub(super) fn time(&self) -> Timestamp {
        self.time
    }

    pub(super) fn change(&self) -> Option<&Change> {
        self.change.as_ref()
    }

    /// An event with this data, to which who and why are added. What the given policies keep out of records is kept out.
    pub(super) fn event(
        &self,
        kind: EventKind,
        name: &'static str,
        mut data: Fields<'static>,
        policies: &[&InPlace],
    ) -> Announcement {
        if let Some(change) = &self.change {
            data.set("by", change.who().to_owned());
            data.set("reason", change.why().to_owned());
        }
        let id = self.runtime.ids().next_id(self.time);
        let mut event = Event::new(id, self.time, kind, name);
        event.data = Some(Value::from(data));
        if let Some(in_force) = &self.in_force {
            self.add_ambient(&mut event, &in_force.ambient, policies);
        }
        let captures = self.in_force.as_ref();
        let captures = captures.map(|in_force| in_force.captures.clone());
        Announcement::new(event.into_owned(), captures.unwrap_or_default())
    }

    /// Adds who acts, for which tenant, in which trace.
    fn add_ambient<'a>(&self, event: &mut Event<'a>, ambient: &'a Ambient, policies: &[&InPlace]) {
        if let Some(actor) = &ambient.actor {
            let mut actor = Actor::clone(actor);
            let known = policies
                .iter()
                .filter_map(|policy| policy.classification.as_ref());
            let named = known.flat_map(|classification| paths(classification.actor()));
            let spots = Spots::of_fields(actor.fields(), named);
            let mut redactor = Redactor::new(&self.key);
            redactor.fields("actor", actor.fields_mut(), &spots);
            event.actor = Some(Cow::Owned(actor));
            event.redacted = Cow::Owned(redactor.done());
        }
        event.tenant = ambient.tenant.as_ref().map(TenantId::as_text);
        event.trace = ambient.trace;
        event.cause = ambient.cause;
    }
}

/// A mode was set while the program runs.
pub(super) fn mode_set(
    facts: &Facts<'_>,
    in_place: &InPlace,
    target: &ModeTarget,
    from: Option<Mode>,
    to: Mode,
) -> Announcement {
    let data = of_target(target, from, Some(to));
    facts.event(EventKind::Mode, "mode.set", data, &[in_place])
}

/// A mode that was set is no longer.
pub(super) fn mode_cleared(
    facts: &Facts<'_>,
    in_place: &InPlace,
    target: &ModeTarget,
    from: Option<Mode>,
) -> Announcement {
    let data = of_target(target, from, None);
    facts.event(EventKind::Mode, "mode.cleared", data, &[in_place])
}

/// Values are hashed under another key: their names, where they have any.
pub(super) fn redaction_key(
    facts: &Facts<'_>,
    in_place: &InPlace,
    from: &RedactionKey,
    to: &RedactionKey,
) -> Announcement {
    let name = |key: &RedactionKey| key.name().map(str::to_owned);
    let data = Fields::new().with("from", name(from)).with("to", name(to));
    facts.event(EventKind::Lifecycle, "redaction_key", data, &[in_place])
}

/// What a mode is set for, and from which to which.
pub(super) fn of_target(
    target: &ModeTarget,
    from: Option<Mode>,
    to: Option<Mode>,
) -> Fields<'static> {
    let mut data = Fields::new().with("target", target.kind());
    if let Some(name) = target.name() {
        data.set("name", name.to_owned());
    }
    let word = |mode: Option<Mode>| mode.map(|mode| mode.as_str());
    data.with("from", word(from)).with("to", word(to))
}
