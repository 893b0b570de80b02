//! A queued sink that takes too long: in quarantine until it returns.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use audit_core::sink::{CallbackSink, MemorySink, Registration, SinkError, SinkWay};
use audit_core::{Action, EventKind, Pattern, Runtime};

use crate::ground::{
    BREATHLESS, Gated, HURRIED, Heard, LONG, amounts, data, decide, listening, queued, runtime,
    stats, until,
};

/// A runtime with a sink that hangs, called "stuck", and who hears of it.
fn beside_one_that_hangs() -> (Runtime, Arc<Gated>, Heard) {
    let (runtime, gated) = (runtime(), Gated::shut());
    let heard = listening(&runtime);
    let registration = Registration::new(gated.clone()).named("stuck").way(HURRIED);
    runtime.register_sink(registration).unwrap();
    (runtime, gated, heard)
}

#[test]
fn a_sink_that_hangs_is_told_although_nothing_more_happens() {
    let (runtime, gated, heard) = beside_one_that_hangs();
    decide(&runtime, 1);
    let failure = heard.next(EventKind::SinkFailure);
    assert_eq!(data(&failure, "error_type"), "timed_out");
    assert_eq!(
        data(&failure, "error_message"),
        "it takes longer than 50ms for one event"
    );
    assert_eq!(data(&failure, "original_event_type"), "decision");
    let stats = stats(&runtime, "stuck");
    assert!(stats.is_quarantined);
    assert_eq!(
        (stats.timeouts, stats.events_lost, stats.queue_depth),
        (1, 0, 1)
    );
    gated.set_open(true);
}

#[test]
fn what_waits_and_what_comes_is_lost_until_it_returns_and_then_told_once() {
    let (runtime, gated, heard) = beside_one_that_hangs();
    decide(&runtime, 1);
    heard.next(EventKind::SinkFailure);
    (2..=9).for_each(|amount| decide(&runtime, amount));
    assert_eq!(stats(&runtime, "stuck").events_lost, 8);
    assert_eq!(heard.so_far(EventKind::SinkFailure), [], "told once");

    gated.set_open(true);
    let loss = heard.next(EventKind::Loss);
    assert_eq!(
        (data(&loss, "count"), data(&loss, "error_type")),
        ("8".into(), "timed_out".into())
    );
    // It is told itself.
    until(|| gated.events().len() == 2);
    assert_eq!(gated.events()[1].kind, EventKind::Loss);
    runtime.flush(LONG).unwrap();
    decide(&runtime, 10);
    runtime.flush(LONG).unwrap();
    assert_eq!(amounts(&gated.events()), [1, 10]);
    assert_eq!(heard.so_far(EventKind::Loss), [], "told once");
}

#[test]
fn one_that_hangs_delays_no_other() {
    let (runtime, gated, memory) = (runtime(), Gated::shut(), Arc::new(MemorySink::new()));
    let heard = listening(&runtime);
    runtime
        .register_sink(Registration::new(gated.clone()).way(HURRIED))
        .unwrap();
    runtime
        .register_sink(Registration::new(memory.clone()).way(queued(256)))
        .unwrap();
    decide(&runtime, 1);
    heard.next(EventKind::SinkFailure);
    (2..=100).for_each(|amount| decide(&runtime, amount));
    let error = runtime.flush(Duration::from_secs(1)).unwrap_err();
    assert_eq!(error.sinks.len(), 1, "{error}");
    assert_eq!(amounts(&memory.events()), (1..=100).collect::<Vec<_>>());
    gated.set_open(true);
}

#[test]
fn several_that_hang_are_each_told() {
    let runtime = runtime();
    let heard = listening(&runtime);
    let stuck: Vec<Arc<Gated>> = (0..4).map(|_| Gated::shut()).collect();
    for (place, sink) in stuck.iter().enumerate() {
        let registration = Registration::new(sink.clone()).named(place.to_string());
        runtime.register_sink(registration.way(HURRIED)).unwrap();
    }
    decide(&runtime, 1);
    // One of them may have got the failure of another first, whose own is told with the next event.
    for sink in &stuck {
        sink.await_begun(1);
    }
    until(|| (0..4).all(|place| stats(&runtime, &place.to_string()).is_quarantined));
    decide(&runtime, 2);
    let mut named: Vec<String> = Vec::new();
    while named.len() < 4 {
        let failure = heard.next(EventKind::SinkFailure);
        named.extend(Some(data(&failure, "sink")).filter(|name| !named.contains(name)));
    }
    for sink in &stuck {
        sink.set_open(true);
    }
}

