//! Sinks as metrics show them. In a process of their own: what their threads show goes to the recorder of the process.
#![allow(clippy::unwrap_used, clippy::panic, reason = "it is a test")]

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread::yield_now;
use std::time::{Duration, Instant};

use audit_core::sink::{CallbackSink, MemorySink, NullSink, Registration, Sink, SinkWay};
use audit_core::{Runtime, observability};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use support::{refund, runtime};

mod support;

/// Longer than anything here takes.
const LONG: Duration = Duration::from_mins(1);
/// In quarantine soon.
const HURRIED: SinkWay = SinkWay::Queued {
    capacity: 8,
    timeout: Duration::from_millis(20),
};

/// Lets one test at a time have the switch. It is on.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    LazyLock::force(&HANDLE);
    observability::enable();
    alone
}

static HANDLE: LazyLock<PrometheusHandle> =
    LazyLock::new(|| PrometheusBuilder::new().install_recorder().unwrap());

/// The value of a metric of a sink.
fn of(metric: &str, sink: &str) -> Option<String> {
    let label = if metric.contains("queue") || metric.contains("dropped") {
        "queue"
    } else {
        "sink"
    };
    let series = format!("{metric}{{{label}=\"{sink}\"}} ");
    let rendered = HANDLE.render();
    let mut lines = rendered.lines();
    lines.find_map(|line| line.strip_prefix(&series).map(str::to_owned))
}

fn until(what: &str, is_so: impl Fn() -> bool) {
    let patience = Instant::now() + LONG;
    while !is_so() {
        assert!(Instant::now() < patience, "{what}: {}", HANDLE.render());
        yield_now();
    }
}

fn decide(runtime: &Runtime) {
    assert!(runtime.allow(&refund(1)));
}

/// Lets a queued sink hang, with so many events in its queue. It hangs until the sender goes.
fn hang(runtime: &Runtime, name: &str, waiting: usize) -> Sender<()> {
    let way = SinkWay::Queued {
        capacity: 8,
        timeout: LONG,
    };
    let (sink, begins, go_on) = hanging();
    let registration = Registration::new(sink).named(name).way(way);
    runtime.register_sink(registration).unwrap();
    decide(runtime);
    begins.recv_timeout(LONG).unwrap();
    for _ in 0..waiting {
        decide(runtime);
    }
    go_on
}

/// A sink that hangs until the sender goes, telling with each event that it has it in hand.
fn hanging() -> (Arc<dyn Sink>, Receiver<()>, Sender<()>) {
    let ((begun, begins), (go_on, waits)) = (channel(), channel::<()>());
    let waits = Mutex::new(waits);
    let sink = CallbackSink::new(move |_| {
        begun.send(()).ok();
        waits.lock().unwrap().recv().ok();
        Ok(())
    });
    (Arc::new(sink), begins, go_on)
}

#[test]
fn the_queue_of_a_sink_that_caught_up_is_shown_as_empty() {
    let (_alone, runtime) = (alone(), runtime());
    let registration = Registration::new(Arc::new(NullSink))
        .named("patient")
        .way(SinkWay::QUEUED);
    runtime.register_sink(registration).unwrap();
    for _ in 0..100 {
        decide(&runtime);
    }
    runtime.flush(LONG).unwrap();
    assert_eq!(of("audit_queue_depth", "patient").as_deref(), Some("0"));
}

#[test]
fn what_a_full_queue_does_not_take_is_counted_once_as_lost_or_as_spilled() {
    let (_alone, runtime) = (alone(), runtime());
    let way = SinkWay::Queued {
        capacity: 1,
        timeout: LONG,
    };
    let (losing, loses, lose) = hanging();
    let (spilling, spills, spill) = hanging();
    let losing = Registration::new(losing).named("losing").way(way);
    let spilling = Registration::new(spilling).named("spilling").way(way);
    let spilling = spilling.spill(Arc::new(MemorySink::new()));
    for (registration, begins) in [(losing, &loses), (spilling, &spills)] {
        runtime
            .register_sink(registration.only_kinds([audit_core::EventKind::Decision]))
            .unwrap();
        decide(&runtime);
        begins.recv_timeout(LONG).unwrap();
    }
    // One waits in each queue by the second; three are too many.
    for _ in 0..4 {
        decide(&runtime);
    }
    let lost = |sink| of("audit_events_lost_total", sink);
    assert_eq!(
        lost("losing").as_deref(),
        Some("4"),
        "one more came as the other began"
    );
    assert_eq!(
        of("audit_events_spilled_total", "spilling").as_deref(),
        Some("3")
    );
    assert_eq!(lost("spilling").as_deref(), Some("0"));
    for sink in ["losing", "spilling"] {
        assert_eq!(of("audit_events_dropped_total", sink), None, "{sink}");
    }
    drop((lose, spill));
}

#[test]
fn a_sink_in_quarantine_is_shown_so_until_it_returns_though_nobody_looks_any_more() {
    let (_alone, runtime) = (alone(), runtime());
    let (sink, begins, go_on) = hanging();
    let registration = Registration::new(sink).named("stuck").way(HURRIED);
    runtime.register_sink(registration).unwrap();
    let shown = || of("audit_sink_quarantined", "stuck");
    assert_eq!(shown().as_deref(), Some("0"), "it is there");
    decide(&runtime);
    begins.recv_timeout(LONG).unwrap();
    until("it is in quarantine", || shown().as_deref() == Some("1"));
    observability::disable();
    drop(go_on);
    until("it has returned", || shown().as_deref() == Some("0"));
}

