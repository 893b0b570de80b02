//! Flushing the sinks of the process, in a program of its own: whoever flushes beside would wait for the one that hangs.

#![cfg(test)]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use audit_core::sink::{CallbackSink, Emission, Registration, SinkError, SinkWay};
use audit_core::{
    Event, EventKind, IdSource, RandomIds, Sink, Timestamp, flush_sinks, register_sink,
    tell_recorded, unregister_sink,
};

/// Counts what it holds back and what it sent on.
#[derive(Default)]
struct Buffered {
    held: AtomicUsize,
    sent: AtomicUsize,
}

impl Sink for Buffered {
    fn emit(&self, _: &Emission<'_>) -> Result<(), SinkError> {
        self.held.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    fn flush(&self) -> Result<(), SinkError> {
        let held = self.held.swap(0, Ordering::Relaxed);
        self.sent.fetch_add(held, Ordering::Relaxed);
        Ok(())
    }
}

#[test]
fn the_sinks_of_the_process_are_flushed_without_a_runtime() {
    let buffered = Arc::new(Buffered::default());
    register_sink(buffered.clone()).unwrap();
    let (gate, shut) = mpsc::channel::<()>();
    let shut = Mutex::new(shut);
    let hanging = Arc::new(CallbackSink::new(move |_| {
        shut.lock().unwrap().recv().ok();
        Ok(())
    }));
    let way = SinkWay::Queued {
        capacity: 8,
        timeout: Duration::MAX,
    };
    let registration = Registration::new(hanging.clone()).named("shut").way(way);
    register_sink(registration).unwrap();
    let now = Timestamp::from_nanos(0);
    let id = RandomIds.next_id(now);
    tell_recorded(Event::new(id, now, EventKind::Loss, "loss"));
    let late = flush_sinks(Duration::from_secs(1)).unwrap_err();
    assert_eq!(late.sinks, ["shut"]);
    assert_eq!(buffered.sent.load(Ordering::Relaxed), 1);
    drop(gate);
    assert!(unregister_sink(&hanging));
    assert!(unregister_sink(&buffered));
}
