//! How the trail stands, in its own numbers and, where that is observed, as metrics.

use crate::store::Head;

use super::Writer;

impl Writer {
    /// The store stands so.
    pub(super) fn stand(&mut self, head: &Head) {
        self.health.stand(head);
        self.show();
    }

    /// Shows how the trail stands to whoever observes the program.
    #[cfg(feature = "observability")]
    pub(super) fn show(&mut self) {
        use std::sync::atomic::Ordering;

        use audit_core::observability::TrailStanding;

        let (store, health, queue) = (&mut self.store, &self.health, &self.queue);
        let origin = &*self.signer.origin;
        queue.report.standing(|| {
            let records = health.records.load(Ordering::Relaxed);
            let indexed = health.indexed.load(Ordering::Relaxed);
            let anchored = health.anchored.load(Ordering::Relaxed);
            TrailStanding {
                trail: origin,
                records,
                // What can't be read is not shown; whoever writes hears of it.
                bytes: super::contained(|| store.bytes()).ok().flatten(),
                unindexed: records.saturating_sub(indexed),
                unanchored: records.saturating_sub(anchored),
                store_failures: health.failures.load(Ordering::Relaxed),
                anchor_failures: health.anchor_failures.load(Ordering::Relaxed),
            }
        });
        queue.show(origin);
    }

    /// Nobody observes.
    #[cfg(not(feature = "observability"))]
    #[allow(clippy::unused_self, reason = "there is nothing to show")]
    pub(super) fn show(&mut self) {}
}
