//! Who may do what.

use std::thread;

use audit_core::Scope;
use audit_core::bus::{Bus, BusPolicy, PublishError};

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
