//! Payloads of old schemas and new ones, side by side.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use audit_core::bus::{Bus, DomainEvent, Queue, UpcastError};
use audit_core::{Actor, Scope};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::support::{Log, dead_letters, runtime};

#[derive(Serialize, Deserialize)]
struct TransferV3 {
    from: String,
    amount: String,
    currency: String,
}

/// A bus that brings transfers from v1 to v2, where amounts are text, and to v3, where they have a currency.
fn bus() -> Bus {
    let bus = Bus::new();
    bus.upcast("transfer/v1", "transfer/v2", |mut data: Value| {
        let amount = data["amount"].as_f64().ok_or("`amount` is no number")?;
        data["amount"] = format!("{amount:.2}").into();
        Ok::<_, &str>(data)
    })
    .unwrap();
    bus.upcast("transfer/v2", "transfer/v3", |mut data: Value| {
        data["currency"] = "EUR".into();
        Ok::<_, String>(data)
    })
    .unwrap();
    bus
}

fn v1(amount: impl Serialize) -> Value {
    json!({"from": "alice", "amount": amount})
}

#[test]
fn an_old_payload_is_brought_up_step_by_step_and_the_record_keeps_what_was_published() {
    let (runtime, notebook) = runtime();
    let (bus, log) = (bus(), Log::default());
    for queue in [false, true] {
        let said = log.clone();
        let mut subscription = bus
            .subscription("account.transfer")
            .schema("transfer/v3")
            .filter(|event| {
                event
                    .payload()
                    .json()
                    .is_ok_and(|data| data["currency"] == "EUR")
            });
        if queue {
            subscription = subscription.queue(Queue::bounded(4));
        }
        let handler = move |event: &DomainEvent| {
            let transfer = event.read::<TransferV3>().unwrap();
            said.say(format!(
                "{} {} {}",
                transfer.from, transfer.amount, transfer.currency
            ));
            said.say(event.schema().unwrap_or_default());
            said.say(event.id().to_string());
        };
        subscription.handle(handler).unwrap().keep();
    }
    let said = log.clone();
    let plain = move |event: &DomainEvent| said.say(event.payload().json().unwrap().to_string());
    bus.subscribe("*", plain).unwrap().keep();
    let event = runtime.scope(|| {
        let publication = bus.event("account.transfer", v1(75)).schema("transfer/v1");
        publication.publish_blocking().unwrap()
    });
    bus.flush_blocking().unwrap();
    let mut said = log.take();
    said.sort_unstable();
    let id = event.id().to_string();
    let mut expected = vec!["alice 75.00 EUR", "transfer/v3", &id];
    expected.extend(expected.clone());
    let published = v1(75).to_string();
    expected.push(&published);
    expected.sort_unstable();
    assert_eq!(said, expected);
    let recorded = notebook.of_kind("event").remove(0);
    assert_eq!(recorded["schema"], "transfer/v1");
    assert_eq!(recorded["data"], v1(75));
    assert_eq!(recorded["id"], id);
}

#[test]
fn what_is_of_the_schema_already_or_of_none_is_seen_as_it_is() {
    let (bus, log) = (bus(), Log::default());
    let said = log.clone();
    let handler = move |event: &DomainEvent| {
        // It is the value itself, and no copy through JSON.
        said.say(event.payload().get::<TransferV3>().is_some().to_string());
    };
    bus.subscription("*")
        .schema("transfer/v3")
        .handle(handler)
        .unwrap()
        .keep();
    let transfer = || TransferV3 {
        from: "alice".to_owned(),
        amount: "1.00".to_owned(),
        currency: "USD".to_owned(),
    };
    bus.event("a", transfer())
        .schema("transfer/v3")
        .publish_blocking()
        .unwrap();
    bus.publish_blocking("a", transfer()).unwrap();
    assert_eq!(log.take(), ["true", "true"]);
}

