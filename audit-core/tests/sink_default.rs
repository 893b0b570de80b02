//! Flushing where the default runtime tells what becomes of the sinks of the process, in a program of its own.

#![cfg(test)]

mod support;

#[path = "sink/ground.rs"]
#[allow(dead_code, reason = "each binary uses its own part")]
mod ground;

use std::thread;
use std::time::Duration;

use audit_core::sink::{CallbackSink, Registration, SinkError, SinkWay};
use audit_core::{EventKind, flush_sinks, install, register_sink};
use std::sync::{Arc, mpsc};

use ground::{Gated, HURRIED, LONG, data, decide, runtime};

#[test]
fn what_the_default_runtime_still_tells_of_a_sink_of_the_process_is_waited_for() {
    let (default, other, slow) = (runtime(), runtime(), Gated::shut());
    install(default.clone()).unwrap();
    let registration = Registration::new(slow.clone()).only_kinds([EventKind::SinkFailure]);
    default
        .register_sink(registration.way(SinkWay::Inline))
        .unwrap();
    let failing = Arc::new(CallbackSink::new(|_| Err(SinkError::new("no"))));
    register_sink(Registration::new(failing).way(SinkWay::Inline)).unwrap();
    thread::scope(|threads| {
        threads.spawn(|| decide(&other, 1));
        slow.await_begun(1);
        let soon = Duration::from_millis(200);
        let flushed = [flush_sinks(soon), other.flush(soon)];
        slow.set_open(true);
        for flushed in flushed {
            assert_eq!(
                flushed.unwrap_err().to_string(),
                "not everybody was told in time of all that belongs to no call"
            );
        }
    });
    flush_sinks(LONG).unwrap();
    other.flush(LONG).unwrap();
}

#[test]
fn what_a_sink_is_found_to_have_lost_after_its_runtime_ended_is_told_to_the_process() {
    let (runtime, gated, (told, hears)) = (runtime(), Gated::shut(), mpsc::channel());
    let listening = Arc::new(CallbackSink::new(move |emission| {
        told.send(Arc::clone(emission.event())).ok();
        Ok(())
    }));
    let only_losses = Registration::new(listening).only_kinds([EventKind::Loss]);
    register_sink(only_losses.way(SinkWay::Inline)).unwrap();
    let registration = Registration::new(gated.clone()).named("stuck").way(HURRIED);
    runtime.register_sink(registration).unwrap();
    (1..=4).for_each(|amount| decide(&runtime, amount));
    drop(runtime);
    let loss = loop {
        let loss = hears.recv_timeout(LONG).unwrap();
        if data(&loss, "sink") == "stuck" && data(&loss, "so_far") == "null" {
            break loss;
        }
    };
    assert_eq!(data(&loss, "count"), "3");
    gated.set_open(true);
}
