//! What happened in another process, on the bus of this one.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it expects"
)]

use std::sync::{Arc, Mutex};

use audit_core::bus::{Bus, BusPolicy, DomainEvent, ForeignEvent, Gateway, Payload, PublishError};
use audit_core::{Actor, EventId, InScope, Scope, Timestamp};
use serde_json::{Value, json};

use crate::support::{Log, dead_letters, now, runtime};

fn id(text: &str) -> EventId {
    text.parse().unwrap()
}

pub(crate) fn transfer() -> ForeignEvent {
    let mut event = ForeignEvent::new(
        id("01890a5d-ac96-774b-bcce-b302099a8057"),
        "2026-01-02T03:04:05.000000006Z"
            .parse::<Timestamp>()
            .unwrap(),
        "account.transfer",
        Payload::new(json!({"amount": 150.0})),
        "accounts",
        "eu-1",
    );
    event.schema = Some("account.transfer/v2".to_owned());
    event.ambient.actor = Some(Arc::new(Actor::new("alice")));
    event.ambient.tenant = Some("acme".try_into().unwrap());
    event.ambient.cause = Some(id("01890a5d-ac96-774b-bcce-b302099a8000"));
    event
}

#[test]
fn it_keeps_its_identifier_time_publisher_and_origin_and_is_done_in_the_name_of_who_acted_there() {
    let (bus, log) = (Bus::new(), Log::default());
    let said = log.clone();
    bus.subscribe("account.*", move |event: &DomainEvent| {
        let scope = Scope::current();
        let ambient = scope.ambient();
        let actor = scope.actor_id().unwrap();
        let tenant = ambient.tenant.as_deref().unwrap();
        said.say(format!("{} {}", event.id(), event.time()));
        said.say(format!("{} {:?}", event.publisher(), event.origin()));
        said.say(format!("{:?} {actor} {tenant}", event.schema()));
        assert_eq!(ambient.cause, Some(event.id()));
    })
    .unwrap()
    .keep();
    now(bus.gateway("bridge").unwrap().publish(transfer())).unwrap();
    assert_eq!(
        log.take(),
        [
            "01890a5d-ac96-774b-bcce-b302099a8057 2026-01-02T03:04:05.000000006Z",
            "accounts Some(\"eu-1\")",
            "Some(\"account.transfer/v2\") alice acme",
        ]
    );
    let own = now(bus.publish("account.transfer", ())).unwrap();
    assert_eq!(own.origin(), None);
}

#[test]
fn the_policy_of_the_bridge_or_of_its_instance_says_what_may_come_in() {
    let bus = Bus::new();
    let bridge = bus.gateway("bridge-eu").unwrap();
    let nothing = BusPolicy::new().publish_allow([]).unwrap();
    bus.set_policy("bridge", nothing);
    let Err(PublishError::Denied(denied)) = now(bridge.publish(transfer())) else {
        panic!("it is allowed");
    };
    assert_eq!(
        denied.to_string(),
        "`bridge-eu` may not publish `account.transfer`, by rule `publish_allow`"
    );
    let accounts = BusPolicy::new().publish_allow(["account.*"]).unwrap();
    bus.set_policy("bridge-eu", accounts);
    now(bridge.publish(transfer())).unwrap();
    // The policy is not that of whoever published it there.
    bus.set_policy("accounts", BusPolicy::new().publish_allow([]).unwrap());
    now(bridge.publish(transfer())).unwrap();
}

#[test]
fn the_operation_names_the_bridge_and_the_origin_and_the_record_who_acted_and_why() {
    let (runtime, notebook) = runtime();
    let bus = Bus::new();
    let bridge = bus.gateway("bridge").unwrap();
    now(bridge
        .publish(transfer())
        .in_scope(Scope::new().runtime(runtime)))
    .unwrap();
    let told = notebook.all();
    assert_eq!(
        told[0]["data"],
        json!({
            "caller": "bridge", "operation": "publish", "target": "account.transfer", "verdict": "allow",
            "rule": null, "origin": "eu-1",
        })
    );
    assert_eq!(told[0]["component"], "bridge");
    // Told apart from a component of this process that has the same name.
    assert_eq!(told[1]["component"], "accounts@eu-1");
    assert_eq!(told[1]["id"], "01890a5d-ac96-774b-bcce-b302099a8057");
    assert_eq!(told[1]["actor"]["id"], "alice");
    assert_eq!(told[1]["cause"], "01890a5d-ac96-774b-bcce-b302099a8000");
}

