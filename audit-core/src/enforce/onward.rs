//! From a decision to the way on.

use std::sync::Arc;

use crate::call::{Judged, Supplied};
use crate::decision::Mode;
use crate::delivery::Delivery;
use crate::observability::{CallFacts, CallSpan, is_enabled};
use crate::outcome::Status;
use crate::recorder::{RecordError, RecordErrorKind, Recorded};
use crate::runtime::{Runtime, State};
use crate::scope::InForce;
use crate::site::{AnnotatedSite, SiteKind, Uninstalled};
use crate::value::Text;

use super::course::Course;
use super::flight::Flight;
use super::health;
use super::passage::Passage;
use super::refused::Refused;
use super::returned::Report;

/// Where a call was judged.
pub(super) struct Onward<'o> {
    pub(super) site: &'static AnnotatedSite,
    pub(super) runtime: &'o Runtime,
    pub(super) state: &'o State,
    pub(super) in_force: Option<&'o Arc<InForce>>,
    /// Whether its thread may be kept waiting.
    pub(super) may_block: bool,
}

/// Who wants to know how a call ends.
#[derive(Clone, Copy)]
struct Told {
    /// An observer or the recorder.
    of_outcome: bool,
    /// The other path.
    is_observed: bool,
}

impl Told {
    fn anybody(self) -> bool {
        self.of_outcome || self.is_observed
    }
}

impl Onward<'_> {
    /// How the call goes on after its decision.
    pub(super) fn go(&self, mut judged: Judged<'_>) -> Passage {
        let decision = judged.decision;
        // It was off after all, and nobody was told.
        if decision.mode == Mode::Off {
            return Passage::OPEN;
        }
        let refused = decision.mode == Mode::Enforce && !decision.permits();
        let captured = self
            .in_force
            .is_some_and(|in_force| !in_force.captures.is_empty());
        let told = Told {
            of_outcome: self.state.sees_outcomes || captured,
            is_observed: is_enabled(),
        };
        if !refused && !told.anybody() && !self.site.demands_record() {
            return Passage::OPEN;
        }
        match std::mem::replace(&mut judged.recorded, Recorded::Unwanted) {
            Recorded::Unwanted if judged.keeper.is_none() && self.site.demands_record() => {
                let (delivery, error) = absent(self.site);
                let course = self.course(&judged, delivery, told, refused, false);
                Passage::settled(course, Some(&error))
            }
            Recorded::Lost(delivery, error) => {
                let course = self.course(&judged, delivery, told, refused, false);
                Passage::settled(course, Some(&error))
            }
            Recorded::Pending(delivery, receipt) => {
                Passage::recording(receipt, self.course(&judged, delivery, told, refused, true))
            }
            recorded => {
                let must_keep = matches!(recorded, Recorded::Taken(Delivery::Durable));
                if refused {
                    if told.anybody() {
                        self.flight(&judged, told, must_keep, None)
                            .end(Status::Refused, Report::default());
                    }
                    let kind = judged.action().kind().unwrap_or_default();
                    return Passage::refused(Refused::by(decision, kind));
                }
                if !told.anybody() {
                    return Passage::OPEN;
                }
                Passage::flying(self.flight(&judged, told, must_keep, Some(judged.now_nanos)))
            }
        }
    }

    /// What has to be known once it is clear whether the decision is recorded.
    #[cold]
    fn course(
        &self,
        judged: &Judged<'_>,
        delivery: Delivery,
        told: Told,
        refused: bool,
        taken: bool,
    ) -> Course {
        let decision = judged.decision;
        let must_keep = delivery == Delivery::Durable && taken;
        let kind = judged.action().kind().unwrap_or_default();
        Course {
            site: self.site,
            call: decision.id,
            action_type: self.action_type(judged),
            delivery,
            flight: told
                .anybody()
                .then(|| self.flight(judged, told, must_keep, None)),
            refused: refused.then(|| Refused::by(decision, kind)),
            strict: decision.mode == Mode::Enforce && self.site.refuses_unrecorded(delivery),
        }
    }

    fn flight(
        &self,
        judged: &Judged<'_>,
        told: Told,
        must_keep: bool,
        began_nanos: Option<u64>,
    ) -> Flight {
        let resource = judged.action().resource();
        Flight {
            runtime: self.runtime.clone(),
            in_force: self.in_force.cloned(),
            own_ambient: judged.own_ambient().map(Box::new),
            hidden: judged.hidden().map(|hidden| Box::new(hidden.of_outcome())),
            site: self.site,
            call: judged.decision.id,
            action_type: self.action_type(judged),
            resource: resource.map(|resource| Text::from(resource).into_owned()),
            keeper: judged.keeper.cloned(),
            must_keep,
            may_block: self.may_block,
            began_nanos,
            is_told: told.of_outcome,
            span: CallSpan::when(told.is_observed, || self.facts(judged)),
        }
    }

    fn facts<'f>(&self, judged: &'f Judged<'_>) -> CallFacts<'f> {
        CallFacts {
            action: judged.action().kind().unwrap_or_default(),
            decision: judged.decision,
            tenant: judged.tenant(),
            module: self.site.module,
            function: self.site.function,
            file: self.site.file,
            line: self.site.line,
        }
    }

    fn action_type(&self, judged: &Judged<'_>) -> Text<'static> {
        match self.site.action {
            Some(action) => Text::borrowed(action),
            None => Text::from(judged.action().kind().unwrap_or_default()).into_owned(),
        }
    }
}

/// There is nobody who keeps records.
#[cold]
fn absent(site: &AnnotatedSite) -> (Delivery, RecordError) {
    let error = RecordError::new(
        RecordErrorKind::Absent,
        "no recorder is set: call `audit_core::set_recorder` first",
    );
    (site.delivery.unwrap_or(Delivery::BestEffort), error)
}

/// There is no runtime to ask.
#[cold]
pub(super) fn uninstalled(
    site: &'static AnnotatedSite,
    supplied: Option<&Supplied<'_>>,
) -> Passage {
    let error = supplied.and_then(|supplied| supplied.error.as_ref());
    match (site.kind, error, site.uninstalled) {
        (SiteKind::Audit, ..) => Passage::OPEN,
        // One was named, so this is no program without a runtime.
        (SiteKind::Admit, Some(error), _) => Passage::refused(Refused::failed(site, Some(error))),
        (SiteKind::Admit, None, Uninstalled::Refuse) => {
            Passage::refused(Refused::not_installed(site))
        }
        (SiteKind::Admit, None, Uninstalled::Run) => {
            if site.count_uninstalled() {
                health::note_unjudged(site);
            }
            Passage::OPEN
        }
    }
}
