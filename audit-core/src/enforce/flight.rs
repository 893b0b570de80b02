//! [`Flight`]: a judged call whose body is running.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use crate::call::{Hidden, terms_of};
use crate::clock::EventId;
use crate::contain::{contain, discard};
use crate::event::{Fact, OutcomeEvent};
use crate::health::Stopwatch;
use crate::observability::CallSpan;
use crate::observer::notify_all;
use crate::outcome::{Outcome, Status};
use crate::recorder::{Keeper, Terms};
use crate::redaction::{Redacted, Redactor, Spots};
use crate::request::{Actor, Ambient};
use crate::runtime::Runtime;
use crate::scope::InForce;
use crate::sink::Emission;
use crate::site::AnnotatedSite;
use crate::value::Text;

use super::health::note_failure;
use super::returned::Report;

static ANONYMOUS: Actor<'static> = Actor::anonymous();
static NO_AMBIENT: Ambient = Ambient::nothing();

/// A judged call whose body is running: what its end needs to know of its beginning.
pub(crate) struct Flight {
    pub(crate) runtime: Runtime,
    /// The scope in force when it was judged.
    pub(crate) in_force: Option<Arc<InForce>>,
    /// Actor and tenant, where these are others than the scope's.
    pub(crate) own_ambient: Option<Box<Ambient>>,
    /// What is kept out of the outcome's record, if anything.
    pub(crate) hidden: Option<Box<Hidden>>,
    pub(crate) site: &'static AnnotatedSite,
    pub(crate) call: EventId,
    pub(crate) action_type: Text<'static>,
    pub(crate) resource: Option<Text<'static>>,
    /// Who was told of the decision, and is told of the end too, whoever keeps records by then.
    pub(crate) keeper: Option<Arc<Keeper>>,
    /// Whether the decision is kept durably, so that the end must not be dropped.
    pub(crate) must_keep: bool,
    /// Whether the thread on which it ends may be kept waiting.
    pub(crate) may_block: bool,
    /// When the body began, on the runtime's clock.
    pub(crate) began_nanos: Option<u64>,
    /// Whether an observer or the recorder is told of its end.
    pub(crate) is_told: bool,
    /// The call as the observability path shows it.
    pub(crate) span: CallSpan,
}

impl Flight {
    /// Records how the call ended. Nothing that goes wrong here reaches it.
    pub(super) fn end(mut self, status: Status, report: Report<'_>) {
        let told = contain(|| {
            let now_nanos = self.runtime.clock().monotonic_nanos();
            let ran = |began_nanos| now_nanos.saturating_sub(began_nanos);
            let took = Duration::from_nanos(self.began_nanos.map_or(0, ran));
            let span = std::mem::replace(&mut self.span, CallSpan::NOTHING);
            span.end(&self.action_type, status, took);
            if self.is_told {
                self.tell(now_nanos, took, status, report);
            }
        });
        discard(self);
        if let Err(panic) = told {
            note_failure(&panic);
        }
    }

    /// Tells every observer that wants to know, and the recorder.
    fn tell(&self, now_nanos: u64, took: Duration, status: Status, report: Report<'_>) {
        let (runtime, clock) = (&self.runtime, self.runtime.clock());
        let time = clock.wall_at(now_nanos);
        let mut outcome = Outcome {
            status,
            duration: took,
            value: report.value,
            error: report.error,
        };
        let hidden = self.hidden.as_deref();
        if let Some(hidden) = hidden {
            hidden.hide_in(&mut outcome, report.kept_out);
        }
        let redacted = hidden.map_or(Redacted::NOTHING, Hidden::redacted);
        let redacted = match report.kept_out {
            Some(how) if outcome.value.is_some() => {
                let keys = Arc::clone(&runtime.state().redaction_keys);
                let mut redactor = Redactor::new(&keys.in_force);
                redactor.value("outcome.value", &mut outcome.value, &Spots::all(how));
                let mut listed = redacted.clone();
                listed.add(redactor.done());
                Cow::Owned(listed)
            }
            _ => Cow::Borrowed(redacted),
        };
        let scope = self.in_force.as_deref();
        let ambient = match (&self.own_ambient, scope) {
            (Some(own), _) => own,
            (None, Some(scope)) => &scope.ambient,
            (None, None) => &NO_AMBIENT,
        };
        let place = self.site.place();
        let event = OutcomeEvent {
            id: runtime.ids().next_id(time),
            time,
            call: self.call,
            action_type: &self.action_type,
            resource: self.resource.as_deref(),
            actor: ambient.actor.as_deref().unwrap_or(&ANONYMOUS),
            ambient,
            redacted: &redacted,
            site: Some(&place),
            outcome: &outcome,
        };
        let fact = Fact::Outcome(&event);
        let mut told_nanos = now_nanos;
        if let Some(keeper) = &self.keeper {
            let terms = Terms {
                must_keep: self.must_keep,
                ..terms_of(self.site, self.may_block)
            };
            // The call is over: what is lost the recorder has counted.
            let _recorded = keeper.record(&fact, &terms);
            told_nanos = clock.monotonic_nanos();
        }
        let mut stopwatch = Stopwatch {
            clock,
            started_nanos: told_nanos,
            limit: runtime.slow_observer(),
        };
        let captures = scope.map_or(&[][..], |scope| &scope.captures);
        let state = runtime.state();
        let notices = state.emit(None, &mut stopwatch, |key| Emission::new(fact, key));
        notify_all(&state.observers, captures, fact, &mut stopwatch);
        notices.tell();
    }
}
