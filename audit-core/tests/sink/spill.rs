//! A spill: where events go that a sink does not take.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use audit_core::EventKind;
use audit_core::sink::{CallbackSink, MemorySink, Registration, SinkError, SinkWay};

use crate::ground::{
    BREATHLESS, Gated, LONG, amounts, data, decide, listening, of_kind, queued, runtime, stats,
    until,
};
use crate::support::{errors_of, quietly};

/// How often each amount is among what sink and spill took.
fn times(all: &[i64]) -> BTreeMap<i64, usize> {
    let mut times = BTreeMap::new();
    for amount in all {
        *times.entry(*amount).or_default() += 1;
    }
    times
}

#[test]
fn sink_and_spill_have_every_event_once_between_them() {
    for way in [SinkWay::Inline, queued(2), BREATHLESS] {
        let (runtime, taken, spill) = (
            runtime(),
            Arc::new(MemorySink::new()),
            Arc::new(MemorySink::new()),
        );
        let (memory, asked) = (taken.clone(), AtomicU64::new(0));
        // Takes one, fails, takes too long, panics, and so on.
        let flapping = CallbackSink::new(move |emission| {
            match asked.fetch_add(1, Ordering::Relaxed) % 4 {
                1 => return Err(SinkError::new("not now")),
                2 => std::thread::sleep(std::time::Duration::from_millis(3)),
                3 => quietly(|| std::panic::panic_any("broken")),
                _ => {}
            }
            audit_core::Sink::emit(&*memory, emission)
        });
        let flapping = Registration::new(Arc::new(flapping))
            .named("flapping")
            .way(way);
        runtime
            .register_sink(flapping.spill(spill.clone()))
            .unwrap();
        (0..400).for_each(|amount| decide(&runtime, amount));
        runtime.flush(LONG).unwrap();
        // Those who see to what waited in a quarantine may be at it still.
        let settled = || amounts(&taken.events()).len() + amounts(&spill.events()).len();
        until(|| settled() >= 400);
        let all = [amounts(&taken.events()), amounts(&spill.events())].concat();
        assert_eq!(
            times(&all),
            (0..400).map(|amount| (amount, 1)).collect(),
            "{way:?}"
        );
        let stats = stats(&runtime, "flapping");
        assert_eq!(stats.events_lost, 0);
        assert!(
            stats.events_spilled > 0 && stats.events_taken > 0,
            "{stats:?}"
        );
    }
}

#[test]
fn what_was_spilled_is_told_as_missed_and_not_as_lost() {
    let (runtime, gated, spill) = (runtime(), Gated::shut(), Arc::new(MemorySink::new()));
    let heard = listening(&runtime);
    let registration = Registration::new(gated.clone())
        .way(queued(1))
        .spill(spill.clone());
    runtime.register_sink(registration).unwrap();
    decide(&runtime, 1);
    gated.await_begun(1);
    (2..=4).for_each(|amount| decide(&runtime, amount));
    assert_eq!(amounts(&spill.events()), [3, 4]);
    gated.set_open(true);
    let loss = heard.next(EventKind::Loss);
    assert_eq!(
        (data(&loss, "count"), data(&loss, "missed")),
        ("0".into(), "2".into())
    );
}

#[test]
fn what_the_spill_does_not_take_either_is_lost() {
    let runtime = runtime();
    let failing = || Arc::new(CallbackSink::new(|_| Err(SinkError::new("no"))));
    let panicking = Arc::new(CallbackSink::new(|_| {
        quietly(|| std::panic::panic_any("no"))
    }));
    runtime
        .register_sink(Registration::new(failing()).named("a").spill(failing()))
        .unwrap();
    runtime
        .register_sink(Registration::new(failing()).named("b").spill(panicking))
        .unwrap();
    decide(&runtime, 1);
    for name in ["a", "b"] {
        let stats = stats(&runtime, name);
        assert!(
            stats.events_lost >= 1 && stats.events_spilled == 0,
            "{stats:?}"
        );
    }
}

#[test]
fn what_waits_when_a_sink_is_put_in_quarantine_is_spilled_in_order() {
    let (runtime, gated, spill) = (runtime(), Gated::shut(), Arc::new(MemorySink::new()));
    let way = SinkWay::Queued {
        capacity: 64,
        timeout: std::time::Duration::from_millis(300),
    };
    let registration = Registration::new(gated.clone()).named("stuck").way(way);
    runtime
        .register_sink(registration.spill(spill.clone()))
        .unwrap();
    (1..=5).for_each(|amount| decide(&runtime, amount));
    until(|| stats(&runtime, "stuck").events_spilled >= 4);
    assert_eq!(amounts(&spill.events()), [2, 3, 4, 5]);
    decide(&runtime, 6);
    assert_eq!(
        amounts(&of_kind(&spill, EventKind::Decision)),
        [2, 3, 4, 5, 6]
    );
    gated.set_open(true);
}

#[test]
fn a_spill_that_decides_itself_is_not_handed_that() {
    let (runtime, spill) = (runtime(), Arc::new(MemorySink::new()));
    let (inner, memory) = (runtime.clone(), spill.clone());
    let deciding = CallbackSink::new(move |emission| {
        decide(&inner, 99);
        audit_core::Sink::emit(&*memory, emission)
    });
    let failing = Arc::new(CallbackSink::new(|_| Err(SinkError::new("no"))));
    let registration = Registration::new(failing)
        .way(SinkWay::Inline)
        .spill(Arc::new(deciding));
    runtime.register_sink(registration).unwrap();
    decide(&runtime, 1);
    assert_eq!(amounts(&spill.events()), [1]);
}

#[test]
fn why_a_spill_fails_is_told_and_warned_of_with_its_sink() {
    let failing =
        |why: &'static str| Arc::new(CallbackSink::new(move |_| Err(SinkError::new(why))));
    let panicking = CallbackSink::new(|_| quietly(|| std::panic::panic_any("the disk is gone")));
    let spills: [(Arc<dyn audit_core::Sink>, &str, &str); 2] = [
        (failing("the disk is full"), "SinkError", "the disk is full"),
        (Arc::new(panicking), "panic", "the disk is gone"),
    ];
    for (spill, error_type, why) in spills {
        let runtime = runtime();
        let heard = listening(&runtime);
        let registration = Registration::new(failing("the line is cut")).way(SinkWay::Inline);
        runtime.register_sink(registration.spill(spill)).unwrap();
        let ((), warnings) = errors_of(|| decide(&runtime, 1));
        let failure = heard.next(EventKind::SinkFailure);
        assert_eq!(data(&failure, "error_message"), "the line is cut");
        assert_eq!(data(&failure, "spill_error_type"), error_type);
        assert_eq!(data(&failure, "spill_error_message"), why);
        let warned = format!("the line is cut; its spill does not either: {why}");
        assert!(warnings[0].contains(&warned), "{warnings:?}");
    }
}