#[test]
fn what_has_to_go_along_with_an_event_is_known_to_its_handler() {
    let bus = Bus::new();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&seen);
    bus.subscribe("inner", move |_| {
        kept.lock().unwrap().push(Gateway::circumstances());
    })
    .unwrap()
    .keep();
    let handle = bus.handle();
    let outer = Arc::new(Mutex::new(None));
    let kept = Arc::clone(&outer);
    bus.subscribe("outer", move |event| {
        *kept.lock().unwrap() = Some(event.id());
        now(handle.publish("inner", ())).map(drop)
    })
    .unwrap()
    .keep();
    let cause = id("01890a5d-ac96-774b-bcce-b302099a8000");
    let scope = || Scope::new().actor(Actor::new("alice")).cause(cause);
    now(bus.publish("inner", ()).in_scope(scope())).unwrap();
    now(bus.publish("outer", ()).in_scope(scope())).unwrap();
    now(bus.publish("inner", ())).unwrap();
    let seen = seen.lock().unwrap();
    let causes: Vec<_> = seen.iter().map(|ambient| ambient.cause).collect();
    assert_eq!(causes, [Some(cause), *outer.lock().unwrap(), None]);
    let actors = seen.iter().map(|ambient| ambient.actor.is_some());
    assert_eq!(actors.collect::<Vec<_>>(), [true, true, false]);
}

#[test]
fn what_two_processes_publish_because_of_each_other_without_end_is_bounded_like_within_one() {
    let bus = Bus::new();
    let depths = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&depths);
    // As a bridge does, with the other process left out: what goes out comes in again, as deep as it was.
    let bridge = bus.gateway("bridge").unwrap();
    let handle = bus.handle();
    let handler = move |event: &DomainEvent| {
        let depth = Gateway::depth();
        kept.lock().unwrap().push(depth);
        if event.origin().is_some() {
            return now(handle.publish("account.transfer", ())).map(drop);
        }
        Ok(())
    };
    bus.subscribe("account.*", handler).unwrap().keep();
    let mut came = transfer();
    for _ in 0..32 {
        now(bridge.publish(came.clone())).unwrap();
        // What was published here because of it lies one deeper.
        let deepest = *depths.lock().unwrap().last().unwrap();
        assert_eq!(deepest, came.depth + 1);
        came.depth = deepest + 1;
    }
    let refused = now(bridge.publish(came)).unwrap_err();
    assert!(
        matches!(refused, PublishError::TooDeep { most: 64 }),
        "{refused}"
    );
}

#[test]
fn what_can_not_be_read_is_a_dead_letter() {
    let bus = Bus::new();
    let letters = dead_letters(&bus);
    let bridge = bus.gateway("bridge").unwrap();
    let found = Payload::new(json!({"subject": "bus.x"}));
    now(bridge.bury("bus.x", found, "no envelope".to_owned()));
    let expected: Value = json!({
        "target": "bus.x", "params": {"subject": "bus.x"}, "reason": "handler_error", "error": "no envelope",
    });
    assert_eq!(*letters.lock().unwrap(), [expected]);
}

#[test]
fn the_tenant_of_an_event_from_another_process_is_in_force_and_told_of_there_alone() {
    let (runtime, notebook) = runtime();
    let bus = Bus::new();
    let seen = Arc::new(Mutex::new(None));
    let kept = Arc::clone(&seen);
    bus.subscribe("account.*", move |_| {
        *kept.lock().unwrap() = Scope::current().tenant_id();
    })
    .unwrap()
    .keep();
    let bridge = bus.gateway("bridge").unwrap();
    let publication = bridge.publish(transfer());
    now(publication.in_scope(Scope::new().runtime(runtime))).unwrap();
    assert_eq!(seen.lock().unwrap().as_deref(), Some("acme"));
    for event in notebook.all() {
        assert_eq!(event["tenant"], "acme", "{event}");
    }
    assert!(notebook.of_kind("tenant").is_empty());
}