#[test]
fn a_sink_that_hangs_is_noticed_while_those_who_are_told_of_another_hang_too() {
    let (runtime, first, second) = (runtime(), Gated::shut(), Gated::shut());
    let (teller, told) = (Gated::shut(), Gated::shut());
    // Inline, and in the way of whoever tells of the first.
    let keeping = teller.clone();
    let blocking = CallbackSink::new(move |emission| audit_core::Sink::emit(&*keeping, emission));
    let blocking = Registration::new(Arc::new(blocking)).only_kinds([EventKind::SinkFailure]);
    runtime
        .register_sink(blocking.way(SinkWay::Inline))
        .unwrap();
    runtime
        .register_sink(Registration::new(first.clone()).named("first").way(HURRIED))
        .unwrap();
    decide(&runtime, 1);
    teller.await_begun(1);
    runtime
        .register_sink(
            Registration::new(second.clone())
                .named("second")
                .way(HURRIED),
        )
        .unwrap();
    decide(&runtime, 2);
    until(|| stats(&runtime, "second").is_quarantined);
    for sink in [first, second, teller, told] {
        sink.set_open(true);
    }
}

#[test]
fn a_runtime_that_goes_waits_for_no_sink_that_hangs() {
    let (runtime, gated) = (runtime(), Gated::shut());
    runtime
        .register_sink(Registration::new(gated.clone()).way(HURRIED))
        .unwrap();
    decide(&runtime, 1);
    gated.await_begun(1);
    // Or this test would not end: the gate stays shut.
    drop(runtime);
}

#[test]
fn a_sink_that_keeps_taking_too_long_is_told_of_seldom() {
    let runtime = runtime();
    let heard = listening(&runtime);
    let slow = CallbackSink::new(|_| {
        thread::sleep(Duration::from_millis(4));
        Ok(())
    });
    let slow = Registration::new(Arc::new(slow));
    let slow = slow.named("slow").way(BREATHLESS);
    runtime.register_sink(slow).unwrap();
    while stats(&runtime, "slow").timeouts < 100 {
        decide(&runtime, 1);
        thread::yield_now();
    }
    let told = heard.so_far(EventKind::SinkFailure).into_iter();
    let told = told
        .filter(|failure| data(failure, "error_type") == "timed_out")
        .count();
    assert!(told < 50, "{told} times of 100");
}

#[test]
fn a_sink_that_hangs_on_what_is_told_of_another_is_told_with_the_first_event_that_it_misses() {
    let (runtime, gated) = (runtime(), Gated::shut());
    let heard = listening(&runtime);
    let only_notices = Registration::new(gated.clone()).named("stuck").way(HURRIED);
    let only_notices = only_notices.only([Pattern::new("pay").unwrap()]);
    runtime.register_sink(only_notices).unwrap();
    let failing = CallbackSink::new(|emission| match emission.name() {
        "refund" => Err(SinkError::new("no")),
        _ => Ok(()),
    });
    let failing = Registration::new(Arc::new(failing)).way(SinkWay::Inline);
    runtime.register_sink(failing).unwrap();
    decide(&runtime, 1);
    until(|| stats(&runtime, "stuck").is_quarantined);
    assert_eq!(
        heard.so_far(EventKind::SinkFailure).len(),
        1,
        "of a failure no failure follows"
    );
    let _decision = runtime.evaluate(&Action::new("pay"));
    let failure = heard.next(EventKind::SinkFailure);
    assert_eq!(data(&failure, "sink"), "stuck");
    gated.set_open(true);
}

#[test]
fn what_a_sink_that_hangs_has_lost_is_told_when_it_is_unregistered() {
    let (runtime, gated, heard) = beside_one_that_hangs();
    decide(&runtime, 1);
    heard.next(EventKind::SinkFailure);
    (2..=4).for_each(|amount| decide(&runtime, amount));
    assert!(runtime.unregister_sink(&gated));
    // The gate stays shut, so its worker comes to nothing.
    let loss = heard.next(EventKind::Loss);
    assert_eq!(
        (data(&loss, "count"), data(&loss, "so_far")),
        ("3".into(), "null".into())
    );
    gated.set_open(true);
}

#[test]
fn a_sink_that_is_unregistered_before_it_is_found_to_hang_tells_what_it_has_lost_then() {
    let (runtime, gated, heard) = beside_one_that_hangs();
    (1..=4).for_each(|amount| decide(&runtime, amount));
    assert!(runtime.unregister_sink(&gated));
    assert_eq!(data(&heard.next(EventKind::Loss), "count"), "3");
    gated.set_open(true);
}
