//! What is told of scopes that bind a tenant: that they begin, that they end, and how.

use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::thread;

use audit_core::sink::{CallbackSink, MemorySink, SinkError};
use audit_core::testing::{block_on, capture};
use audit_core::{Actor, EventKind, InScope, Scope};
use serde_json::json;

use super::notebook::{Answer, Notebook};
use super::support::{quietly, refund};
use super::{bound, line, poll, scope_of, told, world, yield_now};

#[test]
fn a_scope_that_binds_a_tenant_is_told_of_around_what_is_done_in_it() {
    let (runtime, notebook) = world();
    let alice = scope_of("acme").actor(Actor::new("alice"));
    runtime.scope(|| alice.run(|| runtime.allow(&refund(1))));
    let lines = [
        "tenant context_bound",
        "decision refund",
        "tenant context_released",
    ];
    assert_eq!(notebook.lines(), lines);
    for record in notebook.records() {
        assert_eq!(record["tenant"], "acme");
        assert_eq!(record["actor"]["id"], "alice", "{record}");
    }
    let begun_and_ended = [
        line("bound", "acme", json!({})),
        line("released", "acme", json!({})),
    ];
    assert_eq!(told(&notebook), begun_and_ended);
}

#[test]
fn another_tenant_around_it_is_named_and_the_same_one_is_not() {
    let (runtime, notebook) = world();
    runtime.scope(|| {
        scope_of("acme").run(|| {
            scope_of("globex").run(|| assert_eq!(bound().as_deref(), Some("globex")));
            assert_eq!(bound().as_deref(), Some("acme"));
            scope_of("acme").run(|| ());
        });
    });
    let within = || json!({"outer_tenant_id": "acme"});
    assert_eq!(
        told(&notebook),
        [
            line("bound", "acme", json!({})),
            line("bound", "globex", within()),
            line("released", "globex", within()),
            line("bound", "acme", json!({})),
            line("released", "acme", json!({})),
            line("released", "acme", json!({})),
        ]
    );
}

#[test]
fn a_scope_that_says_nothing_of_a_tenant_is_not_told_of() {
    let (runtime, notebook) = world();
    runtime.scope(|| {
        Scope::new().actor(Actor::new("alice")).run(|| ());
        block_on(async {}.in_scope(Scope::new()));
        scope_of("acme").run(|| Scope::new().actor(Actor::new("bob")).run(|| ()));
    });
    assert_eq!(told(&notebook).len(), 2);
}

#[test]
fn a_future_is_bound_once_however_often_it_is_polled() {
    let (runtime, notebook) = world();
    let mut work = pin!(
        async {
            for _ in 0..3 {
                assert_eq!(bound().as_deref(), Some("acme"));
                yield_now().await;
            }
        }
        .in_scope(scope_of("acme").runtime(runtime))
    );
    for _ in 0..3 {
        assert!(poll(work.as_mut()).is_pending());
        assert_eq!(bound(), None, "between two polls");
        assert_eq!(told(&notebook).len(), 1);
    }
    assert!(poll(work.as_mut()).is_ready());
    let begun_and_ended = [
        line("bound", "acme", json!({})),
        line("released", "acme", json!({})),
    ];
    assert_eq!(told(&notebook), begun_and_ended);
}

#[test]
fn a_panic_ends_a_scope_and_is_told_with_its_end() {
    let (runtime, notebook) = world();
    quietly(|| {
        runtime.scope(|| {
            scope_of("acme").run(|| {
                let inner = || scope_of("globex").run(|| panic!("on purpose"));
                assert!(catch_unwind(AssertUnwindSafe(inner)).is_err());
                assert_eq!(bound().as_deref(), Some("acme"));
            });
        });
        let breaks = async {
            yield_now().await;
            panic!("on purpose")
        };
        let breaks = breaks.in_scope(scope_of("initech").runtime(runtime));
        let mut breaks = pin!(breaks);
        assert!(poll(breaks.as_mut()).is_pending());
        let polled = catch_unwind(AssertUnwindSafe(|| poll(breaks.as_mut()).is_ready()));
        assert!(polled.is_err());
    });
    assert_eq!(bound(), None);
    let panicked = json!({"outer_tenant_id": "acme", "exception_type": "panic"});
    assert_eq!(
        told(&notebook),
        [
            line("bound", "acme", json!({})),
            line("bound", "globex", json!({"outer_tenant_id": "acme"})),
            line("released", "globex", panicked),
            line("released", "acme", json!({})),
            line("bound", "initech", json!({})),
            line("released", "initech", json!({"exception_type": "panic"})),
        ]
    );
}

#[test]
fn a_future_that_is_dropped_before_its_end_was_cancelled() {
    let (runtime, notebook) = world();
    let mut dropped = Box::pin(pending::<()>().in_scope(scope_of("acme").runtime(runtime)));
    assert!(poll(dropped.as_mut()).is_pending());
    drop(dropped);
    assert_eq!(
        told(&notebook),
        [
            line("bound", "acme", json!({})),
            line("released", "acme", json!({"exception_type": "cancelled"})),
        ]
    );
}

