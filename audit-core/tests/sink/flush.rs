//! Flushing: what sinks hold back is sent on, and what fails of that leaves a trace.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use audit_core::sink::{CallbackSink, Emission, MemorySink, Registration, SinkError, SinkWay};
use audit_core::{Delivery, EventKind, Fact, Recorded, Recorder, Runtime, Sink, Terms};

use crate::ground::{
    Gated, HURRIED, LONG, amounts, data, decide, listening, queued, runtime, stats, until,
};
use crate::support::{builder, errors_of};

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

#[test]
fn what_was_spilled_is_sent_on_with_what_its_sink_holds_back() {
    for way in WAYS {
        let (runtime, spill) = (runtime(), Arc::new(Buffered::default()));
        let failing = CallbackSink::new(|_| Err(SinkError::new("no")));
        let registration = Registration::new(Arc::new(failing)).named("failing");
        runtime
            .register_sink(registration.way(way).spill(spill.clone()))
            .unwrap();
        (1..=3).for_each(|amount| decide(&runtime, amount));
        runtime.flush(LONG).unwrap();
        assert_eq!(spill.sent(), 3, "{way:?}");
        decide(&runtime, 4);
        drop(runtime);
        until(|| spill.sent() == 4);
    }
}

#[test]
fn what_a_sink_that_hangs_has_spilled_is_sent_on_all_the_same() {
    let (runtime, stuck) = (runtime(), Gated::shut());
    let spills = [(); 2].map(|()| Arc::new(Buffered::default()));
    let registration = Registration::new(stuck.clone()).named("stuck").way(HURRIED);
    runtime
        .register_sink(registration.spill(spills[0].clone()))
        .unwrap();
    (1..=4).for_each(|amount| decide(&runtime, amount));
    until(|| stats(&runtime, "stuck").events_spilled == 3);
    let late = runtime.flush(Duration::from_millis(100)).unwrap_err();
    assert_eq!(late.sinks, ["stuck"]);
    assert_eq!(spills[0].sent(), 3);
    decide(&runtime, 5);
    // The gate stays shut, so this is not the worker's doing.
    assert!(runtime.unregister_sink(&stuck));
    assert_eq!(spills[0].sent(), 4);

    stuck.set_open(true);
}

#[test]
fn a_spill_that_does_not_send_on_what_it_took_counts_as_its_sink_failing() {
    for way in WAYS {
        let (runtime, spill) = (runtime(), Arc::new(Buffered::default()));
        let heard = listening(&runtime);
        let failing = CallbackSink::new(|_| Err(SinkError::new("no")));
        let registration = Registration::new(Arc::new(failing)).named("failing");
        runtime
            .register_sink(registration.way(way).spill(spill.clone()))
            .unwrap();
        decide(&runtime, 1);
        heard.next(EventKind::SinkFailure);
        spill.is_broken.store(true, Ordering::Relaxed);
        assert_eq!(runtime.flush(LONG).unwrap_err().failed, ["failing"]);
        let failure = heard.next(EventKind::SinkFailure);
        assert_eq!(data(&failure, "original_event_type"), "flush");
        assert_eq!(
            data(&failure, "error_message"),
            "its spill: the line is cut"
        );
    }
}

/// Keeps nothing, and has all that it was to keep once it is given any time at all.
struct Punctual;

impl Recorder for Punctual {
    fn record(&self, _: &Fact<'_>, _: &Terms) -> Recorded {
        Recorded::Taken(Delivery::Buffered)
    }

    fn flush(&self, timeout: Duration) -> bool {
        timeout > Duration::ZERO
    }
}

#[test]
fn one_that_hangs_leaves_time_to_all_others_when_everything_is_flushed() {
    let runtime = builder().recorder(Punctual).build().unwrap();
    let (sound, watching) = (Arc::new(Buffered::default()), Gated::shut());
    let gated = watching.clone();
    runtime
        .observe_queued("hanging", 8, move |_| {
            gated.wait();
        })
        .unwrap();
    runtime
        .register_sink(Registration::new(sound.clone()).named("sound"))
        .unwrap();
    decide(&runtime, 1);
    let late = runtime.flush(Duration::from_secs(1)).unwrap_err();
    assert_eq!(late.observers, ["hanging"]);
    assert_eq!((late.sinks.len(), late.recorder), (0, false), "{late}");
    assert_eq!(sound.sent(), 1);

    let stuck = Gated::shut();
    let registration = Registration::new(stuck.clone()).named("stuck");
    runtime.register_sink(registration.way(queued(8))).unwrap();
    decide(&runtime, 2);
    let late = runtime.flush(Duration::from_secs(1)).unwrap_err();
    assert_eq!(
        (late.sinks.clone(), late.recorder),
        (vec!["stuck".into()], false),
        "{late}"
    );
    assert_eq!(sound.sent(), 2);
    watching.set_open(true);
    stuck.set_open(true);
    runtime.flush(LONG).unwrap();
}

#[test]
fn a_flush_waits_for_what_another_thread_is_telling() {
    let (runtime, slow, told) = (runtime(), Gated::shut(), Arc::new(MemorySink::new()));
    let failures = |sink: Arc<dyn Sink>, way| {
        Registration::new(sink)
            .only_kinds([EventKind::SinkFailure])
            .way(way)
    };
    runtime
        .register_sink(failures(slow.clone(), SinkWay::Inline))
        .unwrap();
    runtime
        .register_sink(failures(told.clone(), SinkWay::QUEUED))
        .unwrap();
    let failing = CallbackSink::new(|_| Err(SinkError::new("no")));
    runtime.register_sink(Arc::new(failing)).unwrap();
    std::thread::scope(|threads| {
        threads.spawn(|| decide(&runtime, 1));
        slow.await_begun(1);
        let (done, flushed) = std::sync::mpsc::channel();
        let (flushing, told) = (&runtime, &told);
        threads.spawn(move || {
            flushing.flush(LONG).unwrap();
            done.send(told.events().len()).unwrap();
        });
        let early = flushed.recv_timeout(Duration::from_millis(200)).ok();
        slow.set_open(true);
        assert_eq!(early.or_else(|| flushed.recv().ok()), Some(1));
    });
}