#[test]
fn a_step_that_fails_or_is_missing_is_a_dead_letter_of_that_handler_alone() {
    let (bus, log) = (bus(), Log::default());
    let letters = dead_letters(&bus);
    bus.upcast("transfer/v0", "transfer/v1", |_| -> Result<Value, String> {
        panic!("on purpose")
    })
    .unwrap();
    let said = log.clone();
    let subscription = bus
        .subscription("a")
        .schema("transfer/v3")
        .handle(move |_| said.say("raised"))
        .unwrap();
    let said = log.clone();
    bus.subscribe("a", move |_| said.say("plain"))
        .unwrap()
        .keep();
    let cases = [
        (
            "transfer/v1",
            "bringing `transfer/v1` up to `transfer/v2` failed: `amount` is no number",
        ),
        (
            "transfer/v0",
            "bringing `transfer/v0` up to `transfer/v1` failed: it panicked: on purpose",
        ),
        (
            "transfer/v4",
            "nothing brings `transfer/v4` up to `transfer/v3`",
        ),
    ];
    for (schema, error) in cases {
        let publication = bus.event("a", v1("much")).schema(schema);
        publication.publish_nowait().unwrap();
        bus.flush_blocking().unwrap();
        assert_eq!(log.take(), ["plain"]);
        let letter = letters.lock().unwrap().pop().unwrap();
        let expected = json!({
            "target": "a", "params": v1("much"), "reason": "handler_error", "error": error,
        });
        assert_eq!(letter, expected);
    }
    assert_eq!(
        (subscription.stats().handled, subscription.stats().failed),
        (0, 3)
    );
}

#[test]
fn all_who_read_the_new_schema_share_one_payload_that_was_brought_up_once() {
    let (bus, raised) = (Bus::new(), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&raised);
    bus.upcast("a/v1", "a/v2", move |data: Value| {
        counted.fetch_add(1, Ordering::Relaxed);
        Ok::<_, String>(data)
    })
    .unwrap();
    let seen: Arc<Mutex<Vec<DomainEvent>>> = Arc::default();
    for number in 0..8 {
        let kept = Arc::clone(&seen);
        let mut subscription = bus.subscription("a").schema("a/v2");
        if number % 2 == 0 {
            subscription = subscription.queue(Queue::default());
        }
        subscription
            .handle(move |event| kept.lock().unwrap().push(event.clone()))
            .unwrap()
            .keep();
    }
    for times in 1..=2 {
        let publication = bus.event("a", v1(75)).schema("a/v1");
        publication.publish_blocking().unwrap();
        bus.flush_blocking().unwrap();
        assert_eq!(raised.load(Ordering::Relaxed), times);
        let seen = std::mem::take(&mut *seen.lock().unwrap());
        assert_eq!(seen.len(), 8);
        let place = |event: &DomainEvent| std::ptr::from_ref(event.json().unwrap());
        assert!(seen.iter().all(|event| place(event) == place(&seen[0])));
    }
}

#[test]
fn what_brings_payloads_up_is_the_hosts_and_knows_nothing_of_who_published_or_handled_before() {
    let (runtime, _) = runtime();
    let (bus, log) = (Bus::new(), Log::default());
    let said = log.clone();
    bus.upcast("a/v1", "a/v2", move |data: Value| {
        said.say(audit_core::bus::current().unwrap().caller());
        let scope = Scope::current();
        said.say(format!(
            "{:?} {:?}",
            scope.actor_id(),
            scope.ambient().tenant
        ));
        said.say(scope.ambient().cause.unwrap().to_string());
        said.say(audit_core::runtime().is_some().to_string());
        Ok::<_, String>(data)
    })
    .unwrap();
    let before = bus.gateway("before").unwrap();
    before.handle().subscribe("a", |_| ()).unwrap().keep();
    bus.subscription("a")
        .schema("a/v2")
        .handle(|_| ())
        .unwrap()
        .keep();
    let acting = Scope::new().actor(Actor::new("alice")).runtime(runtime);
    let event = acting.tenant("acme").unwrap().run(|| {
        bus.event("a", v1(1))
            .schema("a/v1")
            .publish_blocking()
            .unwrap()
    });
    assert_eq!(
        log.take(),
        ["host", "None None", &event.id().to_string(), "true"]
    );
}

#[test]
fn a_step_too_many_and_a_circle_are_refused_and_named() {
    let bus = bus();
    let raise = |data: Value| Ok::<_, String>(data);
    let error = bus.upcast("transfer/v1", "transfer/v3", raise).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`transfer/v1` is brought up to `transfer/v2` already"
    );
    let error = bus.upcast("transfer/v3", "transfer/v1", raise).unwrap_err();
    assert_eq!(
        error.to_string(),
        "upcasters would lead in a circle: `transfer/v3` -> `transfer/v1` -> `transfer/v2` -> `transfer/v3`"
    );
    let error = bus.upcast("a", "a", raise).unwrap_err();
    assert!(matches!(error, UpcastError::Circle { .. }), "{error}");
}
