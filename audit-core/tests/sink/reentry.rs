//! A sink that comes back to what called it: never told of its own doing, and nothing waits for itself.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use audit_core::bus::Bus;
use audit_core::sink::{
    CallbackSink, Emission, MemorySink, Registration, Sink, SinkError, SinkWay,
};
use audit_core::{Entry, EventKind, Runtime, Scope, audit, record};

use crate::ground::{LONG, amounts, decide, listening, of_kind, queued, runtime, stats, until};
use crate::support::quietly;

#[audit(action = "refund", fields(amount))]
fn refund(amount: i64) -> i64 {
    amount
}

/// Does this once for the first decision that it is handed.
fn doing(work: impl FnOnce() + Send + 'static) -> Arc<impl Sink> {
    let work = Mutex::new(Some(work));
    Arc::new(CallbackSink::new(move |emission: &Emission<'_>| {
        let is_decision = emission.kind() == EventKind::Decision;
        let work = is_decision.then(|| work.lock().unwrap().take()).flatten();
        if let Some(work) = work {
            work();
        }
        Ok(())
    }))
}

const WAYS: [SinkWay; 2] = [SinkWay::Inline, SinkWay::QUEUED];

#[test]
fn a_sink_is_not_told_of_a_call_that_it_makes_and_all_others_are() {
    for way in WAYS {
        let (runtime, memory) = (runtime(), Arc::new(MemorySink::new()));
        let scope = runtime.clone();
        let calling = doing(move || {
            scope.scope(|| refund(2));
        });
        runtime
            .register_sink(Registration::new(calling).named("own").way(way))
            .unwrap();
        runtime.register_sink(memory.clone()).unwrap();
        decide(&runtime, 1);
        runtime.flush(LONG).unwrap();
        let mut made = amounts(&of_kind(&memory, EventKind::Decision));
        made.sort_unstable();
        assert_eq!(made, [1, 2]);
        let own = stats(&runtime, "own");
        // Of its own doing a decision and an outcome.
        assert_eq!((own.events_taken, own.events_reentered), (1, 2), "{way:?}");
    }
}

#[test]
fn a_sink_may_record_and_publish() {
    for way in WAYS {
        let (runtime, memory, bus) = (runtime(), Arc::new(MemorySink::new()), Bus::new());
        let (scope, publisher) = (runtime.clone(), bus.handle());
        let busy = doing(move || {
            scope.scope(|| {
                record(Entry::new("told")).unwrap();
                publisher.publish_nowait("told.too", 7).unwrap();
            });
        });
        runtime
            .register_sink(Registration::new(busy).named("own").way(way))
            .unwrap();
        runtime.register_sink(memory.clone()).unwrap();
        decide(&runtime, 1);
        runtime.flush(LONG).unwrap();
        bus.flush_blocking().unwrap();
        let names: Vec<_> = memory
            .events()
            .iter()
            .map(|event| event.name.to_string())
            .collect();
        for name in ["told", "told.too"] {
            assert!(names.iter().any(|found| found == name), "{names:?}");
        }
    }
}

#[test]
fn a_sink_may_register_others_and_unregister_itself() {
    for way in WAYS {
        let (runtime, later) = (runtime(), Arc::new(MemorySink::new()));
        let (host, added) = (runtime.clone(), later.clone());
        let own: Arc<Mutex<Option<Arc<dyn Sink>>>> = Arc::default();
        let itself = own.clone();
        let changing: Arc<dyn Sink> = doing(move || {
            host.register_sink(added).unwrap();
            let itself = itself.lock().unwrap().take().unwrap();
            assert!(host.unregister_sink(&itself));
        });
        *own.lock().unwrap() = Some(changing.clone());
        runtime
            .register_sink(Registration::new(changing).named("own").way(way))
            .unwrap();
        decide(&runtime, 1);
        runtime.flush(LONG).unwrap();
        until(|| !(runtime.sink_stats().iter().any(|stats| stats.name == "own")));
        decide(&runtime, 2);
        assert_eq!(amounts(&later.events()).last(), Some(&2), "{way:?}");
    }
}

