//! A sink that fails: told to the others, counted, and never more than that.

use std::sync::Arc;
use std::time::Duration;

use audit_core::EventKind;
use audit_core::sink::{CallbackSink, MemorySink, Registration, SinkWay};
use audit_core::testing::ManualClock;

use crate::ground::{Breakable, data, decide, of_kind, runtime};
use crate::support::{builder, warnings_of};

#[test]
fn a_failing_sink_is_told_to_the_others_and_not_to_itself() {
    let (runtime, memory, broken) = (runtime(), Arc::new(MemorySink::new()), Breakable::broken());
    runtime.register_sink(broken.clone()).unwrap();
    runtime.register_sink(memory.clone()).unwrap();
    decide(&runtime, 50);
    let kinds: Vec<EventKind> = memory.events().iter().map(|event| event.kind).collect();
    assert_eq!(
        kinds,
        [EventKind::Decision, EventKind::SinkFailure],
        "after the event itself"
    );
    let failure = &of_kind(&memory, EventKind::SinkFailure)[0];
    assert!(
        data(failure, "failing_sink_type").ends_with("Breakable"),
        "{failure:?}"
    );
    assert_eq!(data(failure, "original_event_type"), "decision");
    assert_eq!(data(failure, "error_type"), "std::io::error::Error");
    assert_eq!(data(failure, "error_message"), "no storage space");
    assert_eq!(failure.cause, Some(memory.events()[0].id));
    assert_eq!(broken.times_asked(), 1);
}

#[test]
fn a_lone_failing_sink_is_counted_and_gets_the_loss_once_it_works() {
    let (runtime, broken) = (runtime(), Breakable::broken());
    runtime.register_sink(broken.clone()).unwrap();
    (0..5).for_each(|_| decide(&runtime, 50));
    assert_eq!(runtime.sink_stats()[0].events_lost, 5);
    broken.set_broken(false);
    decide(&runtime, 50);
    assert_eq!(broken.taken(), [EventKind::Decision, EventKind::Loss]);
}

#[test]
fn twenty_failing_sinks_cost_twenty_calls_an_event() {
    let runtime = runtime();
    let broken: Vec<Arc<Breakable>> = (0..20).map(|_| Breakable::broken()).collect();
    for sink in &broken {
        runtime.register_sink(sink.clone()).unwrap();
    }
    // Those in a row that are told: the first, second, fourth, eighth and so on.
    (0..1024).for_each(|_| decide(&runtime, 50));
    let before: usize = broken.iter().map(|sink| sink.times_asked()).sum();
    decide(&runtime, 50);
    let after: usize = broken.iter().map(|sink| sink.times_asked()).sum();
    assert_eq!(after - before, 20);
}

#[test]
fn an_inline_sink_that_blocks_is_named_as_slow_and_the_ones_beside_it_are_not() {
    let clock = Arc::new(ManualClock::default());
    let advanced = Arc::clone(&clock);
    let runtime = builder().shared_clock(clock).build().unwrap();
    let limit = Duration::from_millis(10);
    let blocking = CallbackSink::new(move |_| {
        advanced.advance(limit);
        Ok(())
    });
    let memory = || Registration::new(Arc::new(MemorySink::new()));
    let blocking = Registration::new(Arc::new(blocking)).way(SinkWay::Inline);
    for registration in [memory(), blocking.named("blocking"), memory()] {
        runtime.register_sink(registration).unwrap();
    }
    let ((), warnings) = warnings_of(|| decide(&runtime, 50));
    let stats = runtime.sink_stats().into_iter();
    let slow: Vec<_> = stats
        .map(|stats| (stats.slow_calls, stats.longest))
        .collect();
    assert_eq!(slow, [(0, Duration::ZERO), (1, limit), (0, Duration::ZERO)]);
    assert!(
        warnings[0].contains("sink `blocking` is slow"),
        "{warnings:?}"
    );
}
