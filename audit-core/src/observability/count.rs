//! Metrics as they are counted: keys are made once a thread, and the recorder is asked anew each time, as it may be installed late.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use foldhash::fast::RandomState;
use metrics::{Key, Recorder, with_recorder};

use crate::decision::Decision;
use crate::outcome::Status;

use super::foreign::foreign;
use super::label::{Label, NONE};
use super::metric::{
    DECISIONS, EVALUATION, EVENTS_DROPPED, EVENTS_LOST, EVENTS_SPILLED, INDETERMINATE, METADATA,
    MetricFacts, OPERATIONS, OUTCOMES, SHADOW_FLIPS, SINK_FAILURES,
};
use super::switch::is_enabled;

/// The most labels that a metric has.
const LABELS: usize = 4;
/// How many keys a thread keeps before it begins anew.
const KEPT: usize = 8192;

/// Values of labels, in the order of the metric's own list.
type Values = [&'static str; LABELS];

thread_local! {
    static KEYS: RefCell<HashMap<(&'static str, Values), Key, RandomState>> =
        RefCell::new(HashMap::with_hasher(RandomState::default()));
}

/// Calls with the key of a metric under these labels.
fn with_key<T>(metric: &MetricFacts, values: &[&'static str], use_key: impl FnOnce(&Key) -> T) {
    let mut all: Values = [""; LABELS];
    for (place, value) in all.iter_mut().zip(values) {
        *place = value;
    }
    let make = || {
        let pairs = metric.labels.iter().copied().zip(values.iter().copied());
        let labels: Vec<metrics::Label> = pairs
            .map(|(label, value)| metrics::Label::from_static_parts(label, value))
            .collect();
        Key::from_parts(metric.name, labels)
    };
    let _gone = KEYS.try_with(|keys| {
        let mut keys = keys.try_borrow_mut().ok()?;
        if keys.len() >= KEPT {
            keys.clear();
        }
        use_key(keys.entry((metric.name, all)).or_insert_with(make));
        Some(())
    });
}

/// Counts so many more.
fn add(recorder: &dyn Recorder, metric: &MetricFacts, values: &[&'static str], more: u64) {
    with_key(metric, values, |key| {
        recorder.register_counter(key, &METADATA).increment(more);
    });
}

/// Counts on to what is counted elsewhere too, of which so many were seen before. Several may do so at once.
pub(super) fn count_on(metric: &MetricFacts, place: &'static str, seen: &AtomicU64, count: u64) {
    let before = seen.fetch_max(count, Ordering::Relaxed);
    with_recorder(|recorder| add(recorder, metric, &[place], count.saturating_sub(before)));
}

/// Sets a gauge.
pub(super) fn set(metric: &MetricFacts, value: &'static str, to: u64) {
    with_recorder(|recorder| {
        with_key(metric, &[value], |key| {
            recorder.register_gauge(key, &METADATA).set(float(to));
        });
    });
}

#[allow(
    clippy::cast_precision_loss,
    reason = "a gauge is a float; beyond 2^53 nobody counts single ones"
)]
fn float(count: u64) -> f64 {
    count as f64
}

/// A decision was made: of a call that is obeyed where it is enforced, or of one that never is.
#[inline]
pub(crate) fn decided(action: &str, decision: &Decision<'_>, is_enforceable: bool) {
    if is_enabled() {
        count_decision(action, decision, is_enforceable);
    }
}

#[cold]
fn count_decision(action: &str, decision: &Decision<'_>, is_enforceable: bool) {
    let _contained = foreign(|| {
        let action = Label::Action.value(action);
        let rule = |rule: Option<&str>| rule.map_or(NONE, |rule| Label::Rule.value(rule));
        let matched = rule(decision.matched_rule.as_deref());
        with_recorder(|recorder| {
            let effect = decision.effect.as_str();
            let labels = [action, effect, matched, decision.mode.as_str()];
            add(recorder, &DECISIONS, &labels, 1);
            with_key(&EVALUATION, &[action], |key| {
                let histogram = recorder.register_histogram(key, &METADATA);
                histogram.record(decision.duration.as_secs_f64());
            });
            if let Some(error) = &decision.error {
                let labels = [action, error.stage.as_str()];
                add(recorder, &INDETERMINATE, &labels, 1);
            }
            // What policy could not answer says nothing about its rules.
            let flip = if !is_enforceable || decision.is_indeterminate() {
                None
            } else if runs_in_shadow(decision) {
                Some(matched)
            } else if would_refuse(decision) {
                Some(rule(decision.would_rule.as_deref()))
            } else {
                None
            };
            if let Some(rule) = flip {
                add(recorder, &SHADOW_FLIPS, &[action, rule], 1);
            }
        });
    });
}

/// Whether a call runs that would have been refused, had it been enforced.
fn runs_in_shadow(decision: &Decision<'_>) -> bool {
    !decision.applied && !decision.permits()
}

/// Whether a call runs that would have been refused, had a rule been enforced.
fn would_refuse(decision: &Decision<'_>) -> bool {
    decision.permits() && decision.would.is_some_and(|would| !would.permits())
}

/// A judged call ended.
#[cold]
pub(super) fn ended(action: &str, status: Status) {
    let _contained = foreign(|| {
        let action = Label::Action.value(action);
        with_recorder(|recorder| add(recorder, &OUTCOMES, &[action, status.as_str()], 1));
    });
}

/// Something is done on a bus, or denied.
pub(super) fn operated(kind: &'static str, verdict: &'static str) {
    let _contained =
        foreign(|| with_recorder(|recorder| add(recorder, &OPERATIONS, &[kind, verdict], 1)));
}

/// A sink is there: from now on it is known to have failed and lost nothing, and its spill to have taken nothing.
pub(crate) fn sink_is_there(sink: &str, has_spill: bool) {
    add_at(&SINK_FAILURES, sink, 0);
    add_at(&EVENTS_LOST, sink, 0);
    if has_spill {
        add_at(&EVENTS_SPILLED, sink, 0);
    }
}

/// An observer is there: from now on it is known to have failed never, and its queue, if it has one, to have dropped nothing.
pub(crate) fn observer_is_there(observer: &str, has_queue: bool) {
    add_at(&SINK_FAILURES, observer, 0);
    if has_queue {
        add_at(&EVENTS_DROPPED, observer, 0);
    }
}

/// So many events found the queue of an observer full or closed.
#[inline]
pub(crate) fn events_dropped(queue: &str, count: u64) {
    add_at(&EVENTS_DROPPED, queue, count);
}

/// A sink failed once.
#[inline]
pub(crate) fn sink_failed(sink: &str) {
    add_at(&SINK_FAILURES, sink, 1);
}

/// A sink will never have so many events.
#[inline]
pub(crate) fn events_lost(sink: &str, count: u64) {
    add_at(&EVENTS_LOST, sink, count);
}

/// A spill took so many events that its sink did not take.
#[inline]
pub(crate) fn events_spilled(sink: &str, count: u64) {
    add_at(&EVENTS_SPILLED, sink, count);
}

fn add_at(metric: &MetricFacts, place: &str, more: u64) {
    if is_enabled() {
        let _contained = foreign(|| {
            let place = Label::Place.value(place);
            with_recorder(|recorder| add(recorder, metric, &[place], more));
        });
    }
}
