//! What the policy keeps out of domain events and entries by their names.

use audit_core::bus::Bus;
use audit_core::testing::capture;
use audit_core::{Classification, Entry, Evaluator, EventKind, Policy, Redaction, Runtime, record};
use serde_json::{Value, json};

const POLICY: &str = "language: audit/2\ndefault: allow\nrules: []\n";

fn policy(events: &str) -> Policy {
    let schema = format!("language: audit/2\nactions: {{}}\nevents: {events}\n");
    Policy::from_strings(&schema, POLICY, None).unwrap()
}

/// The record of what is published under this classification.
fn published(events: &str, name: &str, data: Value) -> Value {
    let runtime = Runtime::builder().policy(policy(events)).build().unwrap();
    let captured = capture(|| {
        runtime.scope(|| Bus::new().publish_blocking(name, data).unwrap());
    });
    let mut told = captured.events.iter();
    let told = told.find(|event| event.kind == EventKind::Event && event.name == *name);
    serde_json::to_value(told.unwrap()).unwrap()
}

#[test]
fn events_are_kept_out_of_records_by_pattern_and_by_field() {
    let events = r#"{"account.*": {sensitive: mask}, user.signed_up: {fields: {email: {type: string, sensitive: drop}, "card.number": {type: string, sensitive: mask}, plan: string}}}"#;
    let event = published(events, "account.opened", json!({"iban": "DE02"}));
    assert_eq!(event["data"], "***");
    assert_eq!(event["redacted"], json!({"data": "mask"}));

    let data = json!({"email": "a@example.org", "card": [{"number": "4111"}], "plan": "b"});
    let event = published(events, "user.signed_up", data.clone());
    assert_eq!(
        event["data"],
        json!({"card": [{"number": "***"}], "plan": "b"})
    );
    assert_eq!(
        event["redacted"],
        json!({"data.email": "drop", "data.card[0].number": "mask"})
    );
    assert_eq!(published(events, "user.left", data.clone())["data"], data);
}

#[test]
fn of_several_patterns_the_strictest_holds() {
    let events = r#"{"a.*": {sensitive: hash}, "a.b": {sensitive: mask}, "*": {fields: {x: {type: string, sensitive: drop}}}}"#;
    let event = published(events, "a.b", json!({"x": 1, "y": 2}));
    assert_eq!(event["data"], "***");
    assert_eq!(event["redacted"], json!({"data": "mask"}));
}

#[test]
fn entries_are_kept_out_of_records_by_their_action() {
    let runtime = Runtime::builder().policy(policy("{\"import.*\": {sensitive: drop}}"));
    let runtime = runtime.build().unwrap();
    let entry = Entry::new("import.rows")
        .request(&"row-1111")
        .metadata(&json!({"file": "row-1111.csv"}))
        .error("row-1111 has no name");
    let captured = capture(|| runtime.scope(|| record(entry).unwrap()));
    let event = serde_json::to_value(&captured.events[0]).unwrap();
    assert!(!event.to_string().contains("row-1111"), "{event}");
    assert_eq!(event["outcome"]["error"], "*** has no name");
}

#[test]
fn the_digest_changes_with_what_is_said_of_events_alone() {
    let digest = |events: &str| policy(events).info().digest;
    let said = digest("{a: {sensitive: mask}}");
    assert_ne!(said, digest("{}"));
    assert_ne!(said, digest("{a: {sensitive: hash}}"));
    assert_eq!(digest("{}"), digest("{a: {fields: {x: string}}}"));
    let silent = Policy::from_strings("language: audit/2\nactions: {}\n", POLICY, None);
    assert_eq!(digest("{}"), silent.unwrap().info().digest);
}

#[test]
fn what_is_said_in_the_schema_is_what_can_be_said_in_code() {
    let read = policy("{\"a.*\": {sensitive: mask, fields: {x: {type: string, sensitive: drop}}}}");
    let said = Classification::nothing()
        .event("a.*".parse().unwrap(), Redaction::Mask)
        .event_field("a.*".parse().unwrap(), "x", Redaction::Drop);
    assert_eq!(read.classification(), said);
    assert!(!said.is_empty());
}

#[test]
fn version_1_knows_nothing_of_events() {
    let schema = "version: 1\nactions: {}\nactor: {fields: {}}\nsnapshot: {fields: {}}\nevents: {a: {sensitive: mask}}\n";
    let policy = Policy::from_strings(schema, "version: 1\nrules: []\n", None);
    assert!(policy.is_ok_and(|policy| policy.classification().is_empty()));
}

#[test]
fn json_that_cant_be_read_gets_round_no_classification() {
    let fields = "{paid: {fields: {card: {type: string, sensitive: mask}}}}";
    let text = r#"{"card": "4111-1111", "amount": 50"#;
    let long = format!(
        r#"{{"card": "4111-1111", "note": "{}"}}"#,
        "x".repeat(1 << 20)
    );
    let recorded = |events: &str, json: &str| {
        let runtime = Runtime::builder().policy(policy(events)).build().unwrap();
        let entry = Entry::new("paid").request_json(json).metadata(&1);
        let captured = capture(|| runtime.scope(|| record(entry).unwrap()));
        serde_json::to_value(&captured.events[0]).unwrap()
    };
    for (json, kind) in [(text, "$invalid_json"), (&*long, "$cut")] {
        let event = recorded(fields, json);
        assert!(!event.to_string().contains("4111"), "{event}");
        let said = format!(
            "{} bytes, withheld as fields of it are redacted",
            json.len()
        );
        assert_eq!(event["request"], json!({kind: said}));
        assert_eq!(event["redacted"], json!({"request": "mask"}));
        assert_eq!(event["metadata"], 1);
        // Nobody classifies what others carry.
        let event = recorded("{}", json);
        assert!(event["request"][kind].as_str().unwrap().contains("4111"));
    }
}
