//! Sinks whose destructors panic or hang.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;

use audit_core::Redaction;
use audit_core::sink::{Emission, MemorySink, Registration, Sink, SinkError, SinkWay};

use crate::ground::{LONG, amounts, decide, queued, runtime, until};
use crate::support::quietly;

/// Tells when it is dropped, and on which thread, then panics.
struct Panicking(Mutex<Sender<thread::ThreadId>>);

impl Sink for Panicking {
    fn emit(&self, _: &Emission<'_>) -> Result<(), SinkError> {
        Ok(())
    }
}

impl Drop for Panicking {
    fn drop(&mut self) {
        self.0.lock().unwrap().send(thread::current().id()).ok();
        quietly(|| panic!("in a destructor"));
    }
}

fn panicking() -> (Arc<Panicking>, Receiver<thread::ThreadId>) {
    let (sender, receiver) = channel();
    (Arc::new(Panicking(Mutex::new(sender))), receiver)
}

#[test]
fn a_sink_that_panics_when_it_is_dropped_harms_nobody_who_unregisters_it() {
    for way in [SinkWay::Inline, queued(8)] {
        let (runtime, memory, (sink, dropped)) =
            (runtime(), Arc::new(MemorySink::new()), panicking());
        runtime
            .register_sink(Registration::new(sink.clone()).way(way))
            .unwrap();
        runtime.register_sink(memory.clone()).unwrap();
        decide(&runtime, 1);
        let weak: Arc<dyn Sink> = sink;
        assert!(runtime.unregister_sink(&weak));
        quietly(|| std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(weak)))).ok();
        // This thread lets go of what it remembers with the next call.
        decide(&runtime, 2);
        dropped.recv_timeout(LONG).unwrap();
        assert_eq!(amounts(&memory.events()), [1, 2]);
    }
}

#[test]
fn a_sink_that_panics_when_it_is_dropped_harms_nobody_who_drops_the_runtime() {
    for way in [SinkWay::Inline, queued(8)] {
        let (runtime, (sink, dropped)) = (runtime(), panicking());
        runtime
            .register_sink(Registration::new(sink).way(way))
            .unwrap();
        decide(&runtime, 1);
        drop(runtime);
        dropped.recv_timeout(LONG).unwrap();
    }
}

#[test]
fn a_thread_that_ends_with_the_last_of_such_a_sink_ends_well() {
    let (sink, dropped) = panicking();
    let ended = thread::spawn(|| {
        let runtime = runtime();
        let registration = Registration::new(sink).way(SinkWay::Inline);
        runtime.register_sink(registration).unwrap();
        decide(&runtime, 1);
    });
    ended.join().unwrap();
    dropped.recv_timeout(LONG).unwrap();
}

#[test]
fn a_queued_sink_is_dropped_on_its_own_thread() {
    let (runtime, (sink, dropped)) = (runtime(), panicking());
    runtime
        .register_sink(Registration::new(sink).way(queued(8)))
        .unwrap();
    decide(&runtime, 1);
    drop(runtime);
    assert_ne!(dropped.recv_timeout(LONG).unwrap(), thread::current().id());
}

/// Does not come back from its destructor before its sender is gone.
struct Hanging(Mutex<Receiver<()>>);

impl Sink for Hanging {
    fn emit(&self, _: &Emission<'_>) -> Result<(), SinkError> {
        Ok(())
    }

    fn way(&self) -> SinkWay {
        queued(8)
    }
}

impl Drop for Hanging {
    fn drop(&mut self) {
        self.0.lock().unwrap().recv().ok();
    }
}

#[test]
fn a_queued_sink_that_hangs_when_it_is_dropped_keeps_nobody() {
    let (runtime, (gate, closed)) = (runtime(), channel());
    let memory = Arc::new(MemorySink::new());
    runtime.register_sink(memory.clone()).unwrap();
    let sink = Arc::new(Hanging(Mutex::new(closed)));
    let identity = Arc::downgrade(&sink);
    runtime.register_sink(sink).unwrap();
    decide(&runtime, 1);
    runtime.flush(LONG).unwrap();
    // The gate is shut: whoever dropped the sink here would wait for ever.
    drop(runtime);
    assert_eq!(amounts(&memory.events()), [1]);
    drop(gate);
    until(|| identity.strong_count() == 0);
}

#[test]
fn a_registration_that_is_refused_may_panic_when_it_is_dropped() {
    let (runtime, memory) = (runtime(), Arc::new(MemorySink::new()));
    let (sink, dropped) = panicking();
    let nowhere = Registration::new(sink).redact("nowhere", Redaction::Mask);
    assert!(runtime.register_sink(nowhere).is_err());
    dropped.recv_timeout(LONG).unwrap();

    runtime.register_sink(memory.clone()).unwrap();
    let (spill, dropped) = panicking();
    let again = Registration::new(memory).spill(spill);
    assert!(!runtime.register_sink(again).unwrap());
    dropped.recv_timeout(LONG).unwrap();
}
