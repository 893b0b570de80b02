//! [`TrailReport`]: how a trail stands, as metrics.

use std::sync::atomic::AtomicU64;

use super::count::{count_on, follow_queue, set};
use super::foreign::foreign;
use super::label::Label;
use super::metric::{
    TRAIL_ANCHOR_FAILURES, TRAIL_BYTES, TRAIL_FAILURES, TRAIL_LOST, TRAIL_RECORDS,
    TRAIL_UNANCHORED, TRAIL_UNINDEXED,
};
use super::switch::is_enabled;

/// How a trail stands. Records are counted since it was made, failures since it was opened.
#[derive(Clone, Copy, Debug, Default)]
#[allow(
    clippy::exhaustive_structs,
    reason = "a store of another kind writes it with `..`"
)]
pub struct TrailStanding<'t> {
    /// Which trail.
    pub trail: &'t str,
    /// Records in it, pruned ones counted.
    pub records: u64,
    /// How large its store is, in bytes, if that is known.
    pub bytes: Option<u64>,
    /// Records at its end whose columns are not drawn yet.
    pub unindexed: u64,
    /// Records that no checkpoint covers yet.
    pub unanchored: u64,
    /// Refusals of its store.
    pub store_failures: u64,
    /// Checkpoints that could not be copied to a second place.
    pub anchor_failures: u64,
}

/// What waits for a trail, and what never came into it.
#[derive(Clone, Copy, Debug, Default)]
#[allow(clippy::exhaustive_structs, reason = "whoever keeps records makes it")]
pub struct TrailQueue {
    /// Records that wait to be written.
    pub waiting: usize,
    /// Records that were lost since the trail was opened.
    pub lost: u64,
}

/// What was shown of one trail so far. Each opening has its own: what is counted since it was opened is added to what was counted before.
#[derive(Debug, Default)]
pub struct TrailReport {
    lost: AtomicU64,
    store_failures: AtomicU64,
    anchor_failures: AtomicU64,
}

impl TrailReport {
    /// That of a trail that was opened just now.
    pub const fn new() -> Self {
        Self {
            lost: AtomicU64::new(0),
            store_failures: AtomicU64::new(0),
            anchor_failures: AtomicU64::new(0),
        }
    }

    /// Shows how the trail stands. Whoever keeps records calls it where something changed; how it stands is asked for only while
    /// this path is on.
    #[inline]
    pub fn standing<'t>(&self, standing: impl FnOnce() -> TrailStanding<'t>) {
        if is_enabled() {
            self.show(&standing());
        }
    }

    /// Shows what waits for the trail. Whoever puts records in calls it, and whoever takes them out: a store that hangs must not
    /// hide what piles up before it. The queue is asked again until what was shown is true, as several may show it at once.
    #[inline]
    pub fn queue(&self, trail: &str, queue: impl Fn() -> TrailQueue) {
        if is_enabled() {
            follow_queue(trail, || queue().waiting);
            let lost = queue().lost;
            let _contained = foreign(|| {
                let trail = Label::Place.value(trail);
                count_on(&TRAIL_LOST, trail, &self.lost, lost);
            });
        }
    }

    #[cold]
    fn show(&self, standing: &TrailStanding<'_>) {
        let (failures, anchors) = (standing.store_failures, standing.anchor_failures);
        let _contained = foreign(|| {
            let trail = Label::Place.value(standing.trail);
            set(&TRAIL_RECORDS, trail, standing.records);
            if let Some(bytes) = standing.bytes {
                set(&TRAIL_BYTES, trail, bytes);
            }
            set(&TRAIL_UNINDEXED, trail, standing.unindexed);
            set(&TRAIL_UNANCHORED, trail, standing.unanchored);
            count_on(&TRAIL_FAILURES, trail, &self.store_failures, failures);
            count_on(
                &TRAIL_ANCHOR_FAILURES,
                trail,
                &self.anchor_failures,
                anchors,
            );
        });
    }
}
