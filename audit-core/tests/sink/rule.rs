//! What is done to events before one sink alone gets them.

use std::sync::Arc;

use audit_core::sink::{CallbackSink, MemorySink, RegisterError, Registration, SinkError, SinkWay};
use audit_core::{Action, Entry, Event, EventKind, Redaction, Scope, Value, audit, record};
use serde_json::json;

use crate::ground::{LONG, of_kind, queued, runtime};

fn json(memory: &MemorySink) -> serde_json::Value {
    serde_json::to_value(&*memory.events()[0]).unwrap()
}

fn registered(ways: &[SinkWay]) -> (audit_core::Runtime, Vec<Arc<MemorySink>>) {
    let runtime = runtime();
    let memories: Vec<_> = ways.iter().map(|_| Arc::new(MemorySink::new())).collect();
    for (memory, way) in memories.iter().zip(ways) {
        let registration = Registration::new(memory.clone()).way(*way);
        let registration = registration.redact("action.email", Redaction::Mask);
        runtime
            .register_sink(registration.redact("action.card", Redaction::Hash))
            .unwrap();
    }
    (runtime, memories)
}

#[test]
fn what_is_redacted_for_one_sink_the_others_see() {
    let (runtime, memories) = registered(&[SinkWay::Inline, queued(8)]);
    let open = [SinkWay::Inline, queued(8)].map(|way| {
        let memory = Arc::new(MemorySink::new());
        runtime
            .register_sink(Registration::new(memory.clone()).way(way))
            .unwrap();
        memory
    });
    let refund = Action::new("refund").with("amount", 50);
    let refund = refund.with("email", "ada@example.org").with("card", "4111");
    let _decision = runtime.evaluate(&refund);
    runtime.flush(LONG).unwrap();
    for memory in memories {
        let event = json(&memory);
        assert!(!event.to_string().contains("4111"), "{event}");
        assert!(!event.to_string().contains("ada@"), "{event}");
        assert_eq!(event["action"]["fields"]["amount"], 50, "{event}");
        let redacted = serde_json::json!({"action.card": "hash", "action.email": "mask"});
        assert_eq!(event["redacted"], redacted);
    }
    for memory in open {
        let event = json(&memory);
        assert_eq!(event["action"]["fields"]["card"], "4111");
        assert_eq!(event.get("redacted"), None, "{event}");
    }
}

#[test]
fn two_sinks_that_hash_the_same_can_be_compared_whichever_way_they_are_called() {
    let (runtime, memories) = registered(&[SinkWay::Inline, queued(8)]);
    let _decision = runtime.evaluate(&Action::new("refund").with("amount", 1).with("card", "4111"));
    runtime.flush(LONG).unwrap();
    let cards: Vec<_> = memories
        .iter()
        .map(|memory| json(memory)["action"]["fields"]["card"].clone())
        .collect();
    assert_eq!(cards[0], cards[1]);
    assert!(
        cards[0].as_str().unwrap().starts_with("hmac-sha256:"),
        "{cards:?}"
    );
}

#[test]
fn a_spill_sees_no_more_than_its_sink() {
    for way in [SinkWay::Inline, queued(8)] {
        let (runtime, spill) = (runtime(), Arc::new(MemorySink::new()));
        let failing = Arc::new(CallbackSink::new(|_| Err(SinkError::new("no"))));
        let registration = Registration::new(failing).way(way).spill(spill.clone());
        runtime
            .register_sink(registration.redact("action.amount", Redaction::Drop))
            .unwrap();
        let _decision = runtime.evaluate(&Action::new("refund").with("amount", 50));
        runtime.flush(LONG).unwrap();
        let event: &Event<'_> = &spill.events()[0];
        let amount = event.action.as_ref().unwrap().fields().get("amount");
        assert_eq!(
            amount.filter(|amount| **amount == Value::Int(50)),
            None,
            "{event:?}"
        );
    }
}

#[test]
fn a_field_may_be_named_as_it_stands_in_json() {
    for way in [SinkWay::Inline, queued(8)] {
        let (runtime, memory) = (runtime(), Arc::new(MemorySink::new()));
        let registration = Registration::new(memory.clone()).way(way);
        runtime
            .register_sink(registration.redact("action.fields.email", Redaction::Mask))
            .unwrap();
        let refund = Action::new("refund").with("amount", 50);
        let _decision = runtime.evaluate(&refund.with("email", "ada@example.org"));
        runtime.flush(LONG).unwrap();
        let event = json(&memory);
        assert!(!event.to_string().contains("ada@"), "{event}");
        assert_eq!(
            event["redacted"],
            serde_json::json!({"action.email": "mask"})
        );
    }
}

#[test]
fn a_sink_of_runtime_and_process_sees_what_neither_hides_from_it() {
    for way in [SinkWay::Inline, queued(8)] {
        let (runtime, memory) = (runtime(), Arc::new(MemorySink::new()));
        let registration = || Registration::new(memory.clone()).way(way);
        let of_runtime = registration().redact("action.email", Redaction::Mask);
        runtime.register_sink(of_runtime).unwrap();
        audit_core::register_sink(registration().redact("action.card", Redaction::Hash)).unwrap();
        let refund = Action::new("refund").with("amount", 50);
        let refund = refund.with("email", "ada@example.org").with("card", "4111");
        let decision = runtime.evaluate(&refund);
        runtime.flush(LONG).unwrap();
        audit_core::unregister_sink(&memory);
        let own = memory
            .events()
            .into_iter()
            .find(|event| event.kind == EventKind::Decision && event.id == decision.id);
        let event = serde_json::to_value(&*own.unwrap()).unwrap();
        let redacted = serde_json::json!({"action.card": "hash", "action.email": "mask"});
        assert_eq!(event["redacted"], redacted);
        let card = event["action"]["fields"]["card"].to_string();
        assert!(card.contains("hmac-sha256:"), "{card}");
    }
}

