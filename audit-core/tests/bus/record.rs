//! What is recorded of it.

use audit_core::bus::{Bus, BusPolicy, DomainEvent, Runnable};
use audit_core::{Action, EventKind};
use serde_json::{Value, json};

use crate::support::{now, runtime};

#[test]
fn the_operation_comes_first_then_the_event_then_what_it_leads_to_then_the_outcome() {
    let (runtime, notebook) = runtime();
    let bus = Bus::new();
    let judge = runtime.clone();
    bus.subscribe("account.*", move |_: &DomainEvent| {
        let _allowed = judge.allow(&Action::new("refund").with("amount", 1));
    })
    .unwrap()
    .keep();
    runtime.scope(|| now(bus.publish("account.transfer", json!({"amount": 150.0}))).unwrap());
    let told = notebook.all();
    let kinds: Vec<&str> = told
        .iter()
        .map(|event| event["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["operation", "event", "decision", "outcome"]);
    let [operation, event, decision, outcome] = &told[..] else {
        panic!()
    };
    assert_eq!(
        operation["data"],
        json!({
            "caller": "host", "operation": "publish", "target": "account.transfer", "verdict": "allow",
            "rule": null,
        })
    );
    assert_eq!(event["name"], "account.transfer");
    assert_eq!(event["data"], json!({"amount": 150.0}));
    assert_eq!(event["call"], operation["id"]);
    assert_eq!(decision["cause"], event["id"]);
    assert_eq!(outcome["call"], operation["id"]);
    assert_eq!(outcome["outcome"]["status"], "completed");
}

#[test]
fn what_is_denied_is_recorded_with_the_rule_whatever_its_name_and_the_policy_say() {
    let (runtime, notebook) = runtime();
    let bus = Bus::new();
    let policy = BusPolicy::new()
        .audit(false)
        .publish_allow(["safe"])
        .unwrap();
    bus.set_policy("host", policy);
    let name = "x\",\"caller\":\"root\n";
    runtime.scope(|| {
        now(bus.publish(name, ())).unwrap_err();
        now(bus.publish("safe", ())).unwrap();
    });
    let told = notebook.all();
    assert_eq!(told.len(), 3, "{told:?}");
    assert_eq!(told[0]["kind"], EventKind::Operation.as_str());
    assert_eq!(told[0]["name"], name);
    assert_eq!(
        told[0]["data"],
        json!({
            "caller": "host", "operation": "publish", "target": name, "verdict": "deny",
            "rule": "publish_allow",
        })
    );
    assert_eq!(told[1]["outcome"]["status"], "refused");
    // What happened in the domain is told of, whoever does not want to be.
    assert_eq!(
        (&told[2]["kind"], &told[2]["name"]),
        (&json!("event"), &json!("safe"))
    );
}

#[test]
fn who_is_not_audited_publishes_events_that_are_told_of_and_does_operations_that_are_not() {
    let (runtime, notebook) = runtime();
    let bus = Bus::new();
    bus.set_policy("host", BusPolicy::new().audit(false));
    bus.register("call", Runnable::new(|(): ()| Ok::<_, String>(())))
        .unwrap()
        .keep();
    runtime.scope(|| {
        now(bus.publish("a", json!({"n": 1}))).unwrap();
        bus.publish_nowait("b", json!({"n": 2})).unwrap();
        now(bus.invoke::<_, ()>("call", ())).unwrap();
        bus.flush_blocking().unwrap();
    });
    let told: Vec<(String, Value)> = notebook
        .all()
        .into_iter()
        .map(|event| {
            assert_eq!(event["kind"], "event");
            assert!(event["call"].is_null());
            (
                event["name"].as_str().unwrap().to_owned(),
                event["data"].clone(),
            )
        })
        .collect();
    let expected = [("a", json!({"n": 1})), ("b", json!({"n": 2}))];
    assert_eq!(told, expected.map(|(name, data)| (name.to_owned(), data)));
}
