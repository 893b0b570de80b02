//! One entry that is complete.

use std::thread;

use audit_core::testing::capture;
use audit_core::{
    Actor, Delivery, Entry, Event, InScope, Policy, RecordErrorKind, Runtime, Scope, Status,
    record, record_async,
};
use serde_json::json;

use crate::notebook::{Answer, Notebook};
use crate::support::builder;
use crate::world;

#[test]
fn an_entry_is_an_event_with_all_that_was_said_of_it_and_of_the_scope() {
    let (runtime, notebook) = world(Answer::Take);
    let entry = Entry::new("report.export")
        .schema("report/v1")
        .transport("http")
        .resource("report:7")
        .started("2026-11-23T08:00:00Z".parse().unwrap())
        .ended("2026-11-23T08:00:01.5Z".parse().unwrap())
        .request(&json!({"months": [10, 11]}))
        .response(&"done")
        .metadata(&("a", 1));
    let scope = Scope::from(&runtime)
        .actor(Actor::new("alice").with("role", "support"))
        .tenant("acme")
        .unwrap()
        .trace(
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
                .parse()
                .unwrap(),
        )
        .cause("00000000-0000-7000-8000-00000000002a".parse().unwrap());
    let line = line!() + 1;
    let id = scope.run(|| record(entry)).unwrap().unwrap();
    // Behind that the scope was entered.
    let mut event = notebook.records().remove(1);
    assert_eq!(event["id"], id.to_string());
    assert_eq!(event["site"], json!({"file": file!(), "line": line}));
    assert!(serde_json::from_value::<Event<'static>>(event.clone()).is_ok());
    let parts = event.as_object_mut().unwrap();
    for known in ["id", "time", "site", "process"] {
        parts.remove(known);
    }
    assert_eq!(
        event,
        json!({
            "v": 1, "kind": "event", "name": "report.export", "schema": "report/v1",
            "cause": "00000000-0000-7000-8000-00000000002a",
            "actor": {"id": "alice", "role": "support"}, "tenant": "acme",
            "action": {"type": "report.export", "fields": {}}, "resource": "report:7",
            "outcome": {"status": "completed", "duration_ns": 1_500_000_000},
            "transport": "http",
            "started": "2026-11-23T08:00:00.000000000Z", "ended": "2026-11-23T08:00:01.500000000Z",
            "request": {"months": [10, 11]}, "response": "done", "metadata": ["a", 1],
            "trace": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        })
    );
}

#[test]
fn success_and_failure_are_told_apart() {
    let (runtime, notebook) = world(Answer::Take);
    runtime.scope(|| {
        record(Entry::new("a")).unwrap();
        record(Entry::new("b").error("no space left")).unwrap();
        record(Entry::new("c").outcome(Status::Cancelled).error("too late")).unwrap();
    });
    assert_eq!(
        notebook.lines(),
        ["event a completed", "event b failed", "event c cancelled"]
    );
    assert_eq!(notebook.records()[1]["outcome"]["error"], "no space left");
}

#[test]
fn an_entry_names_its_own_actor_and_tenant_before_the_scopes() {
    let (runtime, notebook) = world(Answer::Take);
    let scope = Scope::from(&runtime)
        .actor(Actor::new("alice"))
        .tenant("acme")
        .unwrap();
    scope.run(|| {
        let entry = Entry::new("login")
            .actor(Actor::new("bob"))
            .tenant("other")
            .unwrap();
        record(entry).unwrap();
    });
    // Behind that the scope was entered.
    let event = notebook.records().remove(1);
    assert_eq!(
        (&event["actor"]["id"], &event["tenant"]),
        (&json!("bob"), &json!("other"))
    );
    assert!(Entry::new("login").tenant("").is_err());
}

#[test]
fn what_the_policy_keeps_out_of_records_is_kept_out() {
    let notebook = Notebook::that(Answer::Take);
    let schema = crate::support::SCHEMA
        .replace(
            "order_id: string}}",
            "order_id: string}, sensitive: {order_id: mask}}",
        )
        .replace("role: string}}", "role: string}, sensitive: {id: mask}}");
    let policy = Policy::from_strings(&schema, crate::support::POLICY, None).unwrap();
    let runtime = Runtime::builder()
        .policy(policy)
        .recorder(notebook.clone())
        .build()
        .unwrap();
    runtime.scope(|| {
        let entry = Entry::new("refund").actor(Actor::new("alice-7"));
        record(entry.request(&json!({"order_id": "77-secret", "amount": 1}))).unwrap();
    });
    let event = notebook.records().remove(0);
    assert_eq!(event["request"], json!({"order_id": "***", "amount": 1}));
    assert_eq!(
        event["redacted"],
        json!({"actor.id": "mask", "request.order_id": "mask"})
    );
    assert!(!event.to_string().contains("alice-7"));
}

#[test]
fn observers_and_captures_are_told_of_an_entry() {
    let runtime = builder().build().unwrap();
    let captured = capture(|| runtime.scope(|| record(Entry::new("backup"))));
    assert_eq!(captured.value, Ok(None), "nobody keeps records");
    assert_eq!(captured.events[0].name, "backup");
    let alone = capture(|| record(Entry::new("backup")));
    assert_eq!(alone.events.len(), 1, "without a runtime too");
}

#[test]
fn a_durable_entry_is_kept_when_record_returns() {
    let (runtime, notebook) = world(Answer::Hold);
    thread::scope(|threads| {
        let entry = Entry::new("backup").delivery(Delivery::Durable);
        let call = threads.spawn(|| runtime.scope(|| record(entry)));
        let held = notebook.held();
        assert!(!call.is_finished());
        held.settle(Ok(()));
        assert!(call.join().unwrap().unwrap().is_some());
    });
    assert!(notebook.terms()[0].may_block);
}

#[tokio::test]
async fn a_durable_entry_is_awaited_without_a_thread() {
    let (runtime, notebook) = world(Answer::Hold);
    let entry = Entry::new("backup").delivery(Delivery::Durable);
    let call = tokio::spawn(record_async(entry).in_scope(Scope::from(&runtime)));
    while !notebook.holds() {
        tokio::task::yield_now().await;
    }
    assert!(!call.is_finished());
    notebook.held().settle(Ok(()));
    assert!(call.await.unwrap().unwrap().is_some());
    assert!(!notebook.terms()[0].may_block);
}

#[test]
fn what_is_lost_is_an_error_and_what_is_unwanted_is_none() {
    let lost = world(Answer::Lose(RecordErrorKind::Full)).0;
    let error = lost.scope(|| record(Entry::new("backup"))).unwrap_err();
    assert_eq!(error.kind, RecordErrorKind::Full);
    let unwanted = world(Answer::Leave).0;
    assert_eq!(unwanted.scope(|| record(Entry::new("backup"))), Ok(None));
    let absent = builder().build().unwrap();
    let entry = Entry::new("backup").delivery(Delivery::Durable);
    let error = absent.scope(|| record(entry)).unwrap_err();
    assert_eq!(
        error.kind,
        RecordErrorKind::Absent,
        "it asks for a record that nobody keeps"
    );
}