#[test]
fn a_sink_that_nobody_wants_any_more_is_in_quarantine_for_nobody() {
    let (_alone, runtime) = (alone(), runtime());
    let (sink, begins, go_on) = hanging();
    let registration = Registration::new(sink.clone()).named("former").way(HURRIED);
    runtime.register_sink(registration).unwrap();
    decide(&runtime);
    begins.recv_timeout(LONG).unwrap();
    let shown = || of("audit_sink_quarantined", "former");
    until("it is in quarantine", || shown().as_deref() == Some("1"));
    runtime.unregister_sink(&sink);
    assert_eq!(shown().as_deref(), Some("0"));
    drop(go_on);
}

#[test]
fn a_sink_in_quarantine_is_not_hidden_by_another_of_its_name() {
    let (_alone, one, other) = (alone(), runtime(), runtime());
    let (sink, begins, go_on) = hanging();
    let registration = Registration::new(sink).named("twin").way(HURRIED);
    one.register_sink(registration).unwrap();
    decide(&one);
    begins.recv_timeout(LONG).unwrap();
    let shown = || of("audit_sink_quarantined", "twin");
    until("it is in quarantine", || shown().as_deref() == Some("1"));
    let well: Arc<dyn Sink> = Arc::new(MemorySink::new());
    let registration = Registration::new(well.clone()).named("twin").way(HURRIED);
    other.register_sink(registration).unwrap();
    decide(&other);
    other.flush(LONG).unwrap();
    assert_eq!(shown().as_deref(), Some("1"), "the other is well");
    other.unregister_sink(&well);
    assert_eq!(shown().as_deref(), Some("1"), "the other is gone");
    drop(go_on);
    until("it has returned", || shown().as_deref() == Some("0"));
}

#[test]
fn what_waits_for_sinks_of_one_name_is_added_up_until_they_are_gone() {
    let (_alone, one, other) = (alone(), runtime(), runtime());
    let go_on = hang(&one, "many", 2);
    let go_on_too = hang(&other, "many", 3);
    let shown = || of("audit_queue_depth", "many");
    assert_eq!(shown().as_deref(), Some("5"));
    drop(go_on);
    one.flush(LONG).unwrap();
    assert_eq!(shown().as_deref(), Some("3"));
    drop((go_on_too, one, other));
    until("both are gone", || shown().as_deref() == Some("0"));
}

#[test]
fn a_sink_that_hangs_already_is_shown_so_once_somebody_observes() {
    let (_alone, runtime) = (alone(), runtime());
    observability::disable();
    let (sink, begins, go_on) = hanging();
    let registration = Registration::new(sink).named("early").way(HURRIED);
    runtime.register_sink(registration).unwrap();
    decide(&runtime);
    begins.recv_timeout(LONG).unwrap();
    let is_held = || runtime.sink_stats().iter().any(|sink| sink.is_quarantined);
    until("it is in quarantine", is_held);
    let shown = || of("audit_sink_quarantined", "early");
    assert_eq!(shown(), None, "it is off");
    observability::enable();
    assert_eq!(shown().as_deref(), Some("1"));
    drop(go_on);
    until("it has returned", || shown().as_deref() == Some("0"));
}

#[test]
fn what_waits_is_shown_once_somebody_observes_and_followed_until_it_is_nothing() {
    let (_alone, runtime) = (alone(), runtime());
    observability::disable();
    let (go_on, waits) = channel::<()>();
    let (begun, begins) = channel();
    let observed = runtime.observe_queued("watcher", 8, move |_| {
        begun.send(()).ok();
        let _gone = waits.recv();
    });
    observed.unwrap();
    let sink = hang(&runtime, "collector", 3);
    begins.recv_timeout(LONG).unwrap();
    let depth = |queue| of("audit_queue_depth", queue);
    assert_eq!((depth("collector"), depth("watcher")), (None, None));
    observability::enable();
    assert_eq!(depth("collector").as_deref(), Some("3"));
    assert_eq!(depth("watcher").as_deref(), Some("3"));
    observability::disable();
    drop((sink, go_on));
    runtime.flush(LONG).unwrap();
    for queue in ["collector", "watcher"] {
        until("it is empty", || depth(queue).as_deref() == Some("0"));
    }
}

#[test]
fn what_went_wrong_nowhere_yet_is_counted_from_nothing() {
    let (_alone, runtime) = (alone(), runtime());
    observability::disable();
    let quiet = Registration::new(Arc::new(NullSink)).named("quiet");
    let spilling = Registration::new(Arc::new(MemorySink::new())).named("careful");
    let spilling = spilling.spill(Arc::new(MemorySink::new()));
    runtime.register_sink(quiet).unwrap();
    runtime.register_sink(spilling).unwrap();
    runtime.observe_queued("later", 8, |_| {}).unwrap();
    runtime.observe("now", |_| {});
    observability::enable();
    runtime.observe_queued("afterwards", 8, |_| {}).unwrap();
    for (metric, place) in [
        ("audit_events_lost_total", "quiet"),
        ("audit_sink_failures_total", "quiet"),
        ("audit_events_spilled_total", "careful"),
        ("audit_events_dropped_total", "later"),
        ("audit_sink_failures_total", "later"),
        ("audit_queue_depth", "later"),
        ("audit_sink_failures_total", "now"),
        ("audit_events_dropped_total", "afterwards"),
    ] {
        let shown = of(metric, place);
        assert_eq!(shown.as_deref(), Some("0"), "{metric} of {place}");
    }
    // What has no spill spills nothing, and what has no queue drops nothing.
    assert_eq!(of("audit_events_spilled_total", "quiet"), None);
    assert_eq!(of("audit_events_dropped_total", "now"), None);
}
