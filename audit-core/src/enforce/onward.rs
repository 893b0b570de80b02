//! From a decision to the way on.

use std::sync::Arc;

use crate::call::Judged;
use crate::call::Supplied;
use crate::decision::Mode;
use crate::outcome::Status;
use crate::runtime::Runtime;
use crate::scope::InForce;
use crate::site::{AnnotatedSite, SiteKind, Uninstalled};
use crate::value::Text;

use super::flight::Flight;
use super::health;
use super::passage::Passage;
use super::refused::Refused;
use super::returned::Report;

/// How a call goes on after its decision.
pub(super) fn onward(
    site: &'static AnnotatedSite,
    runtime: &Runtime,
    sees_outcomes: bool,
    in_force: Option<&Arc<InForce>>,
    judged: &Judged<'_>,
) -> Passage {
    let decision = judged.decision;
    // It was off after all, and nobody was told.
    if decision.mode == Mode::Off {
        return Passage::OPEN;
    }
    let refused = decision.mode == Mode::Enforce && !decision.permits();
    let captured = in_force.is_some_and(|in_force| !in_force.captures.is_empty());
    if !refused && !sees_outcomes && !captured {
        return Passage::OPEN;
    }
    let action = judged.action();
    let kind = action.kind().unwrap_or_default();
    let flight = || Flight {
        runtime: runtime.clone(),
        in_force: in_force.cloned(),
        own_ambient: judged.own_ambient().map(Box::new),
        hidden: judged.hidden().map(|hidden| Box::new(hidden.of_outcome())),
        site,
        call: decision.id,
        action_type: match site.action {
            Some(action) => Text::borrowed(action),
            None => Text::from(kind).into_owned(),
        },
        resource: action
            .resource()
            .map(|resource| Text::from(resource).into_owned()),
        began_nanos: judged.now_nanos,
    };
    if refused {
        if sees_outcomes || captured {
            flight().tell(Status::Refused, Report::default());
        }
        return Passage::refused(Refused::by(decision, kind));
    }
    Passage::flying(flight())
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
