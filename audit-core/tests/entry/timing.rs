//! A stretch of code that is measured: every way in which it can end.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Waker};
use std::thread;
use std::time::Duration;

use audit_core::testing::ManualClock;
use audit_core::{
    Clock, Delivery, Entry, Fact, InScope, RecordErrorKind, Recorded, Recorder, Scope, Terms,
    timed, timed_async,
};
use serde_json::json;

use crate::notebook::{Answer, Notebook};
use crate::support::{builder, quietly};
use crate::world;

#[test]
fn every_end_is_recorded_as_what_it_is() {
    let (runtime, notebook) = world(Answer::Take);
    runtime.scope(|| {
        let begin = |name: &'static str| timed(Entry::new(name)).unwrap();
        begin("completed").complete().unwrap();
        begin("ok").complete_with(&"7".parse::<u8>()).unwrap();
        begin("err").complete_with(&"x".parse::<u8>()).unwrap();
        begin("failed").fail("the disk is full").unwrap();
        drop(begin("dropped"));
        quietly(|| {
            let panicking = AssertUnwindSafe(|| {
                let _guard = begin("panicking");
                panic!("out of range");
            });
            assert!(catch_unwind(panicking).is_err());
        });
    });
    assert_eq!(
        notebook.lines(),
        [
            "event completed completed",
            "event ok completed",
            "event err failed",
            "event failed failed",
            "event dropped cancelled",
            "event panicking panicked",
        ]
    );
    assert_eq!(
        notebook.records()[2]["outcome"]["error"],
        "invalid digit found in string"
    );
}

#[test]
fn a_guard_that_lives_and_dies_while_a_panic_unwinds_was_let_go_of() {
    struct Late;
    impl Drop for Late {
        fn drop(&mut self) {
            drop(timed(Entry::new("late")).unwrap());
        }
    }
    let (runtime, notebook) = world(Answer::Take);
    quietly(|| {
        let panicking = AssertUnwindSafe(|| {
            runtime.scope(|| {
                let _late = Late;
                panic!("out of range");
            });
        });
        assert!(catch_unwind(panicking).is_err());
    });
    assert_eq!(notebook.lines(), ["event late cancelled"]);
}

#[test]
fn how_long_it_took_is_measured_and_the_callers_own_times_stay() {
    let notebook = Notebook::that(Answer::Take);
    let clock = Arc::new(ManualClock::new("2026-11-23T08:00:00Z".parse().unwrap()));
    let runtime = builder()
        .recorder(Arc::<Notebook>::clone(&notebook))
        .shared_clock(Arc::<ManualClock>::clone(&clock) as Arc<dyn Clock>)
        .build()
        .unwrap();
    runtime.scope(|| {
        let own = Entry::new("own").started("2020-01-01T00:00:00Z".parse().unwrap());
        let (measured, own) = (timed(Entry::new("measured")).unwrap(), timed(own).unwrap());
        clock.advance(Duration::from_secs(3));
        measured.complete().unwrap();
        own.complete().unwrap();
    });
    let [measured, own] = [&notebook.records()[0], &notebook.records()[1]];
    assert_eq!(measured["started"], "2026-11-23T08:00:00.000000000Z");
    assert_eq!(measured["ended"], "2026-11-23T08:00:03.000000000Z");
    assert_eq!(measured["outcome"]["duration_ns"], 3_000_000_000_u64);
    assert_eq!(own["started"], "2020-01-01T00:00:00.000000000Z");
    assert_eq!(own["outcome"]["duration_ns"], 3_000_000_000_u64);
}

#[test]
fn a_durable_beginning_is_kept_before_timed_returns_and_the_end_points_to_it() {
    let (runtime, notebook) = world(Answer::Hold);
    thread::scope(|threads| {
        let entry = Entry::new("import").request(&1).delivery(Delivery::Durable);
        let work = threads.spawn(|| {
            runtime.scope(|| {
                let mut import = timed(entry).unwrap();
                import.response(&2);
                import.complete().unwrap()
            })
        });
        let first = notebook.held();
        assert_eq!(notebook.lines(), ["event import"], "it has no outcome yet");
        first.settle(Ok(()));
        notebook.held().settle(Ok(()));
        assert!(work.join().unwrap().is_some());
    });
    let [start, end] = [&notebook.records()[0], &notebook.records()[1]];
    assert_eq!(end["call"], start["id"]);
    assert_eq!(start.get("response").or(start.get("ended")), None);
    assert_eq!(
        (&start["request"], &end["response"]),
        (&json!(1), &json!(2))
    );
    assert_eq!(start["started"], end["started"]);
    assert!(!notebook.terms()[0].must_keep && notebook.terms()[1].must_keep);
}

