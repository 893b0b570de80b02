//! Who may do what.

use std::thread;

use audit_core::Scope;
use audit_core::bus::{Bus, BusPolicy, Operation, PublishError, Runnable};
use serde_json::json;

use crate::support::{Log, now};

#[test]
fn what_is_not_allowed_is_denied_from_the_moment_the_policy_is_set() {
    let bus = Bus::new();
    now(bus.publish("a.b", ())).unwrap();
    let policy = BusPolicy::new().publish_allow(["safe.*"]).unwrap();
    assert_eq!(bus.set_policy("host", policy), None);
    let Err(PublishError::Denied(denied)) = now(bus.publish("a.b", ())) else {
        panic!("it is allowed");
    };
    assert_eq!(
        denied.to_string(),
        "`host` may not publish `a.b`, by rule `publish_allow`"
    );
    now(bus.publish("safe.a", ())).unwrap();
    let nothing = BusPolicy::new().publish_allow([]).unwrap();
    assert!(bus.set_policy("host", nothing).is_some());
    now(bus.publish("safe.a", ())).unwrap_err();
}

#[test]
fn code_of_a_handler_acts_as_who_subscribed_and_nobody_is_anonymous() {
    let bus = Bus::new();
    assert!(audit_core::bus::current().is_none());
    audit_core::bus::install(&bus);
    assert_eq!(audit_core::bus::current().unwrap().caller(), "anonymous");
    let log = Log::default();
    let said = log.clone();
    bus.subscribe("a", move |_| {
        said.say(audit_core::bus::current().unwrap().caller());
        let scope = Scope::current();
        // Another thread is somebody's only where that is asked for.
        let asked = thread::spawn(move || {
            scope.run(|| audit_core::bus::current().unwrap().caller().to_owned())
        });
        said.say(asked.join().unwrap());
        let other = thread::spawn(|| audit_core::bus::current().unwrap().caller().to_owned());
        said.say(other.join().unwrap());
    })
    .unwrap()
    .keep();
    now(bus.publish("a", ())).unwrap();
    assert_eq!(log.take(), ["host", "host", "anonymous"]);
    // As soon as there is any policy, nobody may do nothing.
    now(audit_core::bus::publish("b", ())).unwrap();
    bus.set_policy("somebody", BusPolicy::new());
    let error = now(audit_core::bus::publish("b", ())).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`anonymous` may not publish `b`, by rule `anonymous`"
    );
    audit_core::bus::clear();
    let error = now(audit_core::bus::publish("b", ())).unwrap_err();
    assert_eq!(error, PublishError::NoBus);
}

#[test]
fn a_policy_is_read_as_it_was_written_and_what_is_left_out_is_as_in_a_new_one() {
    let text = r#"{"audit":false,"invoke_allow":["a.*","b"],"invoke_deny":["*.delete"],"publish_allow":[]}"#;
    let read: BusPolicy = serde_json::from_str(text).unwrap();
    let expected = BusPolicy::new()
        .audit(false)
        .invoke_allow(["a.*", "b"])
        .unwrap()
        .invoke_deny(["*.delete"])
        .unwrap()
        .publish_allow([])
        .unwrap();
    assert_eq!(read, expected);
    assert_eq!(serde_json::to_string(&read).unwrap(), text);
    assert_eq!(
        serde_json::from_str::<BusPolicy>("{}").unwrap(),
        BusPolicy::new()
    );
    let yaml = "invoke_deny:\n  - admin.*\n";
    let read: BusPolicy = serde_saphyr::from_str(yaml).unwrap();
    assert_eq!(read, BusPolicy::new().invoke_deny(["admin.*"]).unwrap());
}

#[test]
fn a_text_is_no_list_and_a_slip_in_a_key_is_no_policy() {
    let list =
        |key: &str| format!("expected a list of patterns for `{key}`, such as [\"account.*\"]");
    let keys = "expected one of `audit`, `invoke_allow`, `invoke_deny`, `publish_allow`";
    let long = "x".repeat(65 * 1024);
    for (document, expected) in [
        (
            json!({"publish_allow": "safe.*"}),
            format!("invalid type: string \"safe.*\", {}", list("publish_allow")),
        ),
        (
            json!({"invoke_allow": null}),
            format!("invalid type: null, {}", list("invoke_allow")),
        ),
        (
            json!({"invoke_deny": {"a": 1}}),
            format!("invalid type: map, {}", list("invoke_deny")),
        ),
        (
            json!({"invoke_denny": ["a"]}),
            format!("unknown field `invoke_denny`, {keys}"),
        ),
        (
            json!({"a\nb": ["a"]}),
            format!("unknown field `a\\nb`, {keys}"),
        ),
        (
            json!({"audit": "yes"}),
            "invalid type: string \"yes\", expected a boolean".to_owned(),
        ),
        (
            json!({"invoke_deny": [7]}),
            "invalid type: integer `7`, expected a string".to_owned(),
        ),
        (
            json!(["a"]),
            "invalid type: sequence, expected a policy of the bus: a map of \
             `audit`, `invoke_allow`, `invoke_deny`, `publish_allow`"
                .to_owned(),
        ),
        (
            json!({"invoke_deny": [long.clone()]}),
            audit_core::Pattern::new(long.clone())
                .unwrap_err()
                .to_string(),
        ),
    ] {
        let error = serde_json::from_value::<BusPolicy>(document).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
    let twice = r#"{"invoke_deny": ["a"], "invoke_deny": []}"#;
    let error = serde_json::from_str::<BusPolicy>(twice).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("duplicate field `invoke_deny`")
    );
}

