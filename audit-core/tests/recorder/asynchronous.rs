//! Asynchronous functions: they wait without a thread, and what is dropped meanwhile is told.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use audit_core::{
    InScope, RecordError, RecordErrorKind, Refusal, Refused, Runtime, Scope, admit, audit,
};

use crate::notebook::{Answer, Notebook};
use crate::support::{builder, refund};

#[admit(action = "refund", delivery = "durable")]
async fn admitted(amount: u64) -> Result<u64, Refused> {
    tokio::task::yield_now().await;
    Ok(amount)
}

#[audit(action = "refund", delivery = "durable")]
async fn audited(amount: u64) -> u64 {
    amount
}

fn recording(notebook: &Arc<Notebook>) -> Runtime {
    builder()
        .recorder(Arc::<Notebook>::clone(notebook))
        .build()
        .unwrap()
}

/// Polls once.
fn poll<F: Future>(future: std::pin::Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

#[tokio::test]
async fn a_task_of_the_same_thread_can_settle_what_another_waits_for() {
    let notebook = Notebook::that(Answer::Hold);
    let runtime = recording(&notebook);
    let call = tokio::spawn(admitted(50).in_scope(Scope::from(&runtime)));
    while !notebook.holds() {
        tokio::task::yield_now().await;
    }
    assert_eq!(notebook.lines(), ["decision refund"]);
    assert!(!call.is_finished());
    notebook.held().settle(Ok(()));
    assert_eq!(call.await.unwrap(), Ok(50));
    assert_eq!(
        notebook.lines(),
        ["decision refund", "outcome refund completed"]
    );
    let terms = notebook.terms();
    assert!(
        terms.iter().all(|terms| !terms.may_block),
        "a thread of tasks is never kept waiting"
    );
    assert!(terms[1].must_keep);
}

#[tokio::test]
async fn a_resolver_and_a_record_are_awaited_one_after_the_other() {
    let notebook = Notebook::that(Answer::Hold);
    let runtime = builder()
        .recorder(Arc::<Notebook>::clone(&notebook))
        .actor_resolver_async(|_| async {
            tokio::task::yield_now().await;
            Ok(audit_core::Actor::new("alice"))
        })
        .build()
        .unwrap();
    let call = tokio::spawn(admitted(50).in_scope(Scope::from(&runtime)));
    while !notebook.holds() {
        tokio::task::yield_now().await;
    }
    notebook.held().settle(Ok(()));
    assert_eq!(call.await.unwrap(), Ok(50));
    assert_eq!(notebook.records()[0]["actor"]["id"], "alice");
}

#[tokio::test]
async fn a_receipt_that_says_no_refuses_what_is_admitted_and_lets_run_what_is_audited() {
    let notebook = Notebook::that(Answer::Hold);
    let runtime = recording(&notebook);
    let scope = || Scope::from(&runtime);
    let (refused, ran) = (
        tokio::spawn(admitted(50).in_scope(scope())),
        tokio::spawn(audited(50).in_scope(scope())),
    );
    for _ in 0..2 {
        while !notebook.holds() {
            tokio::task::yield_now().await;
        }
        let error = RecordError::new(RecordErrorKind::TimedOut, "too slow");
        notebook.held().settle(Err(error));
    }
    assert_eq!(
        refused.await.unwrap().unwrap_err().refusal(),
        Refusal::Unrecordable
    );
    assert_eq!(ran.await.unwrap(), 50);
}

#[test]
fn what_is_dropped_while_it_waits_was_cancelled_and_never_ran() {
    let notebook = Notebook::that(Answer::Hold);
    let runtime = recording(&notebook);
    {
        let mut call = pin!(admitted(50).in_scope(Scope::from(&runtime)));
        assert!(poll(call.as_mut()).is_pending());
        assert!(poll(call.as_mut()).is_pending());
    }
    assert_eq!(
        notebook.lines(),
        ["decision refund", "outcome refund cancelled"]
    );
    assert_eq!(notebook.records()[1]["outcome"]["duration_ns"], 0);
    assert!(notebook.terms()[1].must_keep, "the decision may be on disk");
}

#[test]
fn a_refusal_that_is_dropped_while_it_waits_is_still_one() {
    let notebook = Notebook::that(Answer::Hold);
    let runtime = recording(&notebook);
    {
        let mut call = pin!(admitted(5000).in_scope(Scope::from(&runtime)));
        assert!(poll(call.as_mut()).is_pending());
    }
    assert_eq!(
        notebook.lines(),
        ["decision refund", "outcome refund refused"]
    );
}

#[tokio::test]
async fn a_decision_by_hand_is_awaited() {
    let notebook = Notebook::that(Answer::Take);
    let runtime = recording(&notebook);
    assert!(runtime.evaluate_async(&refund(50)).await.permits());
    assert!(!notebook.terms()[0].may_block);
}
