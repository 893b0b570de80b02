//! [`Course`]: where a judged call goes once it is known whether its decision is recorded.

use std::time::Duration;

use crate::clock::EventId;
use crate::contain::contain;
use crate::delivery::Delivery;
use crate::outcome::Status;
use crate::recorder::RecordError;
use crate::site::AnnotatedSite;
use crate::value::Text;

use super::flight::Flight;
use super::health::{note_failure, note_unrecorded};
use super::refused::Refused;
use super::returned::Report;

/// What the outcome says of a call that policy lets run and that is refused all the same.
const UNRECORDABLE: &str = "the decision could not be recorded";

/// Where a judged call goes once it is known whether its decision is recorded.
pub(super) struct Course {
    pub(super) site: &'static AnnotatedSite,
    pub(super) call: EventId,
    pub(super) action_type: Text<'static>,
    pub(super) delivery: Delivery,
    /// What its end needs to know, if anybody is to be told of it.
    pub(super) flight: Option<Flight>,
    /// What policy says, if it refuses.
    pub(super) refused: Option<Refused>,
    /// Whether it is refused, too, if its decision can't be recorded.
    pub(super) strict: bool,
}

/// How a call goes on that does not wait any more.
pub(super) enum Settled {
    /// Its body simply runs.
    Open,
    /// Its body runs, and its end is recorded.
    Flying(Flight),
    /// It does not run.
    Refused(Refused),
}

impl Course {
    /// How long its record may take, if its attribute says so.
    pub(super) fn may_take(&self) -> Option<Duration> {
        self.site.durable_timeout_ms.map(Duration::from_millis)
    }

    /// Goes on, with its decision recorded, or why it is not.
    pub(super) fn settle(mut self, lost: Option<&RecordError>) -> Settled {
        let mut report = Report::default();
        if let (Some(_), Some(flight)) = (lost, &mut self.flight) {
            // It takes no room from the ends of calls whose decisions are on disk.
            flight.must_keep = false;
        }
        if let Some(error) = lost
            && self.refused.is_none()
        {
            if self.strict {
                self.refused = Some(Refused::unrecordable(
                    &self.action_type,
                    self.call,
                    error.kind,
                ));
                report.error = Some(Text::borrowed(UNRECORDABLE));
            } else if self.delivery == Delivery::Durable || self.site.demands_record() {
                note_unrecorded(self.site, error);
            }
        }
        match (self.refused, self.flight) {
            (Some(refused), flight) => {
                if let Some(flight) = flight {
                    flight.end(Status::Refused, report);
                }
                Settled::Refused(refused)
            }
            (None, Some(flight)) => begin(flight),
            (None, None) => Settled::Open,
        }
    }

    /// Its caller let go of it: it never ran.
    pub(super) fn abandon(self, status: Status) {
        let status = match self.refused {
            Some(_) => Status::Refused,
            None => status,
        };
        if let Some(flight) = self.flight {
            flight.end(status, Report::default());
        }
    }
}

/// The body begins now: what was waited for is not its own time.
fn begin(mut flight: Flight) -> Settled {
    match contain(|| flight.runtime.clock().monotonic_nanos()) {
        Ok(now_nanos) => flight.began_nanos = Some(now_nanos),
        Err(panic) => note_failure(&panic),
    }
    Settled::Flying(flight)
}
