//! Operations on the bus, and what becomes of components.

use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use audit_core::bus::{Bus, BusPolicy, DomainEvent, Overflow, Queue, Runnable};
use audit_core::component::{Assembly, Blueprint, Component, ComponentFacts, Parts};
use audit_core::testing::capture;

use crate::seen::{alone, now, observe, watch};

fn listens(event: &DomainEvent) {
    tracing::info!(name: "in the handler", "{}", event.name());
}

async fn waits(_: DomainEvent) {
    tokio::task::yield_now().await;
    tracing::info!(name: "after waiting", "waited");
}

#[test]
fn a_publication_is_a_span_that_its_handlers_lie_in() {
    let (_, seen) = observe(|| {
        let bus = Bus::new();
        bus.subscribe("order.*", listens).unwrap().keep();
        bus.subscribe_async("order.*", waits).unwrap().keep();
        now(bus.publish("order.paid", 1)).unwrap();
    });
    let span = seen.span("audit.operation");
    assert_eq!(span.fields["otel.name"], "publish order.paid");
    assert_eq!(span.fields["audit.operation"], "publish");
    assert_eq!(span.fields["audit.caller"], "host");
    assert_eq!(span.fields["audit.target"], "order.paid");
    assert_eq!(span.fields["audit.verdict"], "allow");
    assert_eq!(span.fields["audit.outcome"], "completed");
    assert!(span.fields["audit.duration_ms"].is_f64());
    for name in ["in the handler", "after waiting"] {
        let event = seen.events.iter().find(|event| event.name == name).unwrap();
        assert_eq!(event.within, Some("audit.operation"), "{name}");
    }
    // As often as the publication was polled, and left each time.
    assert!(span.entered > 1);
    assert_eq!(span.entered, span.exited);
    let published = r#"audit_operations_total{kind="publish",verdict="allow"}"#;
    assert_eq!(seen.metric(published), Some("1"));
}

#[test]
fn an_invocation_is_a_span_that_its_handler_lies_in_at_once_or_later() {
    let (_, seen) = observe(|| {
        let bus = Bus::new();
        let at_once = Runnable::new(|(): ()| {
            tracing::info!(name: "at once", "here");
            Ok::<_, String>(1)
        });
        let later = Runnable::new_async(|(): ()| async {
            tokio::task::yield_now().await;
            tracing::info!(name: "later", "here");
            Err::<u8, _>("a secret of the handler".to_owned())
        });
        bus.register("at_once", at_once).unwrap().keep();
        bus.register("later", later).unwrap().keep();
        let _one: u8 = now(bus.invoke("at_once", ())).unwrap();
        now(bus.invoke::<_, u8>("later", ())).unwrap_err();
    });
    let within = seen.events.iter().map(|event| (event.name, event.within));
    let expected = [
        ("at once", Some("audit.operation")),
        ("later", Some("audit.operation")),
    ];
    assert_eq!(within.collect::<Vec<_>>(), expected);
    let outcomes: Vec<_> = seen
        .ours()
        .iter()
        .map(|span| span.fields["audit.outcome"].clone())
        .collect();
    assert_eq!(outcomes, ["completed", "failed"]);
    assert_eq!(seen.ours()[1].fields["otel.status_code"], "ERROR");
    assert!(!format!("{:?}", seen.ours()).contains("secret"));
}

#[test]
fn a_call_that_may_keep_its_thread_for_a_time_is_in_its_span_there() {
    let (_, seen) = observe(|| {
        let bus = Bus::new();
        let runnable = Runnable::new(|(): ()| Ok::<_, String>(1));
        let timed = runnable.timeout(Duration::from_mins(1));
        bus.register("timed", timed).unwrap().keep();
        let _one: u8 = now(bus.invoke("timed", ())).unwrap();
    });
    let span = seen.span("audit.operation");
    assert_eq!(span.fields["audit.outcome"], "completed");
    assert_eq!((span.entered, span.exited), (1, 1));
}

/// Says, when it is dropped, that it is.
struct Dropped;

impl Drop for Dropped {
    fn drop(&mut self) {
        tracing::info!(name: "dropped", "here");
    }
}

#[test]
fn what_a_call_drops_as_it_is_given_up_it_drops_in_its_span() {
    let (_, seen) = observe(|| {
        let bus = Bus::new();
        let never = Runnable::new_async(|(): ()| async {
            let _dropped = Dropped;
            std::future::pending::<Result<u8, String>>().await
        });
        bus.register("never", never).unwrap().keep();
        now(async {
            let call = bus.invoke::<_, u8>("never", ());
            let late = tokio::task::yield_now();
            tokio::select! { biased; _ = call => panic!(), () = late => {} }
        });
    });
    let dropped = seen.events.iter().find(|event| event.name == "dropped");
    assert_eq!(dropped.unwrap().within, Some("audit.operation"));
    let span = seen.span("audit.operation");
    assert_eq!(span.entered, span.exited);
}

