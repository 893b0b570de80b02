use std::sync::{Arc, Mutex};

use audit_core::bus::{Bus, DomainEvent, Gateway};
use audit_core::{Actor, Ambient, Scope};
use serde_json::{Value, json};

use super::{Envelope, Origin, Unreadable, read, write};
use crate::subject::Subjects;

fn bus() -> Subjects {
    Subjects::new("bus").unwrap()
}

/// An event as a handler sees it that alice published for acme, and what goes along with it.
fn published(name: &str, data: Value) -> (DomainEvent, Ambient) {
    let (bus, place) = (Bus::new(), Arc::new(Mutex::new(None)));
    let kept = Arc::clone(&place);
    let handler = move |event: &DomainEvent| {
        *kept.lock().unwrap() = Some((event.clone(), Gateway::circumstances()));
    };
    bus.subscribe("*", handler).unwrap().keep();
    let scope = Scope::new()
        .actor(Actor::new("alice").with("roles", vec!["clerk"]))
        .tenant("acme")
        .unwrap()
        .cause("01890a5d-ac96-774b-bcce-b302099a8000".parse().unwrap());
    scope.run(|| bus.publish_blocking(name, data)).unwrap();
    place.lock().unwrap().take().unwrap()
}

fn eu() -> Origin {
    Origin::new("eu-1", &Bus::new().gateway("bridge").unwrap())
}

fn message(name: &str) -> Vec<u8> {
    let (event, ambient) = published(name, json!({"amount": 150.0}));
    write(&event, &ambient, 0, &eu()).unwrap()
}

fn changed(change: impl FnOnce(&mut Value)) -> Result<Envelope<'static>, Unreadable> {
    let mut json: Value = serde_json::from_slice(&message("account.transfer")).unwrap();
    change(&mut json);
    read(json.to_string().as_bytes(), "bus.account.transfer", &bus())
}

#[test]
fn what_is_written_is_read_with_all_that_goes_along() {
    let (event, ambient) = published("account.transfer", json!({"amount": 150.0, "\0": "\u{e9}"}));
    let message = write(&event, &ambient, 7, &eu()).unwrap();
    let came = read(&message, "bus.account.transfer", &bus())
        .unwrap()
        .into_event();
    assert_eq!((came.id, came.time), (event.id(), event.time()));
    assert_eq!(
        (&*came.name, &*came.publisher),
        ("account.transfer", "host")
    );
    assert_eq!((&*came.origin, came.depth), ("eu-1", 7));
    assert_eq!(came.payload.json().unwrap(), event.json().unwrap());
    assert_eq!(came.ambient, ambient);
    assert!(ambient.actor.is_some() && ambient.tenant.is_some() && ambient.cause.is_some());
}

#[test]
fn the_written_form_is_stable() {
    let json: Value = serde_json::from_slice(&message("account.transfer")).unwrap();
    let mut members: Vec<&String> = json.as_object().unwrap().keys().collect();
    members.sort_unstable();
    assert_eq!(
        members,
        [
            "actor",
            "bus",
            "cause",
            "data",
            "id",
            "name",
            "origin",
            "process",
            "publisher",
            "tenant",
            "time",
            "v"
        ]
    );
    assert_eq!(json["v"], 1);
    assert_eq!(json["actor"], json!({"id": "alice", "roles": ["clerk"]}));
    assert_eq!(json["process"]["id"], std::process::id());
}

#[test]
fn members_that_are_not_known_are_passed_over_and_other_versions_named() {
    assert!(changed(|json| json["later"] = json!([1])).is_ok());
    let error = changed(|json| json["v"] = json!(2)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the envelope is of version 2, and this reads version 1"
    );
    // One that lacks what version 1 has.
    let error = read(br#"{"v": 3}"#, "bus.a", &bus()).unwrap_err();
    assert_eq!(error, Unreadable::Version(3));
}

#[test]
fn what_is_no_envelope_says_why() {
    for bytes in [&b""[..], b"\xff", b"[]", b"{\"v\": 1}", b"{"] {
        let error = read(bytes, "bus.a", &bus()).unwrap_err();
        let Unreadable::Shape(why) = error else {
            panic!("{error}")
        };
        assert!(!why.is_empty());
    }
}

#[test]
fn an_event_under_the_subject_of_another_name_is_none() {
    let error = read(&message("admin.delete"), "bus.account.transfer", &bus()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the event `admin.delete` came as `bus.account.transfer`, which is another's subject"
    );
}

#[test]
fn a_payload_that_nobody_could_read_does_not_leave() {
    let nested = |depth| (0..depth).fold(json!(1), |inner, _| json!([inner]));
    let (event, ambient) = published("a", nested(120));
    let message = write(&event, &ambient, 0, &eu()).unwrap();
    assert!(read(&message, "bus.a", &bus()).is_ok());
    let (event, ambient) = published("a", nested(121));
    let error = write(&event, &ambient, 0, &eu()).unwrap_err();
    assert_eq!(
        error,
        "the payload of `a` lies more than 120 deep, which nobody reads"
    );
}
