//! Who may do what.

use audit_core::bus::{Bus, BusPolicy, PublishError};

use crate::support::now;

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