#[test]
fn a_sink_may_drop_the_last_handle_of_its_runtime() {
    for way in WAYS {
        let (runtime, memory) = (runtime(), Arc::new(MemorySink::new()));
        let last: Arc<Mutex<Option<Runtime>>> = Arc::default();
        let held = last.clone();
        let (done, wait) = std::sync::mpsc::channel();
        let dropping = doing(move || {
            let runtime = held.lock().unwrap().take();
            drop(runtime);
            done.send(()).unwrap();
        });
        runtime
            .register_sink(Registration::new(dropping).way(way))
            .unwrap();
        runtime.register_sink(memory.clone()).unwrap();
        let deciding = runtime.clone();
        *last.lock().unwrap() = Some(runtime);
        decide(&deciding, 1);
        drop(deciding);
        wait.recv_timeout(LONG).unwrap();
        assert_eq!(amounts(&memory.events()), [1]);
    }
}

#[test]
fn a_sink_that_panics_in_a_scope_leaves_the_callers_as_it_was() {
    let (runtime, memory) = (runtime(), Arc::new(MemorySink::new()));
    let panicking = Arc::new(CallbackSink::new(|_| {
        let inner = Scope::new().tenant("of the sink").unwrap();
        inner.run(|| quietly(|| std::panic::panic_any("within a scope")))
    }));
    runtime
        .register_sink(
            Registration::new(panicking)
                .named("panicking")
                .way(SinkWay::Inline),
        )
        .unwrap();
    runtime.register_sink(memory.clone()).unwrap();
    let outer = Scope::new()
        .tenant("acme")
        .unwrap()
        .runtime(runtime.clone());
    let tenant = || {
        Scope::current()
            .ambient()
            .tenant
            .as_ref()
            .map(ToString::to_string)
    };
    outer.run(|| {
        refund(1);
        assert_eq!(tenant().as_deref(), Some("acme"));
    });
    assert_eq!(tenant(), None);
    let tenants: Vec<_> = of_kind(&memory, EventKind::Decision)
        .iter()
        .map(|event| event.tenant.clone())
        .collect();
    assert_eq!(tenants, [Some("acme".into())]);
    let stats = stats(&runtime, "panicking");
    assert!(stats.panics >= 2 && stats.errors == 0, "{stats:?}");
}

#[test]
fn of_a_failure_to_take_a_failure_no_failure_follows() {
    let runtime = runtime();
    let heard = listening(&runtime);
    let failing = || CallbackSink::new(|_| Err(SinkError::new("always")));
    for name in ["first", "second", "third"] {
        for way in [SinkWay::Inline, queued(64)] {
            runtime
                .register_sink(Registration::new(Arc::new(failing())).named(name).way(way))
                .unwrap();
        }
    }
    decide(&runtime, 1);
    runtime.flush(LONG).unwrap();
    let failures = heard.so_far(EventKind::SinkFailure);
    assert_eq!(failures.len(), 6, "one for each sink: {failures:?}");
    assert!(
        failures
            .iter()
            .all(|failure| crate::ground::data(failure, "original_event_type") == "decision")
    );
}

#[test]
fn sinks_that_fail_now_and_then_do_not_keep_each_other_telling() {
    let runtime = runtime();
    let heard = listening(&runtime);
    for _ in 0..20 {
        let works = AtomicBool::new(false);
        let alternating = CallbackSink::new(move |emission| match emission.kind() {
            EventKind::Decision if !works.fetch_xor(true, Ordering::Relaxed) => {
                Err(SinkError::new("every other time"))
            }
            _ => Ok(()),
        });
        runtime
            .register_sink(Registration::new(Arc::new(alternating)).way(SinkWay::Inline))
            .unwrap();
    }
    (0..1_000).for_each(|amount| decide(&runtime, amount));
    let told = heard.so_far(EventKind::SinkFailure).len();
    assert!(told < 20 * 40, "{told} failures told of 1,000 events");
}

#[test]
fn a_sink_of_two_runtimes_is_not_entered_from_within_itself() {
    let (here, there, memory) = (runtime(), runtime(), Arc::new(MemorySink::new()));
    let (other, within) = (there.clone(), Mutex::new(()));
    let sink = Arc::new(CallbackSink::new(move |_| {
        let Ok(_alone) = within.try_lock() else {
            return Err(SinkError::new("it would wait for itself"));
        };
        decide(&other, 2);
        Ok(())
    }));
    for runtime in [&here, &there] {
        runtime
            .register_sink(Registration::new(sink.clone()).named("own"))
            .unwrap();
    }
    there.register_sink(memory.clone()).unwrap();
    decide(&here, 1);
    let own = stats(&there, "own");
    assert_eq!((own.errors, own.events_reentered), (0, 1));
    assert_eq!(amounts(&memory.events()), [2], "others are told");
}
