//! Retention through a trail's handle.

use std::time::Duration;

use audit_core::Timestamp;

use crate::retention::{
    RetentionPlan, RetentionPolicy, RetentionResult, RetentionSweep, carry_out, plan,
};
use crate::writer::unsignable;

use super::error::TrailError;
use super::handle::Trail;

impl Trail {
    /// What would go by a policy at some time, most often now. Nothing goes.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn plan_retention(
        &self,
        policy: &RetentionPolicy,
        now: Timestamp,
    ) -> Result<RetentionPlan, TrailError> {
        self.reader(|reader| Ok(plan(reader, policy, now)?))
    }

    /// Takes out what a plan says, part by part, between the batches of the writer. What remains still proves, and a record
    /// tells of each part.
    ///
    /// # Errors
    /// The store refuses. What went before is gone, and told of.
    pub fn prune(&self, plan: &RetentionPlan) -> Result<RetentionResult, TrailError> {
        carry_out(plan, |part| {
            let notices = self.inner.notices.clone();
            self.order(move |store, signer| {
                let record = part
                    .record(&notices, &signer.origin, signer.key())
                    .map_err(unsignable)?;
                Ok(store.prune(&part.ranges, &record)?.size - 1)
            })
        })
    }

    /// Carries out a policy now, and again each time the interval is over, until what is returned is stopped or dropped, or the
    /// trail is closed.
    ///
    /// # Errors
    /// A sweep runs already, or there is no thread for it.
    pub fn sweep(
        &self,
        policy: RetentionPolicy,
        interval: Duration,
    ) -> Result<RetentionSweep, TrailError> {
        let inner = std::sync::Arc::downgrade(&self.inner);
        let sweep = move || {
            // A sweep keeps no trail open that everybody else let go of.
            let Some(inner) = inner.upgrade() else {
                return Ok(0);
            };
            let trail = Self { inner };
            let now = trail.inner.notices.now();
            let plan = trail
                .plan_retention(&policy, now)
                .map_err(|error| told(&error))?;
            let result = trail.prune(&plan).map_err(|error| told(&error))?;
            Ok(result.records)
        };
        let started = self.inner.sweeping.start(interval, sweep);
        started
            .ok_or(TrailError::SweepRuns)?
            .map_err(TrailError::Thread)
    }
}

fn told(error: &TrailError) -> String {
    let source = std::error::Error::source(error);
    source.map_or_else(|| error.to_string(), |source| format!("{error}: {source}"))
}
