//! Flushing: what sinks hold back is sent on, and what fails of that leaves a trace.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use audit_core::sink::{Emission, Registration, SinkError, SinkWay};
use audit_core::{EventKind, Sink, flush_sinks, register_sink, unregister_sink};

use crate::ground::{
    Gated, HURRIED, LONG, amounts, data, decide, listening, queued, runtime, stats, until,
};
use crate::support::errors_of;

/// Counts what it holds back and what it sent on.
#[derive(Default)]
struct Buffered {
    held: AtomicUsize,
    sent: AtomicUsize,
    is_broken: AtomicBool,
}

impl Buffered {
    fn sent(&self) -> usize {
        self.sent.load(Ordering::Relaxed)
    }
}

impl Sink for Buffered {
    fn emit(&self, _: &Emission<'_>) -> Result<(), SinkError> {
        self.held.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    fn flush(&self) -> Result<(), SinkError> {
        if self.is_broken.load(Ordering::Relaxed) {
            return Err(SinkError::new("the line is cut"));
        }
        let held = self.held.swap(0, Ordering::Relaxed);
        self.sent.fetch_add(held, Ordering::Relaxed);
        Ok(())
    }
}

const WAYS: [SinkWay; 2] = [SinkWay::Inline, SinkWay::QUEUED];

#[test]
fn a_flush_that_fails_is_counted_told_warned_of_and_said_to_have_failed() {
    for way in WAYS {
        let (runtime, broken) = (runtime(), Arc::new(Buffered::default()));
        let heard = listening(&runtime);
        broken.is_broken.store(true, Ordering::Relaxed);
        let registration = Registration::new(broken.clone()).named("cut").way(way);
        runtime.register_sink(registration).unwrap();
        let error = runtime.flush(LONG).unwrap_err();
        assert_eq!(
            (error.failed.clone(), error.sinks.len()),
            (vec!["cut".into()], 0)
        );
        assert_eq!(
            error.to_string(),
            "not everything was sent on by sink `cut`"
        );
        let failure = heard.next(EventKind::SinkFailure);
        assert_eq!(data(&failure, "original_event_type"), "flush");
        assert_eq!(data(&failure, "error_message"), "the line is cut");
        assert_eq!(data(&failure, "sink"), "cut");
        assert_eq!(stats(&runtime, "cut").errors, 1);
        broken.is_broken.store(false, Ordering::Relaxed);
        runtime.flush(LONG).unwrap();
    }
}

#[test]
fn a_lone_sink_whose_flush_fails_is_warned_of() {
    let (runtime, broken) = (runtime(), Arc::new(Buffered::default()));
    broken.is_broken.store(true, Ordering::Relaxed);
    let registration = Registration::new(broken).way(SinkWay::Inline);
    runtime.register_sink(registration).unwrap();
    let (_, warnings) = errors_of(|| runtime.flush(LONG));
    assert!(warnings[0].contains("the line is cut"), "{warnings:?}");
}

#[test]
fn a_sink_that_goes_away_sends_on_what_it_holds_back() {
    for way in WAYS {
        let (runtime, unregistered, left) = (
            runtime(),
            Arc::new(Buffered::default()),
            Arc::new(Buffered::default()),
        );
        for sink in [&unregistered, &left] {
            let registration = Registration::new(sink.clone()).way(way);
            runtime.register_sink(registration).unwrap();
        }
        (0..3).for_each(|amount| decide(&runtime, amount));
        assert!(runtime.unregister_sink(&unregistered));
        until(|| unregistered.sent() == 3);
        drop(runtime);
        until(|| left.sent() == 3);
    }
}

#[test]
fn the_sinks_of_the_process_are_flushed_without_a_runtime() {
    let (buffered, gated) = (Arc::new(Buffered::default()), Gated::shut());
    register_sink(buffered.clone()).unwrap();
    register_sink(
        Registration::new(gated.clone())
            .named("shut")
            .way(queued(8)),
    )
    .unwrap();
    let loss = || {
        let now = audit_core::Timestamp::from_nanos(0);
        let id = audit_core::IdSource::next_id(&audit_core::RandomIds, now);
        audit_core::Event::new(id, now, EventKind::Loss, "loss")
    };
    audit_core::tell_recorded(loss());
    let late = flush_sinks(Duration::from_millis(100)).unwrap_err();
    assert!(late.sinks.contains(&"shut".to_owned()), "{late}");
    assert!(buffered.sent() >= 1);
    gated.set_open(true);
    unregister_sink(&gated);
    unregister_sink(&buffered);
}

#[test]
fn a_flush_waits_for_what_a_quarantine_spills() {
    let (runtime, stuck, spill) = (runtime(), Gated::shut(), Gated::shut());
    let registration = Registration::new(stuck.clone()).named("stuck").way(HURRIED);
    runtime
        .register_sink(registration.spill(spill.clone()))
        .unwrap();
    (1..=4).for_each(|amount| decide(&runtime, amount));
    spill.await_begun(1);
    stuck.set_open(true);
    until(|| !stats(&runtime, "stuck").is_quarantined && stuck.events().len() == 1);
    assert_eq!(stats(&runtime, "stuck").events_spilled, 0);
    until(|| stats(&runtime, "stuck").queue_depth == 3);
    let late = runtime.flush(Duration::from_millis(100)).unwrap_err();
    assert_eq!(late.sinks, ["stuck"]);
    spill.set_open(true);
    runtime.flush(LONG).unwrap();
    assert_eq!(amounts(&spill.events()), [2, 3, 4]);
    assert_eq!(stats(&runtime, "stuck").events_spilled, 3);
}