/// Fails, so that something is told of it.
fn failing() -> Arc<impl Sink> {
    Arc::new(CallbackSink::new(|_| Err(SinkError::new("no"))))
}

#[test]
fn what_is_still_being_told_when_the_time_is_over_is_said_not_to_have_reached_everybody() {
    let (runtime, slow) = (runtime(), Gated::shut());
    let registration = Registration::new(slow.clone()).only_kinds([EventKind::SinkFailure]);
    runtime
        .register_sink(registration.way(SinkWay::Inline))
        .unwrap();
    runtime.register_sink(failing()).unwrap();
    std::thread::scope(|threads| {
        threads.spawn(|| decide(&runtime, 1));
        slow.await_begun(1);
        let flushed = runtime.flush(Duration::from_millis(200));
        slow.set_open(true);
        assert_eq!(
            flushed.unwrap_err().to_string(),
            "not everybody was told in time of all that belongs to no call"
        );
    });
    runtime.flush(LONG).unwrap();
}

/// Keeps what it took when it is flushed, and does something then.
struct Ledger<F>(Arc<Buffered>, F);

impl<F: Fn() + Send + Sync + 'static> Recorder for Ledger<F> {
    fn record(&self, _: &Fact<'_>, _: &Terms) -> Recorded {
        self.0.held.fetch_add(1, Ordering::Relaxed);
        Recorded::Taken(Delivery::Buffered)
    }

    fn flush(&self, _: Duration) -> bool {
        self.1();
        self.0.flush().is_ok()
    }
}

/// A runtime whose recorder opens the gate as it is flushed: last, after whoever waits there had his quarter of the time. With it what
/// that keeps, and a sink that is still to be registered.
fn opening_as_it_is_kept(gate: &Arc<Gated>) -> (Runtime, Arc<Buffered>, Arc<Buffered>) {
    let (kept, gate) = (Arc::new(Buffered::default()), Arc::clone(gate));
    let ledger = Ledger(kept.clone(), move || gate.set_open(true));
    let runtime = builder().recorder(ledger).build().unwrap();
    (runtime, kept, Arc::new(Buffered::default()))
}

#[test]
fn what_is_told_late_is_sent_on_and_kept_before_a_flush_is_done() {
    let slow = Gated::shut();
    let (runtime, kept, sent) = opening_as_it_is_kept(&slow);
    let only_failures = Registration::new(slow.clone()).only_kinds([EventKind::SinkFailure]);
    runtime
        .register_sink(only_failures.way(SinkWay::Inline))
        .unwrap();
    runtime.register_sink(failing()).unwrap();
    runtime.register_sink(sent.clone()).unwrap();
    std::thread::scope(|threads| {
        threads.spawn(|| decide(&runtime, 1));
        slow.await_begun(1);
        // Among that is what this tells itself: the loss so far.
        runtime.flush(Duration::from_secs(4)).unwrap();
    });
    for place in [kept, sent] {
        let left = place.held.load(Ordering::Relaxed);
        assert_eq!((left, place.sent()), (0, 3), "decision, failure and loss");
    }
}

#[test]
fn what_observers_do_late_is_sent_on_and_kept_before_a_flush_is_done() {
    let slow = Gated::shut();
    let (runtime, kept, sent) = opening_as_it_is_kept(&slow);
    runtime.register_sink(sent.clone()).unwrap();
    let (gated, deciding) = (slow.clone(), runtime.clone());
    runtime
        .observe_queued("deciding", 8, move |_| {
            gated.wait();
            decide(&deciding, 2);
        })
        .unwrap();
    decide(&runtime, 1);
    slow.await_begun(1);
    runtime.flush(Duration::from_secs(4)).unwrap();
    for place in [kept, sent] {
        let left = place.held.load(Ordering::Relaxed);
        assert_eq!((left, place.sent()), (0, 2));
    }
}

#[test]
fn that_a_flush_fails_is_kept_before_it_is_done() {
    let cut = || {
        let sink = Buffered::default();
        sink.is_broken.store(true, Ordering::Relaxed);
        Arc::new(sink)
    };
    // A sink that is flushed on this thread, and the spill of one that hangs.
    for hangs in [false, true] {
        let kept = Arc::new(Buffered::default());
        let ledger = Ledger(kept.clone(), || {});
        let runtime = builder().recorder(ledger).build().unwrap();
        let stuck = Gated::shut();
        let registration = if hangs {
            Registration::new(stuck.clone()).way(HURRIED).spill(cut())
        } else {
            Registration::new(cut()).way(SinkWay::Inline)
        };
        runtime.register_sink(registration.named("cut")).unwrap();
        (1..=2).for_each(|amount| decide(&runtime, amount));
        until(|| !hangs || stats(&runtime, "cut").events_spilled == 1);
        let (before, error) = (kept.sent(), runtime.flush(Duration::from_millis(200)));
        let error = error.unwrap_err();
        assert_eq!(before, 0);
        assert_eq!(
            (error.sinks.len(), error.failed.len()),
            (usize::from(hangs), usize::from(!hangs))
        );
        let left = kept.held.load(Ordering::Relaxed);
        assert_eq!(left, 0, "hangs: {hangs}");
        stuck.set_open(true);
    }
}
