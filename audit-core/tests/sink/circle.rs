//! Sinks and observers on threads of their own that make events for each other: it ends.

use std::sync::Arc;

use audit_core::sink::{CallbackSink, Emission, MemorySink, Registration, SinkWay};
use audit_core::{EventKind, Runtime};

use crate::ground::{LONG, decide, of_kind, queued, runtime};

/// A queued sink that decides itself for each decision that it is handed.
fn deciding(runtime: &Runtime) -> Registration {
    let inner = runtime.clone();
    let deciding = CallbackSink::new(move |emission: &Emission<'_>| {
        if emission.kind() == EventKind::Decision {
            decide(&inner, 1);
        }
        Ok(())
    });
    Registration::new(Arc::new(deciding)).way(queued(64))
}

/// How many decisions were made once there are no more.
fn made(runtime: &Runtime, memory: &MemorySink) -> usize {
    // What is put in while one flush goes on is seen by the next.
    for _ in 0..20 {
        runtime.flush(LONG).unwrap();
    }
    of_kind(memory, EventKind::Decision).len()
}

#[test]
fn two_queued_sinks_that_decide_do_not_keep_each_other_deciding() {
    let (runtime, memory) = (runtime(), Arc::new(MemorySink::new()));
    let inline = Registration::new(memory.clone()).way(SinkWay::Inline);
    runtime.register_sink(inline).unwrap();
    runtime.register_sink(deciding(&runtime)).unwrap();
    runtime.register_sink(deciding(&runtime)).unwrap();
    decide(&runtime, 1);
    // One of the caller's, one of each sink's, and one of each about what the other decided.
    assert_eq!(made(&runtime, &memory), 5);
}

#[test]
fn a_queued_sink_and_a_queued_observer_that_decide_do_not_keep_each_other_deciding() {
    let (runtime, memory) = (runtime(), Arc::new(MemorySink::new()));
    let inline = Registration::new(memory.clone()).way(SinkWay::Inline);
    runtime.register_sink(inline).unwrap();
    runtime.register_sink(deciding(&runtime)).unwrap();
    let inner = runtime.clone();
    let observe = move |event: &audit_core::Event<'static>| {
        if event.kind == EventKind::Decision {
            decide(&inner, 1);
        }
    };
    runtime.observe_queued("deciding", 64, observe).unwrap();
    decide(&runtime, 1);
    assert_eq!(made(&runtime, &memory), 5);
}
