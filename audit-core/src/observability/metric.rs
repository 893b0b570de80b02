//! The metrics by name: what each one counts, under which labels, and how they are described to a recorder.

use metrics::{KeyName, Level, Metadata, Recorder, SharedString, Unit, with_recorder};

use super::foreign::{TARGET, foreign};

/// How a metric moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MetricKind {
    /// It only grows.
    Counter,
    /// It goes up and down.
    Gauge,
    /// Many values, of which shares and quantiles are asked for.
    Histogram,
}

/// What is known of one metric beforehand.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct MetricFacts {
    /// Its name, as exporters show it.
    pub name: &'static str,
    /// How it moves.
    pub kind: MetricKind,
    /// What it is about, in one sentence.
    pub help: &'static str,
    /// The names of its labels.
    pub labels: &'static [&'static str],
    unit: Unit,
}

/// Upper bounds of buckets for `audit_evaluation_seconds`, in seconds: from a microsecond, which a policy of some hundred rules
/// takes, to ten seconds, which a resolver takes that asks another service in vain.
pub const EVALUATION_BUCKETS: &[f64] = &[
    0.000_001,
    0.000_002_5,
    0.000_005,
    0.000_01,
    0.000_025,
    0.000_05,
    0.000_1,
    0.000_25,
    0.000_5,
    0.001,
    0.002_5,
    0.005,
    0.01,
    0.025,
    0.05,
    0.1,
    0.25,
    0.5,
    1.0,
    2.5,
    10.0,
];

/// Where metrics come from, as a recorder may ask.
pub(super) static METADATA: Metadata<'static> = Metadata::new(TARGET, Level::INFO, None);

macro_rules! metrics {
    ($($place:ident: $kind:ident $name:literal, $unit:ident, [$($label:literal),*], $help:literal;)+) => {
        $(pub(super) static $place: MetricFacts = MetricFacts {
            name: $name,
            kind: MetricKind::$kind,
            help: $help,
            labels: &[$($label),*],
            unit: Unit::$unit,
        };)+

        /// All metrics.
        pub static METRICS: &[&MetricFacts] = &[$(&$place),+];
    };
}

metrics! {
    DECISIONS: Counter "audit_decisions_total", Count, ["action", "effect", "rule", "mode"], "Decisions.";
    INDETERMINATE: Counter "audit_indeterminate_total", Count, ["action", "stage"],
        "Decisions that policy could not be asked for, or not answer.";
    SHADOW_FLIPS: Counter "audit_shadow_flips_total", Count, ["action", "rule"],
        "Calls that can be enforced, ran, and would have been refused, had the call or the rule been enforced.";
    EVALUATION: Histogram "audit_evaluation_seconds", Seconds, ["action"],
        "How long resolving and evaluating took.";
    OUTCOMES: Counter "audit_outcomes_total", Count, ["action", "status"], "Ends of judged calls.";
    OPERATIONS: Counter "audit_operations_total", Count, ["kind", "verdict"],
        "Publications and invocations on buses.";
    QUEUE_DEPTH: Gauge "audit_queue_depth", Count, ["queue"],
        "What waits in the queue of an observer, a sink, a trail or a bus.";
    EVENTS_DROPPED: Counter "audit_events_dropped_total", Count, ["queue"],
        "Events that found the queue of an observer full or closed, and what the queues of a bus dropped.";
    SINK_FAILURES: Counter "audit_sink_failures_total", Count, ["sink"],
        "Failures of sinks, and panics of observers.";
    SINK_QUARANTINED: Gauge "audit_sink_quarantined", Count, ["sink"],
        "Sinks that take too long for an event and get no others: 1 or 0, unless several have one name.";
    EVENTS_LOST: Counter "audit_events_lost_total", Count, ["sink"],
        "Events that a sink will never have, and no spill either.";
    EVENTS_SPILLED: Counter "audit_events_spilled_total", Count, ["sink"],
        "Events that a sink did not take and its spill did.";
    TRAIL_RECORDS: Gauge "audit_trail_records", Count, ["trail"], "Records in a trail, pruned ones counted.";
    TRAIL_BYTES: Gauge "audit_trail_bytes", Bytes, ["trail"], "How large the store of a trail is.";
    TRAIL_UNINDEXED: Gauge "audit_trail_unindexed", Count, ["trail"],
        "Records at the end of a trail whose columns are not drawn yet.";
    TRAIL_UNANCHORED: Gauge "audit_trail_unanchored", Count, ["trail"],
        "Records of a trail that no checkpoint covers yet.";
    TRAIL_LOST: Counter "audit_trail_records_lost_total", Count, ["trail"], "Records that a trail lost.";
    TRAIL_FAILURES: Counter "audit_trail_store_failures_total", Count, ["trail"],
        "Refusals of the store of a trail.";
    TRAIL_ANCHOR_FAILURES: Counter "audit_trail_anchor_failures_total", Count, ["trail"],
        "Checkpoints of a trail that could not be copied to a second place.";
}

/// Tells the recorder of the `metrics` crate what each metric is about. [`enable`](super::enable) does it too, and has gauges shown
/// besides: a program whose recorder is installed later calls that again.
pub fn describe() {
    let _contained = foreign(|| {
        with_recorder(|recorder| {
            for metric in METRICS {
                metric.describe(recorder);
            }
        });
    });
}

impl MetricFacts {
    fn describe(&self, recorder: &dyn Recorder) {
        let (name, help) = (
            KeyName::from_const_str(self.name),
            SharedString::const_str(self.help),
        );
        let unit = Some(self.unit);
        match self.kind {
            MetricKind::Counter => recorder.describe_counter(name, unit, help),
            MetricKind::Gauge => recorder.describe_gauge(name, unit, help),
            MetricKind::Histogram => recorder.describe_histogram(name, unit, help),
        }
    }
}