#[test]
fn a_path_that_leads_nowhere_is_refused_and_says_what_is_accepted() {
    let runtime = runtime();
    for path in [
        "",
        "foo",
        "actor.",
        ".email",
        "actor..email",
        "resource.id",
        "decision",
        "outcome.status",
        "action.type",
        "actors.email",
    ] {
        let registration = Registration::new(Arc::new(MemorySink::new()));
        let error = runtime
            .register_sink(registration.redact(path, Redaction::Mask))
            .unwrap_err();
        assert!(
            matches!(&error, RegisterError::Path(named) if named == path),
            "{path}: {error}"
        );
        let message = error.to_string();
        assert!(
            message.starts_with(&format!("`{path}` is no path")),
            "{message}"
        );
        assert!(message.contains("`snapshot`"), "{message}");
    }
    for path in [
        "actor",
        "actor.address.city",
        "data",
        "data.card.number",
        "tenant",
        "outcome.value.id",
        "decision.reason",
    ] {
        let registration = Registration::new(Arc::new(MemorySink::new()));
        runtime
            .register_sink(registration.redact(path, Redaction::Mask))
            .unwrap();
    }
}

#[audit(action = "refund", fields(card), resource = format!("card:{card}"), snapshot(limit = limit), ret, err)]
fn pay(card: &str, limit: &str) -> Result<String, String> {
    match limit {
        "none-7777" => Err(format!("{card} is over {limit}")),
        limit => Ok(format!("{card} up to {limit}")),
    }
}

#[test]
fn an_outcome_quotes_nothing_that_was_taken_out_of_its_decision() {
    for (path, quoted) in [
        ("action.card", "4111-1111"),
        ("action.fields.card", "4111-1111"),
        ("action", "4111-1111"),
        ("snapshot.limit", "7777"),
    ] {
        for way in [SinkWay::Inline, queued(8)] {
            let (runtime, memory) = (runtime(), Arc::new(MemorySink::new()));
            let registration = Registration::new(memory.clone()).way(way);
            let registration = registration.redact(path, Redaction::Drop);
            runtime.register_sink(registration).unwrap();
            Scope::new().runtime(runtime.clone()).run(|| {
                pay("4111-1111", "some-7777").unwrap();
                pay("4111-1111", "none-7777").unwrap_err();
            });
            runtime.flush(LONG).unwrap();
            let outcomes = of_kind(&memory, EventKind::Outcome);
            assert_eq!(outcomes.len(), 2);
            for (outcome, part) in outcomes.iter().zip(["value", "error"]) {
                let event = serde_json::to_value(&**outcome).unwrap();
                assert!(!event.to_string().contains(quoted), "{path}: {event}");
                assert_eq!(event["resource"], "***", "{path}");
                assert_eq!(event["outcome"][part], "***", "{path}");
                let redacted = json!({"resource": "mask", format!("outcome.{part}"): "mask"});
                assert_eq!(event["redacted"], redacted);
            }
            for decision in of_kind(&memory, EventKind::Decision) {
                let event = serde_json::to_value(&*decision).unwrap();
                assert!(!event.to_string().contains(quoted), "{path}: {event}");
            }
        }
    }
}

#[test]
fn an_outcome_is_left_alone_by_rules_for_what_it_has_itself() {
    let (runtime, memory) = (runtime(), Arc::new(MemorySink::new()));
    let registration = Registration::new(memory.clone()).redact("actor.email", Redaction::Mask);
    let registration = registration.redact("data.card", Redaction::Mask);
    runtime.register_sink(registration).unwrap();
    Scope::new()
        .runtime(runtime.clone())
        .run(|| pay("4111-1111", "some").unwrap());
    let outcome = serde_json::to_value(&*of_kind(&memory, EventKind::Outcome)[0]).unwrap();
    assert_eq!(outcome["resource"], "card:4111-1111");
    assert_eq!(outcome["outcome"]["value"], "4111-1111 up to some");
    assert_eq!(outcome.get("redacted"), None);
}

#[test]
fn names_that_go_with_what_a_rule_takes_away_are_listed_no_longer() {
    #[derive(serde::Serialize)]
    struct Account {
        pin: audit_core::Sensitive<u32>,
    }
    let accounts = std::collections::BTreeMap::from([("DE89-3704", Account { pin: 1234.into() })]);
    let entry = || {
        let payload = json!({"accounts": null});
        let carried = (&accounts, [&accounts]);
        Entry::new("refund").request(&carried).metadata(&payload)
    };
    for (path, redacted) in [
        ("request", json!({"request": "drop"})),
        (
            "metadata",
            json!({"metadata": "drop", "request[0].DE89-3704.pin": "mask", "request[1][0].DE89-3704.pin": "mask"}),
        ),
    ] {
        let (runtime, memory) = (runtime(), Arc::new(MemorySink::new()));
        let registration = Registration::new(memory.clone()).redact(path, Redaction::Drop);
        runtime.register_sink(registration).unwrap();
        runtime.scope(|| record(entry()).unwrap());
        let event = json(&memory);
        assert_eq!(event["redacted"], redacted, "{event}");
        assert_eq!(event.to_string().contains("DE89"), path != "request");
    }
}