#[test]
fn what_somebody_may_do_is_explained_without_doing_it() {
    let bus = Bus::new();
    let explain =
        |caller: &str, operation, target: &str| bus.explain(caller, operation, target).to_string();
    assert_eq!(
        explain("anonymous", Operation::Publish, "a"),
        "allowed: no rule says otherwise"
    );
    let policy = BusPolicy::new()
        .invoke_allow(["a.*"])
        .unwrap()
        .invoke_deny(["*.delete"])
        .unwrap();
    bus.set_policy("web", policy);
    for (operation, target, expected) in [
        (
            Operation::Invoke,
            "a.b",
            "allowed by rule `invoke_allow: a.*`",
        ),
        (
            Operation::Invoke,
            "a.delete",
            "denied by rule `invoke_deny: *.delete`",
        ),
        (Operation::Invoke, "b", "denied by rule `invoke_allow`"),
        (Operation::Publish, "b", "allowed: no rule says otherwise"),
    ] {
        assert_eq!(explain("web", operation, target), expected);
    }
    assert_eq!(
        explain("anonymous", Operation::Publish, "a"),
        "denied by rule `anonymous`"
    );
    assert_eq!(
        explain("host", Operation::Invoke, "a.delete"),
        "allowed: no rule says otherwise"
    );
}

#[test]
fn the_graph_shows_who_may_invoke_whom_and_who_hears_of_what() {
    let bus = Bus::new();
    let run = || Runnable::new(|(): ()| Ok::<_, String>(()));
    let odd = "x\" [shape=none]\n";
    bus.register(odd, run().internal()).unwrap().keep();
    bus.register("a.b", run().requires_role("admin"))
        .unwrap()
        .keep();
    bus.subscribe("event", |_| {}).unwrap().keep();
    bus.subscribe("event.*", |_| {}).unwrap().keep();
    let policy = BusPolicy::new()
        .invoke_deny(["a.*"])
        .unwrap()
        .publish_allow(["event.?"])
        .unwrap();
    bus.set_policy("host", policy);
    let graph = bus.graph();
    let value = serde_json::to_value(&graph).unwrap();
    assert_eq!(
        value["callers"],
        json!([
            {"instance": "anonymous", "component": "anonymous", "publish_allow": null},
            {"instance": "host", "component": "host", "publish_allow": ["event.?"]},
        ])
    );
    assert_eq!(
        value["calls"][2],
        json!({
            "caller": "host", "target": "a.b", "owner": "host", "requires_role": "admin",
            "verdict": {"allowed": false, "rule": "invoke_deny: a.*"},
        })
    );
    assert_eq!(
        value["calls"][3]["verdict"],
        json!({"allowed": true, "rule": null})
    );
    assert_eq!(value["calls"][0]["verdict"]["rule"], "anonymous");
    assert_eq!(value["topics"][1]["pattern"], "event.*");
    assert_eq!(value["topics"][1]["publishers"], json!(null));
    assert_eq!(
        value["topics"][0],
        json!({
            "pattern": "event", "listeners": ["host"],
            "publishers": [
                ["anonymous", {"allowed": false, "rule": "anonymous"}],
                ["host", {"allowed": false, "rule": "publish_allow"}],
            ],
        })
    );
    let dot = graph.to_dot();
    assert!(
        dot.starts_with("digraph bus {\n") && dot.ends_with("}\n"),
        "{dot}"
    );
    assert!(
        dot.contains(
            "  \"caller host\" -> \"runnable a.b\" [label=\"invoke_deny: a.*\", style=dotted, color=red];\n"
        ),
        "{dot}"
    );
    assert!(
        dot.contains("  \"topic event.*\" -> \"caller host\" [style=dashed];\n"),
        "{dot}"
    );
    // No name ends its quotes or its line.
    assert!(
        dot.contains(
            "  \"runnable x\\\" [shape=none]\\\\n\" [label=\"x\\\" [shape=none]\\\\n\"];\n"
        ),
        "{dot}"
    );
}
