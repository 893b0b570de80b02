//! [`TrailReport`] and [`LaneReport`]: how a trail, and how a queue of the bus stands, as metrics.

use std::sync::atomic::AtomicU64;

use super::count::{count_on, set};
use super::foreign::foreign;
use super::gauge::Gauge;
use super::label::Label;
use super::metric::{
    EVENTS_DROPPED, MetricFacts, TRAIL_ANCHOR_FAILURES, TRAIL_BYTES, TRAIL_FAILURES, TRAIL_LOST,
    TRAIL_RECORDS, TRAIL_UNANCHORED, TRAIL_UNINDEXED,
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

/// What was shown of one queue so far: what waits in it, and what it missed since it was made.
#[derive(Debug)]
struct QueueReport {
    depth: Gauge,
    metric: &'static MetricFacts,
    missed: AtomicU64,
}

impl QueueReport {
    const fn new(depth: Gauge, metric: &'static MetricFacts) -> Self {
        Self {
            depth,
            metric,
            missed: AtomicU64::new(0),
        }
    }

    /// It may have changed: how much waits, and how much was missed, is asked for once for each time that it is shown.
    #[inline]
    fn follow<P: AsRef<str>>(&self, name: impl FnOnce() -> P, counts: impl Fn() -> (usize, u64)) {
        if self.depth.is_followed() {
            self.depth.show(name, |place| {
                let (waiting, missed) = counts();
                if is_enabled() {
                    let _contained = foreign(|| count_on(self.metric, place, &self.missed, missed));
                }
                waiting
            });
        }
    }
}

/// What was shown of one queue of the bus so far.
#[derive(Debug)]
pub(crate) struct LaneReport(QueueReport);

impl LaneReport {
    /// That of a queue that was made just now.
    pub(crate) const fn new() -> Self {
        Self(QueueReport::new(Gauge::of_lane(), &EVENTS_DROPPED))
    }

    /// It may have changed: how much waits in it, and how much was dropped since it was made.
    #[inline]
    pub(crate) fn follow(&self, name: impl FnOnce() -> String, counts: impl Fn() -> (usize, u64)) {
        self.0.follow(name, counts);
    }
}

/// What was shown of one trail so far. Each opening has its own: what is counted since it was opened is added to what was counted before.
#[derive(Debug)]
pub struct TrailReport {
    queue: QueueReport,
    store_failures: AtomicU64,
    anchor_failures: AtomicU64,
}

impl Default for TrailReport {
    fn default() -> Self {
        Self::new()
    }
}

impl TrailReport {
    /// That of a trail that was opened just now.
    pub const fn new() -> Self {
        Self {
            queue: QueueReport::new(Gauge::of_queue(), &TRAIL_LOST),
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
    /// hide what piles up before it. One thread at a time asks the queue and shows it, again for whoever came meanwhile. Trails of one
    /// name are added up, and one whose report is dropped is shown no more.
    #[inline]
    pub fn queue(&self, trail: &str, queue: impl Fn() -> TrailQueue) {
        self.queue.follow(
            || trail,
            || {
                let TrailQueue { waiting, lost } = queue();
                (waiting, lost)
            },
        );
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
