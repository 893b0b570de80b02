//! A sink that fails: told to the others, counted, and never more than that.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use audit_core::sink::{CallbackSink, MemorySink, Registration, Sink, SinkError, SinkWay};
use audit_core::testing::ManualClock;
use audit_core::{DecisionEvent, Event, EventKind, Observer, OutcomeEvent, audit};

use crate::ground::{Breakable, Gated, LONG, data, decide, of_kind, queued, runtime, stats};
use crate::support::{builder, errors_of, warnings_of};

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
    let asked = || -> usize { broken.iter().map(|sink| sink.times_asked()).sum() };
    decide(&runtime, 50);
    assert_eq!(
        asked(),
        20,
        "none is told of the others, which are broken too"
    );
    (1..1024).for_each(|_| decide(&runtime, 50));
    assert_eq!(asked(), 20 * 1024);
}

#[test]
fn a_sink_that_works_is_told_once_of_each_that_does_not() {
    let (runtime, memory) = (runtime(), Arc::new(MemorySink::new()));
    for _ in 0..20 {
        runtime.register_sink(Breakable::broken()).unwrap();
    }
    runtime.register_sink(memory.clone()).unwrap();
    decide(&runtime, 50);
    assert_eq!(of_kind(&memory, EventKind::SinkFailure).len(), 20);
}

#[test]
fn the_second_outage_of_a_lone_sink_is_warned_of_as_the_first_was() {
    let (runtime, broken) = (runtime(), Breakable::broken());
    runtime.register_sink(broken.clone()).unwrap();
    let outage = || {
        broken.set_broken(true);
        let ((), warnings) = errors_of(|| decide(&runtime, 50));
        (0..4).for_each(|_| decide(&runtime, 50));
        broken.set_broken(false);
        decide(&runtime, 50);
        warnings
    };
    for _ in 0..2 {
        let warnings = outage();
        assert!(warnings[0].contains("does not take events"), "{warnings:?}");
    }
}

#[test]
fn a_sink_hears_of_its_own_loss_whichever_kinds_it_wants() {
    let (runtime, broken) = (runtime(), Breakable::broken());
    let registration = Registration::new(broken.clone()).only_kinds([EventKind::Decision]);
    runtime.register_sink(registration).unwrap();
    let other = Arc::new(MemorySink::new());
    let decisions = Registration::new(other.clone()).only_kinds([EventKind::Decision]);
    runtime.register_sink(decisions).unwrap();
    decide(&runtime, 50);
    broken.set_broken(false);
    decide(&runtime, 50);
    assert_eq!(broken.taken(), [EventKind::Decision, EventKind::Loss]);
    assert_eq!(
        other.events().len(),
        2,
        "of another's it hears only if it wants to"
    );
}

#[test]
fn a_loss_that_does_not_end_is_told_when_everything_is_flushed() {
    let (runtime, memory) = (runtime(), Arc::new(MemorySink::new()));
    runtime.register_sink(Breakable::broken()).unwrap();
    let queued = Registration::new(memory.clone()).way(SinkWay::QUEUED);
    runtime.register_sink(queued).unwrap();
    (0..3).for_each(|_| decide(&runtime, 50));
    for _ in 0..2 {
        runtime.flush(LONG).unwrap();
        let losses = of_kind(&memory, EventKind::Loss);
        assert_eq!(losses.len(), 1, "told once, unless it grows: {losses:?}");
        assert_eq!(data(&losses[0], "count"), "3");
        assert_eq!(data(&losses[0], "so_far"), "true");
    }
}

