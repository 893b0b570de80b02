//! Retention through a trail's handle.

use std::time::Duration;

use audit_core::Timestamp;

use crate::notice::tell;
use crate::retention::{
    NoSweep, RetentionPlan, RetentionPolicy, RetentionResult, RetentionSweep, carry_out, plan,
};
use crate::writer::unsignable;

use super::error::TrailError;
use super::handle::Trail;

impl Trail {
    /// What would go by a policy at some time, most often now. Nothing goes. It tells of records, so that it was asked for is recorded.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn plan_retention(
        &self,
        policy: &RetentionPolicy,
        now: Timestamp,
    ) -> Result<RetentionPlan, TrailError> {
        let plan = self.reader(|reader| Ok(plan(reader, policy, now)?));
        self.noted("trail.prune", plan, |plan, data| {
            data.with("policy", policy.to_string())
                .with("dry_run", true)
                .with("records", plan.map(RetentionPlan::records))
        })
    }

    /// Takes out what a plan says, part by part, between the batches of the writer. What remains still proves, and a record
    /// tells of each part.
    ///
    /// # Errors
    /// The store refuses. What went before is gone, and told of.
    pub fn prune(&self, plan: &RetentionPlan) -> Result<RetentionResult, TrailError> {
        carry_out(plan, |part| {
            let notices = self.inner.notices.clone();
            let (place, record) = self.order(move |store, signer| {
                let record = part
                    .record(&notices, &signer.origin, signer.key())
                    .map_err(unsignable)?;
                Ok((store.prune(&part.ranges, &record)?.size - 1, record))
            })?;
            tell(&record);
            Ok(place)
        })
    }

    /// Carries out a policy now, and again each time the interval is over, until what is returned is stopped or dropped, or the
    /// trail is closed. An interval of less than a second counts as a second.
    ///
    /// # Errors
    /// A sweep runs already, the trail is closed, or there is no thread for it.
    pub fn sweep(
        &self,
        policy: RetentionPolicy,
        interval: Duration,
    ) -> Result<RetentionSweep, TrailError> {
        let inner = std::sync::Arc::downgrade(&self.inner);
        let sweep = move || {
            // A sweep keeps no trail open that everybody else let go of.
            let trail = Self {
                inner: inner.upgrade()?,
            };
            match trail.sweep_once(&policy) {
                // It was closed meanwhile.
                Err(_) if trail.inner.queue.is_closed() => None,
                swept => Some(swept.map_err(|error| error.in_one_line())),
            }
        };
        let started = self.inner.sweeping.start(interval, sweep);
        started.map_err(|error| match error {
            NoSweep::Runs => TrailError::SweepRuns,
            NoSweep::Closed => TrailError::Closed,
            NoSweep::Thread(error) => TrailError::Thread(error),
        })
    }

    /// Takes out what may go now. Returns how many records went.
    fn sweep_once(&self, policy: &RetentionPolicy) -> Result<u64, TrailError> {
        let now = self.inner.notices.now();
        let plan = self.reader(|reader| Ok(plan(reader, policy, now)?))?;
        Ok(self.prune(&plan)?.records)
    }
}