#[test]
fn what_waits_in_queues_of_a_bus_is_shown_with_what_they_drop() {
    let (begun, begins) = channel();
    let (go_on, waits) = channel::<()>();
    let waits = Mutex::new(waits);
    let ((), seen) = observe(|| {
        let bus = Bus::new();
        bus.subscription("order.*")
            .queue(Queue::bounded(2).overflow(Overflow::DropNewest))
            .handle(move |_: &DomainEvent| {
                begun.send(()).ok();
                waits.lock().unwrap().recv().ok();
            })
            .unwrap()
            .keep();
        now(bus.publish("order.paid", 1)).unwrap();
        begins.recv().unwrap();
        for _ in 0..5 {
            now(bus.publish("order.paid", 1)).unwrap();
        }
    });
    let queue = r#"{queue="host: order.*"}"#;
    let depth = seen.metric(&format!("audit_queue_depth{queue}"));
    assert_eq!(depth, Some("2"), "{}", seen.metrics);
    let dropped = seen.metric(&format!("audit_events_dropped_total{queue}"));
    assert_eq!(dropped, Some("3"));
    // What was put into none is known to have lost nothing.
    let queue = r#"{queue="publish_nowait"}"#;
    let dropped = seen.metric(&format!("audit_events_dropped_total{queue}"));
    assert_eq!(dropped, Some("0"), "{}", seen.metrics);
    drop(go_on);
}

#[test]
fn what_is_denied_is_shown_with_its_rule() {
    let (_, seen) = observe(|| {
        let bus = Bus::new();
        let policy = BusPolicy::new().invoke_deny(["*.delete"]).unwrap();
        bus.set_policy("host", policy);
        now(bus.invoke::<_, u8>("admin.delete", ())).unwrap_err();
    });
    let span = seen.span("audit.operation");
    assert_eq!(span.fields["audit.verdict"], "deny");
    assert_eq!(span.fields["audit.caller"], "host");
    assert!(
        span.fields["audit.rule"]
            .as_str()
            .unwrap()
            .contains("*.delete")
    );
    assert_eq!(span.fields["audit.outcome"], "refused");
    let denied = r#"audit_operations_total{kind="invoke",verdict="deny"}"#;
    assert_eq!(seen.metric(denied), Some("1"));
}

#[test]
fn a_call_that_is_given_up_is_cancelled() {
    let (_, seen) = observe(|| {
        let bus = Bus::new();
        let never = Runnable::new_async(|(): ()| std::future::pending::<Result<u8, String>>());
        bus.register("never", never).unwrap().keep();
        now(async {
            let call = bus.invoke::<_, u8>("never", ());
            let late = tokio::task::yield_now();
            tokio::select! { biased; _ = call => panic!(), () = late => {} }
        });
    });
    let span = seen.span("audit.operation");
    assert_eq!(span.fields["audit.outcome"], "cancelled");
}

#[test]
fn the_bus_is_audited_the_same_whether_it_is_observed_or_not() {
    let told = || {
        let captured = capture(|| {
            let bus = Bus::new();
            bus.subscribe("*", listens).unwrap().keep();
            now(bus.publish("order.paid", 1)).unwrap();
        });
        captured.events.len()
    };
    let (observed, _) = observe(told);
    let _alone = alone();
    assert_eq!(observed, told());
    assert!(observed > 0);
}

struct Clock;

impl Component for Clock {
    const FACTS: ComponentFacts = ComponentFacts::new("clock", "1.0");

    fn parts(_: &Arc<Self>) -> Parts {
        Parts::new()
    }
}

fn live() {
    now(async {
        let builder = Assembly::builder(Bus::new()).component(Blueprint::of(Clock));
        builder.boot().await.unwrap().shutdown().await.unwrap();
    });
}

#[test]
fn what_becomes_of_a_component_is_an_event_though_nobody_records_it() {
    let (_, seen) = observe(live);
    let told = seen
        .events
        .iter()
        .filter(|event| event.name == "audit.lifecycle");
    let states: Vec<_> = told
        .map(|event| {
            assert_eq!(event.fields["audit.component"], "clock");
            event.fields["audit.state"].clone()
        })
        .collect();
    assert_eq!(states, ["starting", "running", "stopping", "stopped"]);
    let _alone = alone();
    let (_, seen) = watch(live);
    assert_eq!(seen.events("audit.lifecycle"), [""; 0]);
}