#[test]
fn a_loss_that_lasts_is_told_each_minute() {
    let clock = Arc::new(ManualClock::default());
    let runtime = builder().shared_clock(clock.clone()).build().unwrap();
    let memory = Arc::new(MemorySink::new());
    runtime.register_sink(Breakable::broken()).unwrap();
    runtime.register_sink(memory.clone()).unwrap();
    for _ in 0..130 {
        decide(&runtime, 50);
        clock.advance(Duration::from_secs(1));
    }
    let losses = of_kind(&memory, EventKind::Loss);
    let counts: Vec<_> = losses.iter().map(|loss| data(loss, "count")).collect();
    assert_eq!(counts, ["61", "121"]);
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

/// Hears of nothing but trouble with sinks.
fn pager(sink: &Arc<Breakable>) -> Registration {
    let kinds = [EventKind::SinkFailure, EventKind::Loss];
    Registration::new(sink.clone())
        .named("pager")
        .only_kinds(kinds)
}

#[test]
fn a_sink_that_wants_failures_alone_hears_of_them_again_after_it_missed_one() {
    let (runtime, broken, paging) = (runtime(), Breakable::broken(), Breakable::broken());
    runtime.register_sink(pager(&paging)).unwrap();
    runtime.register_sink(broken).unwrap();
    decide(&runtime, 50);
    assert_eq!((paging.times_asked(), paging.taken().len()), (1, 0));
    paging.set_broken(false);
    decide(&runtime, 50);
    assert_eq!(paging.taken(), [EventKind::SinkFailure]);
}

#[test]
fn the_second_outage_of_a_sink_that_wants_failures_alone_is_warned_of_as_the_first_was() {
    let (runtime, paging) = (runtime(), Breakable::broken());
    runtime.register_sink(pager(&paging)).unwrap();
    let mut warned = Vec::new();
    for is_out in [true, false, true, true, false, true] {
        paging.set_broken(is_out);
        let failing = Breakable::broken();
        runtime.register_sink(failing.clone()).unwrap();
        let ((), warnings) = errors_of(|| decide(&runtime, 50));
        let of_pager = |warning: &&String| warning.contains("sink `pager` does not take events");
        warned.push(warnings.iter().filter(of_pager).count());
        runtime.unregister_sink(&failing);
    }
    assert_eq!(warned[0], 1, "{warned:?}");
    assert_eq!(warned[2], 1, "{warned:?}");
    assert_eq!(warned[5], 1, "{warned:?}");
}

#[test]
fn a_sink_that_works_again_hears_of_others_before_its_own_loss_is_told() {
    let (runtime, flapping) = (runtime(), Breakable::broken());
    runtime.register_sink(flapping.clone()).unwrap();
    // The fifth gap asks for two events in a row, the sixth for four.
    for taken in [1, 1, 1, 1, 2, 1] {
        flapping.set_broken(true);
        decide(&runtime, 50);
        flapping.set_broken(false);
        (0..taken).for_each(|_| decide(&runtime, 50));
    }
    let losses = |sink: &Breakable| {
        let taken = sink.taken().into_iter();
        taken.filter(|kind| *kind == EventKind::Loss).count()
    };
    assert_eq!(losses(&flapping), 5);
    runtime.register_sink(Breakable::broken()).unwrap();
    decide(&runtime, 50);
    assert_eq!(flapping.taken().last(), Some(&EventKind::SinkFailure));
}

#[audit(action = "refund", fields(amount))]
fn refund(amount: i64) -> i64 {
    amount
}

/// Remembers the kinds of what it sees, in order.
#[derive(Clone, Default)]
struct Watching(Arc<Mutex<Vec<EventKind>>>);

impl Watching {
    fn saw(&self, kind: EventKind) {
        self.0.lock().unwrap().push(kind);
    }
}

impl Observer for Watching {
    fn on_decision(&self, _: &DecisionEvent<'_>) {
        self.saw(EventKind::Decision);
    }

    fn on_outcome(&self, _: &OutcomeEvent<'_>) {
        self.saw(EventKind::Outcome);
    }

    fn on_event(&self, event: &Event<'_>) {
        self.saw(event.kind);
    }
}

#[test]
fn observers_see_an_event_before_what_went_wrong_with_it() {
    let (runtime, watching) = (runtime(), Watching::default());
    runtime.register_sink(Breakable::broken()).unwrap();
    runtime.add_observer("watching", watching.clone());
    runtime.scope(|| refund(1));
    let (decision, outcome) = (EventKind::Decision, EventKind::Outcome);
    let failure = EventKind::SinkFailure;
    assert_eq!(
        *watching.0.lock().unwrap(),
        [decision, failure, outcome, failure]
    );
}

#[test]
fn no_observer_is_blamed_for_the_time_that_it_takes_to_tell_of_a_sink() {
    let clock = Arc::new(ManualClock::default());
    let advanced = Arc::clone(&clock);
    let runtime = builder().shared_clock(clock).build().unwrap();
    let slow = CallbackSink::new(move |emission| {
        if emission.kind() == EventKind::SinkFailure {
            advanced.advance(Duration::from_millis(50));
        }
        Ok(())
    });
    runtime.register_sink(Arc::new(slow)).unwrap();
    runtime.register_sink(Breakable::broken()).unwrap();
    runtime.observe("quick", |_| {});
    decide(&runtime, 50);
    assert_eq!(runtime.sink_stats()[0].slow_calls, 1);
    assert_eq!(runtime.observer_stats()[0].slow_calls, 0);
}

#[test]
fn a_sink_that_does_not_take_its_own_loss_is_told_of_it_again() {
    for way in [SinkWay::Inline, SinkWay::QUEUED] {
        let (runtime, memory) = (runtime(), Arc::new(MemorySink::new()));
        let own = Arc::new(MemorySink::new());
        let (taking, is_down) = (own.clone(), Arc::new(AtomicBool::new(true)));
        let (down, has_refused) = (is_down.clone(), AtomicBool::new(false));
        let failing = CallbackSink::new(move |emission| {
            let is_loss = emission.kind() == EventKind::Loss;
            let is_first_loss = || is_loss && !has_refused.swap(true, Ordering::Relaxed);
            if down.load(Ordering::Relaxed) || is_first_loss() {
                return Err(SinkError::new("not now"));
            }
            taking.emit(emission)
        });
        let registration = Registration::new(Arc::new(failing)).way(way);
        runtime.register_sink(registration).unwrap();
        runtime.register_sink(memory.clone()).unwrap();
        for down in [true, true, true, false, false] {
            is_down.store(down, Ordering::Relaxed);
            decide(&runtime, 50);
            // The second sends on what follows from the first.
            runtime.flush(LONG).unwrap();
            runtime.flush(LONG).unwrap();
        }
        let losses = of_kind(&own, EventKind::Loss);
        let [loss] = &losses[..] else {
            panic!("{losses:?}");
        };
        assert_eq!(data(loss, "missed"), "4", "three events, and that loss");
        assert_eq!(data(loss, "told_before"), "3");
        let ended = of_kind(&memory, EventKind::Loss).into_iter();
        let ended = ended.filter(|loss| data(loss, "so_far") == "null");
        let told: Vec<_> = ended
            .map(|loss| (data(&loss, "missed"), data(&loss, "told_before")))
            .collect();
        let expected = [("3", "null"), ("4", "3")].map(|(all, before)| (all.into(), before.into()));
        assert_eq!(told, expected, "{way:?}");
    }
}

#[test]
fn a_sink_is_spared_no_failure_to_take_what_it_took_itself() {
    let (runtime, gate, broken) = (runtime(), Gated::shut(), Breakable::broken());
    broken.set_broken(false);
    let gated = gate.clone();
    let late = CallbackSink::new(move |_| {
        gated.wait();
        Err(SinkError::new("in the end it does not"))
    });
    runtime
        .register_sink(Registration::new(Arc::new(late)).way(queued(8)))
        .unwrap();
    runtime
        .register_sink(Registration::new(broken.clone()).named("other"))
        .unwrap();
    decide(&runtime, 1);
    broken.set_broken(true);
    decide(&runtime, 2);
    gate.set_open(true);
    runtime.flush(LONG).unwrap();
    // Two decisions and the failure to take the first, but not that to take the second.
    let asked: Vec<_> = broken.asked().into_iter().take(3).collect();
    let (decision, failure) = (EventKind::Decision, EventKind::SinkFailure);
    assert_eq!(asked, [decision, decision, failure]);
    assert_eq!(stats(&runtime, "other").events_left_out, 1);
}
