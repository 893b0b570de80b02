//! Bridges beside components: what they are called, and what holds for them.

use audit_core::bus::{Bus, BusPolicy, ForeignEvent, Gateway, Operation, Payload, PublishError};
use audit_core::component::{Assembly, Blueprint, ComponentFacts, Parts};
use audit_core::{EventId, Timestamp};

use crate::stage::{Named, made, named};
use crate::support::{Log, now};

named!(Web = ComponentFacts::new("web", "1.0"));
named!(Mail = ComponentFacts::new("mail", "1.0"));
named!(Eu = ComponentFacts::new("bridge-eu", "1.0"));

fn plain<N: Named>() -> Blueprint {
    made::<N>(|_| Ok(Parts::new()))
}

fn come_in(gateway: &Gateway, name: &str) -> Result<(), PublishError> {
    let id: EventId = "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
    let time: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
    let event = ForeignEvent::new(id, time, name, Payload::new(()), "accounts", "eu-1");
    now(gateway.publish(event)).map(drop)
}

#[test]
fn the_graph_and_whoever_asks_what_it_may_do_know_a_bridge_as_long_as_it_is_there() {
    let bus = Bus::new();
    let gateway = bus.gateway("bridge-eu").unwrap();
    let other = gateway.clone();
    bus.set_policy("bridge", BusPolicy::new().publish_allow(["a.*"]).unwrap());
    let callers = |bus: &Bus| -> Vec<(String, String)> {
        let callers = bus.graph().callers.into_iter();
        callers.map(|one| (one.instance, one.component)).collect()
    };
    let there = ("bridge-eu".to_owned(), "bridge".to_owned());
    assert!(callers(&bus).contains(&there));
    let verdict = |bus: &Bus, name| bus.explain("bridge-eu", Operation::Publish, name);
    assert!(verdict(&bus, "a.b").is_allowed() && !verdict(&bus, "b").is_allowed());
    // What came in keeps the name of whoever brought it, but not him.
    come_in(&gateway, "a.b").unwrap();
    drop(gateway);
    assert!(callers(&bus).contains(&there));
    drop(other);
    assert!(!callers(&bus).contains(&there));
}

#[test]
fn what_is_set_at_boot_holds_for_a_bridge_that_is_there_and_for_one_that_comes() {
    let bus = Bus::new();
    let early = bus.gateway("bridge-eu").unwrap();
    let only = |name: &'static str| BusPolicy::new().publish_allow([name]).unwrap();
    let builder = Assembly::builder(bus)
        .policy("bridge", only("all"))
        .policy("bridge-eu", only("eu"));
    let assembly = now(builder.boot()).unwrap();
    let late = assembly.bus().gateway("bridge").unwrap();
    come_in(&late, "all").unwrap();
    assert_eq!(
        come_in(&late, "eu").unwrap_err().to_string(),
        "`bridge` may not publish `eu`, by rule `publish_allow`"
    );
    come_in(&early, "eu").unwrap();
    come_in(&early, "all").unwrap_err();
    // A slip is still none of them.
    let boot = Assembly::builder(Bus::new()).policy("bridge-us", only("us"));
    assert_eq!(
        now(boot.boot()).unwrap_err().to_string(),
        "a policy is for `bridge-us`, who is not there: there are `bridge`, `host`"
    );
}

#[test]
fn a_bridge_is_called_like_nobody_else() {
    let builder = Assembly::builder(Bus::new()).component(plain::<Web>().instance("web-1"));
    let assembly = now(builder.component(plain::<Mail>()).boot()).unwrap();
    let refused = |name: &str| assembly.bus().gateway(name).unwrap_err().to_string();
    for name in ["host", "anonymous", "__own"] {
        assert_eq!(
            refused(name),
            format!(
                "a bridge can't be called `{name}`, which is the bus's own: choose another name"
            )
        );
    }
    assert_eq!(
        refused(""),
        "a bridge has an empty name, by which nobody can be told: give it one"
    );
    // A policy of that name would hold for both.
    for name in ["web", "web-1"] {
        assert_eq!(
            refused(name),
            format!(
                "a bridge can't be called `{name}`: `web-1`, an instance of `web`, goes by that name"
            )
        );
    }
    // From the moment on that it goes, its name is free; and one of the same name is one and the same.
    now(assembly.remove("web-1")).unwrap();
    let first = assembly.bus().gateway("web").unwrap();
    drop((assembly.bus().gateway("web").unwrap(), first));
    now(assembly.shutdown()).unwrap();
    assembly.bus().gateway("mail").unwrap();
}

#[test]
fn a_component_is_called_like_no_bridge() {
    let bus = Bus::new();
    let gateway = bus.gateway("bridge-eu").unwrap();
    let builder = Assembly::builder(bus)
        .component(plain::<Eu>().instance("eu"))
        .component(plain::<Mail>().instance("bridge-eu"));
    let nobody = "which is what the bus calls somebody who is no component: choose another name";
    assert_eq!(
        now(builder.boot()).unwrap_err().to_string(),
        format!(
            "an instance of `mail` can't be called `bridge-eu`, which is another component: \
             what is said of that would hold for it; \
             a component can't be called `bridge-eu`, {nobody}; \
             an instance of `mail` can't be called `bridge-eu`, {nobody}"
        )
    );
    drop(gateway);
    let bus = Bus::new();
    let gateway = bus.gateway("bridge-eu").unwrap();
    let assembly = now(Assembly::builder(bus).component(plain::<Web>()).boot()).unwrap();
    let added = now(assembly.add(plain::<Mail>().instance("bridge-eu"))).unwrap_err();
    assert_eq!(
        added.to_string(),
        format!("an instance of `mail` can't be called `bridge-eu`, {nobody}")
    );
    let replaced = now(assembly.replace("web", plain::<Eu>())).unwrap_err();
    assert_eq!(
        replaced.to_string(),
        format!("a component can't be called `bridge-eu`, {nobody}")
    );
    assert!(assembly.overall_health().is_healthy());
    // Of those two none has taken a name.
    drop(gateway);
    drop(assembly.bus().gateway("mail").unwrap());
    now(assembly.add(plain::<Mail>().instance("bridge-eu"))).unwrap();
}

#[test]
fn what_a_bridge_kept_ends_with_it() {
    let (bus, log) = (Bus::new(), Log::default());
    let gateway = bus.gateway("bridge").unwrap();
    let said = log.clone();
    let handle = gateway.handle().clone();
    handle
        .subscribe("a", move |_| said.say("told"))
        .unwrap()
        .keep();
    now(bus.publish("a", ())).unwrap();
    assert_eq!(log.take(), ["told"]);
    drop(gateway);
    now(bus.publish("a", ())).unwrap();
    assert!(log.take().is_empty());
    handle.subscribe("a", |_| {}).unwrap_err();
}
