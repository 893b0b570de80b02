//! What a component that has ended may still do: never more than it might before.

use std::sync::{Arc, Mutex};

use audit_core::bus::{Bus, BusPolicy, Handle, Operation};
use audit_core::component::{Assembly, Blueprint, ComponentFacts, Parts};

use crate::stage::{made, named};
use crate::support::now;

named!(Web = ComponentFacts::new("web", "1.0"));
named!(Broken = ComponentFacts::new("broken", "1.0").depends(&["web"]));

/// Where a component leaves its handle.
type Left = Arc<Mutex<Option<Handle>>>;

fn nothing() -> BusPolicy {
    BusPolicy::new().publish_allow([]).unwrap()
}

/// Leaves its handle behind, and starts or not.
fn leaving(left: &Left, starts: bool) -> Blueprint {
    let left = Arc::clone(left);
    made::<Web>(move |context| {
        *left.lock().unwrap() = Some(context.bus.clone());
        if starts {
            Ok(Parts::new())
        } else {
            Err("no configuration".to_owned())
        }
    })
}

fn denied(left: &Left) -> String {
    let handle = left.lock().unwrap().take().unwrap();
    now(handle.publish("a", ())).unwrap_err().to_string()
}

const DENIED: &str = "`web` may not publish `a`, by rule `publish_allow`";

#[test]
fn what_one_that_could_not_start_left_behind_is_held_to_its_policy() {
    let (left, bus) = (Left::default(), Bus::new());
    // What was in force before allows more.
    for before in [None, Some(BusPolicy::new())] {
        let bus = Bus::new();
        if let Some(before) = before {
            bus.set_policy("web", before);
        }
        let assembly = now(Assembly::builder(bus).boot()).unwrap();
        now(assembly.add(leaving(&left, false).policy(nothing()))).unwrap_err();
        assert_eq!(denied(&left), DENIED);
        // Whoever comes next by that name is another.
        now(assembly.add(leaving(&left, true))).unwrap();
        let next = left.lock().unwrap().take().unwrap();
        now(next.publish("a", ())).unwrap();
        // It has nothing to gain without its name either.
        let nobody = assembly.bus().explain("anonymous", Operation::Publish, "a");
        assert!(!nobody.is_allowed());
    }
    let nobody = bus.explain("anonymous", Operation::Publish, "a");
    assert!(nobody.is_allowed());
}

#[test]
fn what_one_left_behind_that_ended_with_a_failed_boot_is_held_to_its_policy() {
    let left = Left::default();
    let broken = made::<Broken>(|_| Err("no configuration".to_owned()));
    let builder = Assembly::builder(Bus::new())
        .component(leaving(&left, true))
        .component(broken)
        .policy("web", nothing());
    now(builder.boot()).unwrap_err();
    assert_eq!(denied(&left), DENIED);
}

#[test]
fn what_one_left_behind_that_was_replaced_is_held_to_its_own_policy_and_to_what_is_set_since() {
    let (left, other) = (Left::default(), Left::default());
    let builder = Assembly::builder(Bus::new());
    let first = leaving(&left, true).policy(nothing());
    let assembly = now(builder.component(first).boot()).unwrap();
    let free = leaving(&other, true).policy(BusPolicy::new());
    now(assembly.replace("web", free)).unwrap();
    assert_eq!(denied(&left), DENIED);
    let other = other.lock().unwrap().take().unwrap();
    now(other.publish("a", ())).unwrap();
    now(assembly.remove("web")).unwrap();
    // What was under way can still be done.
    now(other.publish("a", ())).unwrap();
    assembly.bus().set_policy("web", nothing());
    now(other.publish("a", ())).unwrap_err();
}