#[test]
fn what_a_cancelled_futures_destructors_do_is_done_for_the_tenant_before_its_end_is_told() {
    struct Tidies(audit_core::Runtime);
    impl Drop for Tidies {
        fn drop(&mut self) {
            let _allowed = self.0.allow(&refund(1));
        }
    }
    let (runtime, notebook) = world();
    let tidies = Tidies(runtime.clone());
    let work = async move {
        let _tidies = tidies;
        pending::<()>().await;
    };
    let mut work = Box::pin(work.in_scope(scope_of("acme").runtime(runtime)));
    assert!(poll(work.as_mut()).is_pending());
    drop(work);
    let lines = [
        "tenant context_bound",
        "decision refund",
        "tenant context_released",
    ];
    assert_eq!(notebook.lines(), lines);
    assert_eq!(notebook.records()[1]["tenant"], "acme");
}

#[test]
fn a_future_that_was_never_polled_bound_nothing_and_tells_nothing() {
    let (runtime, notebook) = world();
    drop(pending::<()>().in_scope(scope_of("acme").runtime(runtime)));
    assert!(notebook.records().is_empty());
}

#[test]
fn a_future_that_goes_from_thread_to_thread_has_its_tenant_on_each_and_one_end() {
    let (runtime, notebook) = world();
    let work = async {
        let mut seen = vec![bound()];
        for _ in 0..3 {
            yield_now().await;
            seen.push(bound());
        }
        seen
    };
    let mut work = Box::pin(work.in_scope(scope_of("acme").runtime(runtime)));
    for _ in 0..3 {
        work = thread::spawn(move || {
            assert!(poll(work.as_mut()).is_pending());
            assert_eq!(bound(), None);
            work
        })
        .join()
        .unwrap();
    }
    let elsewhere = thread::spawn(move || block_on(work));
    let expected = vec![Some("acme".to_owned()); 4];
    assert_eq!(elsewhere.join().unwrap(), expected);
    let begun_and_ended = [
        line("bound", "acme", json!({})),
        line("released", "acme", json!({})),
    ];
    assert_eq!(told(&notebook), begun_and_ended);
}

#[test]
fn the_end_goes_where_the_beginning_went_whatever_is_swapped_meanwhile() {
    let (runtime, first) = world();
    let second = Notebook::that(Answer::Take);
    let swap = || runtime.set_recorder(Arc::<Notebook>::clone(&second));
    runtime.scope(|| {
        scope_of("acme").run(|| {
            swap();
            let _allowed = runtime.allow(&refund(1));
        });
    });
    assert_eq!(
        first.lines(),
        ["tenant context_bound", "tenant context_released"]
    );
    assert_eq!(second.lines(), ["decision refund"]);

    // A future whose beginning was under another runtime than the one in force as it is polled to its end.
    let (other, elsewhere) = world();
    let mut work = Box::pin(yield_now().in_scope(scope_of("globex").runtime(runtime.clone())));
    assert!(poll(work.as_mut()).is_pending());
    assert!(other.scope(|| poll(work.as_mut()).is_ready()));
    assert!(elsewhere.records().is_empty());
    assert_eq!(told(&second).len(), 2);
}

#[test]
fn who_comes_in_the_middle_of_a_scope_is_not_told_of_its_end_alone() {
    let runtime = super::support::runtime();
    let notebook = Notebook::that(Answer::Take);
    runtime.scope(|| {
        scope_of("acme").run(|| runtime.set_recorder(Arc::<Notebook>::clone(&notebook)));
    });
    assert!(notebook.records().is_empty(), "{:?}", notebook.lines());
}

#[test]
fn whoever_is_told_and_panics_leaves_nothing_bound_and_stops_nothing() {
    let runtime = super::support::runtime();
    let breaks =
        CallbackSink::new(|_| -> Result<(), SinkError> { panic!("the sink's own mistake") });
    let memory = Arc::new(MemorySink::new());
    runtime.register_sink(Arc::new(breaks)).unwrap();
    runtime.register_sink(memory.clone()).unwrap();
    runtime.set_recorder(Notebook::that(Answer::Panic));
    let work = || scope_of("acme").run(|| (bound(), 7));
    let done = quietly(|| runtime.scope(work));
    assert_eq!(done, (Some("acme".to_owned()), 7));
    assert_eq!(bound(), None);
    let mut future = pin!(async { bound() }.in_scope(scope_of("globex").runtime(runtime)));
    assert!(quietly(|| poll(future.as_mut())).is_ready());
    assert_eq!(bound(), None);
    // The others were told of both.
    let names: Vec<String> = memory
        .events()
        .iter()
        .filter(|event| event.kind == EventKind::Tenant)
        .map(|event| event.name.to_string())
        .collect();
    assert_eq!(names, ["context_bound", "context_released"].repeat(2));
}

#[test]
fn a_recorder_that_loses_what_it_is_told_stops_no_scope() {
    let (runtime, _) = world();
    runtime.set_recorder(Notebook::that(Answer::Lose(
        audit_core::RecordErrorKind::Full,
    )));
    assert_eq!(
        runtime.scope(|| scope_of("acme").run(bound)).as_deref(),
        Some("acme")
    );
}

#[test]
fn a_capture_sees_them_and_nobody_who_does_not_listen_is_told() {
    let captured = capture(|| scope_of("acme").run(|| ()));
    let names: Vec<&str> = captured.events.iter().map(|event| &*event.name).collect();
    assert_eq!(names, ["context_bound", "context_released"]);
    let silent = capture(|| ());
    scope_of("acme").run(|| ());
    assert!(silent.events.is_empty());
}
