//! A sink is itself and no other, however equal: registered once, unregistered by itself.

use std::sync::Arc;

use audit_core::sink::{MemorySink, NullSink, Registration, Sink, SinkWay};
use audit_core::{Action, register_sink, unregister_sink};

use crate::ground::{LONG, amounts, decide, queued, runtime};

#[test]
fn there_is_no_sink_at_first() {
    assert_eq!(runtime().sink_stats(), []);
}

#[test]
fn two_equal_sinks_are_two() {
    let (runtime, first, second) = (runtime(), Arc::new(NullSink), Arc::new(NullSink));
    assert!(runtime.register_sink(first.clone()).unwrap());
    assert!(runtime.register_sink(second.clone()).unwrap());
    decide(&runtime, 50);
    let taken = |runtime: &audit_core::Runtime| {
        let stats = runtime.sink_stats().into_iter();
        stats.map(|stats| stats.events_taken).collect::<Vec<_>>()
    };
    assert_eq!(taken(&runtime), [1, 1]);
    assert!(runtime.unregister_sink(&second));
    assert!(!runtime.unregister_sink(&second), "it is gone already");
    decide(&runtime, 50);
    assert_eq!(taken(&runtime), [2]);
}

#[test]
fn the_same_sink_twice_is_one_and_stays_as_it_was() {
    for way in [SinkWay::Inline, queued(8)] {
        let (runtime, memory) = (runtime(), Arc::new(MemorySink::new()));
        let first = Registration::new(memory.clone()).named("first").way(way);
        assert!(runtime.register_sink(first).unwrap());
        let erased: Arc<dyn Sink> = memory.clone();
        let second = Registration::new(erased).named("second").only_kinds([]);
        assert!(!runtime.register_sink(second).unwrap());
        decide(&runtime, 50);
        runtime.flush(LONG).unwrap();
        assert_eq!(amounts(&memory.events()), [50]);
        assert_eq!(runtime.sink_stats()[0].name, "first");
    }
}

#[test]
fn a_sink_of_the_runtime_and_of_the_process_gets_an_event_once() {
    for way in [SinkWay::Inline, queued(64)] {
        let (runtime, memory) = (runtime(), Arc::new(MemorySink::new()));
        let registration = || Registration::new(memory.clone()).way(way);
        let only = audit_core::Pattern::new("refund_twice").unwrap();
        runtime
            .register_sink(registration().only([only.clone()]))
            .unwrap();
        register_sink(registration().only([only])).unwrap();
        let count = || {
            runtime.flush(LONG).unwrap();
            memory
                .events()
                .iter()
                .filter(|event| event.name == "refund_twice")
                .count()
        };
        let _decision = runtime.evaluate(&Action::new("refund_twice"));
        assert_eq!(count(), 1);
        // Without the runtime's the process's is left.
        assert!(runtime.unregister_sink(&memory));
        let _decision = runtime.evaluate(&Action::new("refund_twice"));
        assert_eq!(count(), 2);
        assert!(unregister_sink(&memory));
        let _decision = runtime.evaluate(&Action::new("refund_twice"));
        assert_eq!(count(), 2);
    }
}

#[test]
fn inline_sinks_are_called_in_the_order_in_which_they_were_registered() {
    use audit_core::sink::CallbackSink;
    let (runtime, order) = (runtime(), Arc::new(std::sync::Mutex::new(Vec::new())));
    let sinks: Vec<_> = (0..5)
        .map(|place| {
            let order = order.clone();
            Arc::new(CallbackSink::new(move |_| {
                order.lock().unwrap().push(place);
                Ok(())
            }))
        })
        .collect();
    for sink in &sinks {
        runtime.register_sink(sink.clone()).unwrap();
    }
    decide(&runtime, 1);
    runtime.unregister_sink(&sinks[1]);
    runtime.register_sink(sinks[1].clone()).unwrap();
    decide(&runtime, 2);
    assert_eq!(*order.lock().unwrap(), [0, 1, 2, 3, 4, 0, 2, 3, 4, 1]);
}

#[test]
fn sinks_of_one_name_can_be_told_apart() {
    let runtime = runtime();
    let names = || -> Vec<_> {
        let stats = runtime.sink_stats().into_iter();
        stats.map(|stats| stats.name).collect()
    };
    let [first, second, third] = [(); 3].map(|()| Arc::new(MemorySink::new()));
    for sink in [&first, &second, &third] {
        let registration = Registration::new(sink.clone()).named("siem");
        runtime.register_sink(registration).unwrap();
    }
    assert_eq!(names(), ["siem", "siem #2", "siem #3"]);
    assert!(runtime.unregister_sink(&second));
    let registration = Registration::new(second).named("siem");
    runtime.register_sink(registration).unwrap();
    assert_eq!(names(), ["siem", "siem #3", "siem #2"]);
}
