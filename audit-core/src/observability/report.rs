//! [`report_trail`]: how a trail stands, as metrics.

use super::count::{set, set_count};
use super::foreign::foreign;
use super::label::Label;
use super::metric::{
    QUEUE_DEPTH, TRAIL_ANCHOR_FAILURES, TRAIL_BYTES, TRAIL_FAILURES, TRAIL_LOST, TRAIL_RECORDS,
    TRAIL_UNANCHORED, TRAIL_UNINDEXED,
};
use super::switch::is_enabled;

/// How a trail stands, all counted since it was opened or made.
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
    /// Records that wait to be written.
    pub waiting: u64,
    /// Records that were lost.
    pub lost: u64,
    /// Refusals of its store.
    pub store_failures: u64,
    /// Checkpoints that could not be copied to a second place.
    pub anchor_failures: u64,
}

/// Shows how a trail stands. Whoever keeps records calls it where something changed; how it stands is asked for only while this
/// path is on.
#[inline]
pub fn report_trail<'t>(standing: impl FnOnce() -> TrailStanding<'t>) {
    if is_enabled() {
        report(&standing());
    }
}

#[cold]
fn report(standing: &TrailStanding<'_>) {
    let _contained = foreign(|| {
        let trail = Label::Place.value(standing.trail);
        set(&TRAIL_RECORDS, trail, standing.records);
        if let Some(bytes) = standing.bytes {
            set(&TRAIL_BYTES, trail, bytes);
        }
        set(&TRAIL_UNINDEXED, trail, standing.unindexed);
        set(&TRAIL_UNANCHORED, trail, standing.unanchored);
        let queue = format!("trail:{}", standing.trail);
        set(&QUEUE_DEPTH, Label::Place.value(&queue), standing.waiting);
        set_count(&TRAIL_LOST, trail, standing.lost);
        set_count(&TRAIL_FAILURES, trail, standing.store_failures);
        set_count(&TRAIL_ANCHOR_FAILURES, trail, standing.anchor_failures);
    });
}
