//! What can be asked of it, and what is kept out.

use audit_core::bus::{Bus, BusPolicy, InvokeError, PublishError, Runnable};
use audit_core::testing::block_on;
use audit_core::{Actor, Delivery, Policy, Runtime, Scope};
use audit_trail::{Record, Trail};
use serde_json::json;
use std::sync::Arc;

use crate::support::{SOON, assert_sound, found, json as body, quiet, runtime};

/// Transfers that alice makes, one that fails, one that is denied, and a call of what nobody has.
fn use_the_bus(bus: &Bus) {
    bus.register(
        "accounts.transfer",
        Runnable::new(|amount: f64| match amount {
            0.0 => Err("nothing to transfer"),
            _ => Ok(()),
        }),
    )
    .unwrap()
    .keep();
    let policy = BusPolicy::new().invoke_deny(["admin.*"]).unwrap();
    bus.set_policy("host", policy);
    Scope::new().actor(Actor::new("alice")).run(|| {
        let invoke = |name: &str, amount: f64| {
            block_on(bus.invoke::<_, ()>(name, amount)).map_err(|error| error.to_string())
        };
        invoke("accounts.transfer", 150.0).unwrap();
        invoke("accounts.transfer", 0.0).unwrap_err();
        invoke("admin.delete", 1.0).unwrap_err();
        invoke("accounts.close", 1.0).unwrap_err();
        let data = json!({"from": "alice", "to": "bob", "amount": 150.0});
        block_on(bus.publish("account.transfer", data)).unwrap();
    });
}

fn names(records: &[Record]) -> Vec<String> {
    let name = |record: &Record| body(record)["name"].as_str().unwrap().to_owned();
    records.iter().map(name).collect()
}

#[test]
fn operations_are_found_by_how_they_ended_and_by_their_verdict() {
    let dir = tempfile::tempdir().unwrap();
    let trail = quiet().open(dir.path().join("audit.db")).unwrap();
    let bus = Bus::new();
    runtime(&trail).scope(|| use_the_bus(&bus));
    trail.flush(SOON).unwrap();
    for drawn in [false, true] {
        let asked = |query: &str| names(&found(&trail, query));
        assert_eq!(
            asked("kind:operation outcome:completed"),
            ["accounts.transfer", "account.transfer"]
        );
        assert_eq!(
            asked("kind:operation outcome:failed"),
            ["accounts.transfer", "accounts.close"]
        );
        assert_eq!(asked("kind:operation outcome:refused"), ["admin.delete"]);
        assert_eq!(asked("effect:block"), ["admin.delete"]);
        assert_eq!(asked("rule:\"invoke_deny: admin.*\""), ["admin.delete"]);
        assert_eq!(
            asked("kind:event actor:alice field.data.to:bob"),
            ["account.transfer"]
        );
        assert_eq!(
            asked("action:account*"),
            [""; 0],
            "what is done on the bus is no action of a policy"
        );
        if !drawn {
            crate::support::until("that all columns are drawn", || {
                trail.stats().records_unindexed == 0
            });
        }
    }
    assert_sound(&trail);
}

#[test]
fn a_list_of_names_holds_for_what_happens_on_the_bus_too() {
    for (only, expected) in [
        (vec!["account.*"], vec!["account.transfer"; 3]),
        (vec![], vec![]),
        (
            vec!["admin.*", "account.transfer"],
            vec![
                "admin.delete",
                "admin.delete",
                "account.transfer",
                "account.transfer",
                "account.transfer",
            ],
        ),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let options = quiet().only(only).unwrap();
        let trail = options.open(dir.path().join("audit.db")).unwrap();
        let bus = Bus::new();
        runtime(&trail).scope(|| use_the_bus(&bus));
        trail.flush(SOON).unwrap();
        let mut kept = found(&trail, "");
        kept.retain(|record| body(record)["component"] == "host");
        assert_eq!(names(&kept), expected);
    }
}

#[test]
fn what_the_schema_calls_sensitive_reaches_no_record_of_an_event() {
    let schema = "
language: audit/2
actions:
  account.transfer:
    fields:
      iban: {type: string, sensitive: mask}
      phone: {type: string, sensitive: drop}
      amount: number
actor: {fields: {id: string, email: {type: string, sensitive: mask}}}
";
    let policy = Policy::from_strings(
        schema,
        "language: audit/2\ndefault: allow\nrules: []\n",
        None,
    )
    .unwrap();
    let runtime = Runtime::builder().policy(policy).build().unwrap();
    let dir = tempfile::tempdir().unwrap();
    let trail: Trail = quiet().open(dir.path().join("audit.db")).unwrap();
    runtime.set_recorder(Arc::new(trail.clone()));
    let bus = Bus::new();
    let seen = Arc::new(std::sync::Mutex::new(None));
    let kept = Arc::clone(&seen);
    bus.subscribe("*", move |event| {
        *kept.lock().unwrap() = Some(event.json().unwrap().clone());
    })
    .unwrap()
    .keep();
    let data = json!({"iban": "DE02120300000000202051", "phone": "030 1234", "amount": 1});
    let actor = Actor::new("alice").with("email", "alice@example.com");
    Scope::new().runtime(runtime).actor(actor).run(|| {
        block_on(bus.publish("account.transfer", data.clone())).unwrap();
    });
    trail.flush(SOON).unwrap();
    let records = found(&trail, "kind:event");
    let [record] = &records[..] else { panic!() };
    let all = found(&trail, "actor:alice");
    assert_eq!(all.len(), 3, "the operation, the event and the end");
    for record in &all {
        let actor = &body(record)["actor"];
        assert_eq!(actor, &json!({"id": "alice", "email": "***"}));
    }
    let record = body(record);
    assert_eq!(record["data"], json!({"iban": "***", "amount": 1}));
    assert_eq!(
        record["redacted"],
        json!({"actor.email": "mask", "data.iban": "mask", "data.phone": "drop"})
    );
    // Who is told of the event works with what it says.
    assert_eq!(seen.lock().unwrap().as_ref(), Some(&data));
}

#[test]
fn nothing_is_done_whose_record_is_to_be_on_disk_and_can_not_be() {
    let dir = tempfile::tempdir().unwrap();
    let options = quiet().deliver("account*", Delivery::Durable).unwrap();
    let trail = options.open(dir.path().join("audit.db")).unwrap();
    trail.close(SOON).unwrap();
    let bus = Bus::new();
    let told = Arc::new(std::sync::Mutex::new(Vec::new()));
    let (heard, called) = (Arc::clone(&told), Arc::clone(&told));
    bus.subscribe("*", move |event| {
        heard.lock().unwrap().push(event.name().to_owned());
    })
    .unwrap()
    .keep();
    let transfer = Runnable::new(move |(): ()| {
        called.lock().unwrap().push("called".to_owned());
        Ok::<_, String>(())
    });
    bus.register("accounts.transfer", transfer).unwrap().keep();
    runtime(&trail).scope(|| {
        let published = block_on(bus.publish("account.transfer", ()));
        assert!(
            matches!(published, Err(PublishError::Unrecordable(_))),
            "{published:?}"
        );
        let invoked = block_on(bus.invoke::<_, ()>("accounts.transfer", ()));
        assert!(
            matches!(invoked, Err(InvokeError::Unrecordable(_))),
            "{invoked:?}"
        );
        block_on(bus.publish("other", ())).unwrap();
    });
    assert_eq!(*told.lock().unwrap(), ["other"]);
}