/// Keeps records in a notebook, by a plan of its own.
struct Planner {
    notebook: Arc<Notebook>,
    plan: fn(&str) -> Option<Delivery>,
}

impl Recorder for Planner {
    fn record(&self, fact: &Fact<'_>, terms: &Terms) -> Recorded {
        self.notebook.record(fact, terms)
    }

    fn flush(&self, timeout: Duration) -> bool {
        self.notebook.flush(timeout)
    }

    fn planned(&self, action: &str) -> Option<Delivery> {
        (self.plan)(action)
    }
}

/// What is recorded of a measured stretch of code that says nothing of its delivery, and of one that does.
fn lines_of(plan: fn(&str) -> Option<Delivery>) -> Vec<String> {
    let notebook = Notebook::that(Answer::Take);
    let planner = Planner {
        notebook: Arc::clone(&notebook),
        plan,
    };
    let runtime = builder().recorder(Arc::new(planner)).build().unwrap();
    runtime.scope(|| {
        timed(Entry::new("import")).unwrap().complete().unwrap();
        let buffered = Entry::new("export").delivery(Delivery::Buffered);
        timed(buffered).unwrap().complete().unwrap();
    });
    notebook.lines()
}

#[test]
fn what_the_recorder_keeps_durably_has_a_beginning_unless_the_entry_says_otherwise() {
    let ends = ["event import completed", "event export completed"];
    assert_eq!(lines_of(|_| Some(Delivery::Durable))[0], "event import");
    assert_eq!(lines_of(|_| Some(Delivery::Durable))[1..], ends);
    assert_eq!(lines_of(|_| Some(Delivery::Buffered)), ends);
    assert_eq!(
        lines_of(|action| (action == "export").then_some(Delivery::Durable)),
        ends
    );
}

#[test]
fn a_recorder_that_panics_when_it_is_asked_for_its_plan_costs_nobody_his_record() {
    let lines = quietly(|| lines_of(|_| panic!("no plan")));
    assert_eq!(lines, ["event import completed", "event export completed"]);
}

#[test]
fn a_durable_beginning_that_is_lost_is_an_error() {
    let (runtime, notebook) = world(Answer::Lose(RecordErrorKind::Full));
    let entry = Entry::new("import").delivery(Delivery::Durable);
    let error = runtime.scope(|| timed(entry)).unwrap_err();
    assert_eq!(error.kind, RecordErrorKind::Full);
    assert!(notebook.lines().is_empty(), "what did not begin has no end");
}

#[test]
fn what_is_dropped_while_it_waits_for_its_beginning_was_cancelled() {
    let (runtime, notebook) = world(Answer::Hold);
    {
        let entry = Entry::new("import").delivery(Delivery::Durable);
        let mut begin = pin!(timed_async(entry).in_scope(Scope::from(&runtime)));
        let poll = begin.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(poll.is_pending());
    }
    assert_eq!(notebook.lines(), ["event import", "event import cancelled"]);
    let [start, end] = [&notebook.records()[0], &notebook.records()[1]];
    assert_eq!(end["call"], start["id"]);
}

#[tokio::test]
async fn a_task_waits_for_beginning_and_end_without_a_thread() {
    let (runtime, notebook) = world(Answer::Hold);
    let work = async {
        let import = timed_async(Entry::new("import").delivery(Delivery::Durable)).await?;
        import.complete_with_async(&Ok::<u8, String>(7)).await
    };
    let work = tokio::spawn(work.in_scope(Scope::from(&runtime)));
    for _ in 0..2 {
        while !notebook.holds() {
            tokio::task::yield_now().await;
        }
        notebook.held().settle(Ok(()));
    }
    assert!(work.await.unwrap().unwrap().is_some());
    assert!(notebook.terms().iter().all(|terms| !terms.may_block));
}

#[test]
fn beginning_and_end_go_to_one_recorder_and_one_scope() {
    let (runtime, first) = world(Answer::Take);
    let second = Notebook::that(Answer::Take);
    let scope = Scope::from(&runtime).tenant("acme").unwrap();
    let import = scope.run(|| timed(Entry::new("import").delivery(Delivery::Durable)).unwrap());
    runtime.set_recorder(Arc::<Notebook>::clone(&second) as Arc<dyn Recorder>);
    import.complete().unwrap();
    assert_eq!(
        first.lines(),
        [
            "tenant context_bound",
            "event import",
            "tenant context_released",
            "event import completed"
        ]
    );
    assert!(second.lines().is_empty());
    assert!(
        first
            .records()
            .iter()
            .all(|event| event["tenant"] == "acme")
    );
}
