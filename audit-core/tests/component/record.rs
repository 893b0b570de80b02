//! What is recorded of components and their policies.

use std::sync::{Arc, Mutex};

use audit_core::bus::{Bus, BusPolicy, Operation};
use audit_core::component::{Assembly, ComponentFacts, Parts};
use audit_core::{Actor, Event, Observer, Runtime, Scope};
use serde_json::{Value, json};

use crate::stage::{Stage, made, named};
use crate::support::{now, observed};

named!(Old = ComponentFacts::new("keeper", "1.0"));
named!(New = ComponentFacts::new("keeper", "2.0"));

#[derive(Clone, Default)]
struct Notebook(Arc<Mutex<Vec<Value>>>);

impl Observer for Notebook {
    fn on_decision(&self, _: &audit_core::DecisionEvent<'_>) {}

    fn on_event(&self, event: &Event<'_>) {
        let event = serde_json::to_value(event).unwrap();
        self.0.lock().unwrap().push(event);
    }
}

impl Notebook {
    /// Name and data of the events of a kind.
    fn take(&self, kind: &str) -> Vec<(String, Value)> {
        let events = std::mem::take(&mut *self.0.lock().unwrap());
        let of_kind = events.into_iter().filter(|event| event["kind"] == kind);
        of_kind
            .map(|event| {
                assert!(kind != "lifecycle" || event["component"] == event["data"]["instance"]);
                (
                    event["name"].as_str().unwrap().to_owned(),
                    event["data"].clone(),
                )
            })
            .collect()
    }
}

fn runtime() -> (Runtime, Notebook) {
    let notebook = Notebook::default();
    (observed(notebook.clone()), notebook)
}

fn names(events: &[(String, Value)]) -> Vec<&str> {
    events.iter().map(|(name, _)| &**name).collect()
}

#[test]
fn whatever_becomes_of_a_component_is_an_event() {
    let ((runtime, notebook), stage) = (runtime(), Stage::default());
    let handle = Arc::new(Mutex::new(None));
    let kept = Arc::clone(&handle);
    let part = made::<Old>(move |context| {
        *kept.lock().unwrap() = Some(context.bus.clone());
        Ok(Parts::new())
    });
    let builder = Assembly::builder(Bus::with_executor(stage.clone())).component(part);
    let assembly = runtime.scope(|| now(builder.boot()).unwrap());
    let told = notebook.take("lifecycle");
    assert_eq!(names(&told), ["component.starting", "component.started"]);
    assert_eq!(
        told[0].1,
        json!({"component": "keeper", "instance": "keeper", "version": "1.0"})
    );
    // Outside of any scope, as a thread of its own would be.
    handle
        .lock()
        .unwrap()
        .as_ref()
        .unwrap()
        .fail("out of paper");
    stage.pass();
    let told = notebook.take("lifecycle");
    assert_eq!(
        names(&told),
        [
            "component.failed",
            "component.restarting",
            "component.stopping",
            "component.stopped",
            "component.starting",
            "component.started",
        ]
    );
    assert_eq!(told[0].1["error"], "out of paper");
    assert_eq!(
        (&told[1].1["attempt"], &told[1].1["after_ms"]),
        (&json!(1), &json!(1000))
    );
    let part = made::<New>(|_| {
        let end = || async { Err("can't sync") };
        Ok(Parts::new().deactivate(end))
    });
    runtime.scope(|| now(assembly.replace("keeper", part)).unwrap());
    let told = notebook.take("lifecycle");
    let (name, data) = told.last().unwrap();
    assert_eq!(name, "component.replaced");
    assert_eq!(
        (&data["version_before"], &data["version"]),
        (&json!("1.0"), &json!("2.0"))
    );
    runtime.scope(|| now(assembly.shutdown()).unwrap_err());
    let told = notebook.take("lifecycle");
    assert_eq!(names(&told), ["component.stopping", "component.stopped"]);
    assert_eq!(told[1].1["error"], "can't sync");
}

#[test]
fn one_that_can_not_start_or_is_given_up_is_told_of() {
    let ((runtime, notebook), stage) = (runtime(), Stage::default());
    let part = || made::<Old>(|_| Err::<Parts, _>("no\n\"configuration\"".to_owned()));
    let builder = || Assembly::builder(Bus::with_executor(stage.clone()));
    runtime.scope(|| now(builder().component(part()).boot()).unwrap_err());
    let told = notebook.take("lifecycle");
    assert_eq!(names(&told), ["component.starting", "component.failed"]);
    assert_eq!(told[1].1["error"], "no\n\"configuration\"");
    let _assembly = runtime.scope(|| now(builder().component(part().optional()).boot()).unwrap());
    while !stage.pass().is_empty() {}
    let told = notebook.take("lifecycle");
    let given_up = told.iter().filter(|(name, _)| name == "component.given_up");
    assert_eq!(given_up.count(), 1);
    let restarts = told
        .iter()
        .filter(|(name, _)| name == "component.restarting");
    assert_eq!(restarts.count(), 3);
}

#[test]
fn a_policy_that_is_set_is_recorded_with_who_set_it_and_what_was_before() {
    let (runtime, notebook) = runtime();
    let bus = Bus::new();
    let scope = || Scope::from(&runtime).actor(Actor::new("ada"));
    let policy = BusPolicy::new().invoke_deny(["admin.*"]).unwrap();
    let boot = Assembly::builder(bus)
        .component(made::<Old>(|_| Ok(Parts::new())))
        .policy("keeper", policy)
        .boot();
    let assembly = scope().run(|| now(boot)).unwrap();
    let events = notebook.0.lock().unwrap().clone();
    // Before the first component starts.
    assert_eq!(events[0]["kind"], "policy");
    assert_eq!(events[0]["name"], "bus_policy.set");
    assert_eq!(events[0]["actor"]["id"], "ada");
    assert_eq!(events[1]["kind"], "lifecycle");
    notebook.take("policy");
    scope().run(|| {
        assembly
            .bus()
            .set_policy("keeper", BusPolicy::new().publish_allow([]).unwrap())
    });
    let told = notebook.take("policy");
    assert_eq!(
        told,
        [(
            "bus_policy.set".to_owned(),
            json!({
                "for": "keeper",
                "by": "host",
                "before": {"audit": true, "invoke_deny": ["admin.*"]},
                "after": {"audit": true, "publish_allow": []},
            })
        )]
    );
}

#[test]
fn policies_are_in_force_before_the_first_component_starts_and_name_somebody() {
    let boot = |name: &str| {
        let part = made::<Old>(|context| {
            let published = now(context.bus.publish("a", ()));
            published.map_or_else(|error| Err(error.to_string()), |_| Ok(Parts::new()))
        });
        let nothing = BusPolicy::new().publish_allow([]).unwrap();
        let part = part.instance("keeper-1");
        let builder = Assembly::builder(Bus::new()).component(part);
        now(builder.policy(name, nothing).boot()).map(|_| ())
    };
    for name in ["keeper", "keeper-1"] {
        let error = boot(name).unwrap_err();
        assert_eq!(
            std::error::Error::source(&error).unwrap().to_string(),
            "`keeper-1` may not publish `a`, by rule `publish_allow`"
        );
    }
    boot("host").unwrap();
    // It holds for one that has not started, too, whoever asks.
    let nothing = BusPolicy::new().publish_allow([]).unwrap();
    let waiting = made::<Old>(|_| Err("no configuration".to_owned()));
    let waiting = waiting.instance("keeper-1").optional();
    let builder = Assembly::builder(Bus::new()).component(waiting);
    let assembly = now(builder.policy("keeper", nothing).boot()).unwrap();
    let verdict = assembly.bus().explain("keeper-1", Operation::Publish, "a");
    assert!(!verdict.is_allowed());
    assert_eq!(
        boot("kepper").unwrap_err().to_string(),
        "a policy is for `kepper`, who is not there: there are `bridge`, `host`, `keeper`, `keeper-1`"
    );
    // For one instance, and whatever is set for it later.
    let own = || {
        let allowed = BusPolicy::new().publish_allow(["b"]).unwrap();
        made::<Old>(|_| Ok(Parts::new())).policy(allowed)
    };
    let builder = Assembly::builder(Bus::new()).component(own());
    let assembly = now(builder.policy("keeper", BusPolicy::new()).boot()).unwrap();
    let may = |name: &str| {
        let verdict = assembly.bus().explain("keeper", Operation::Publish, name);
        verdict.is_allowed()
    };
    assert!(may("b") && !may("a"));
    assembly.bus().set_policy("keeper", BusPolicy::new());
    now(assembly.replace("keeper", made::<New>(|_| Ok(Parts::new())))).unwrap();
    assert!(may("a"), "what was set stays");
    now(assembly.replace("keeper", own())).unwrap();
    assert!(!may("a"));
    // Who was replaced counts no more.
    let callers = assembly.graph().callers;
    assert!(
        callers
            .iter()
            .map(|one| &*one.instance)
            .eq(["anonymous", "host", "keeper"])
    );
}
