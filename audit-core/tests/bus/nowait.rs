//! What is published and invoked without waiting.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use audit_core::bus::{
    Bus, BusPolicy, DomainEvent, InvokeError, Overflow, PublishError, Queue, Runnable,
};
use audit_core::{Actor, Scope};
use serde_json::json;

use crate::support::{Gate, Log, dead_letters, now, runtime};

#[test]
fn a_publisher_that_does_not_wait_is_followed_in_order_by_each_handler() {
    let (bus, log, gate) = (Bus::new(), Log::default(), Gate::default());
    bus.subscribe("a.*", gate.then_name(&log)).unwrap().keep();
    let events: Vec<DomainEvent> = (0..20)
        .map(|number| bus.publish_nowait(&format!("a.{number}"), ()).unwrap())
        .collect();
    assert!(log.take().is_empty());
    gate.open();
    bus.flush_blocking().unwrap();
    let names: Vec<&str> = events.iter().map(DomainEvent::name).collect();
    assert_eq!(log.take(), names);
}

#[test]
fn what_is_denied_is_refused_in_place_and_recorded() {
    let (runtime, notebook) = runtime();
    let bus = Bus::new();
    bus.register("admin.delete", Runnable::new(|(): ()| Ok::<_, String>(())))
        .unwrap()
        .keep();
    let policy = BusPolicy::new().publish_allow([]).unwrap();
    let policy = policy.invoke_deny(["admin.*"]).unwrap();
    bus.set_policy("host", policy);
    runtime.scope(|| {
        let error = bus.publish_nowait("a", ()).unwrap_err();
        assert!(matches!(error, PublishError::Denied(_)), "{error}");
        let error = bus.invoke_nowait("admin.delete", ()).unwrap_err();
        assert!(matches!(error, InvokeError::Denied(_)), "{error}");
    });
    let verdicts = notebook.of_kind("operation").into_iter();
    let verdicts: Vec<_> = verdicts.map(|one| one["data"]["verdict"].clone()).collect();
    assert_eq!(verdicts, ["deny", "deny"]);
    let outcomes = notebook.of_kind("outcome").into_iter();
    assert!(
        outcomes
            .into_iter()
            .all(|one| one["outcome"]["status"] == "refused")
    );
}

#[test]
fn a_full_queue_is_an_error_that_names_its_bound_and_what_was_accepted_is_done() {
    let (runtime, notebook) = runtime();
    let bus = Bus::builder()
        .queue(Queue::bounded(2))
        .concurrency(1)
        .build();
    let (log, gate) = (Log::default(), Gate::default());
    bus.subscribe("a", gate.then_data(&log)).unwrap().keep();
    bus.publish_nowait("a", 0).unwrap();
    gate.met();
    bus.publish_nowait("a", 1).unwrap();
    bus.publish_nowait("a", 2).unwrap();
    let error = runtime.scope(|| bus.publish_nowait("a", 3).unwrap_err());
    assert_eq!(error, PublishError::Full { most: 2 });
    let said = "the bus's queue is full: 2 wait in it, which is its bound";
    assert_eq!(error.to_string(), said);
    let outcome = notebook.of_kind("outcome").remove(0);
    assert_eq!(outcome["outcome"]["status"], "refused");
    assert_eq!(outcome["outcome"]["error"], said);
    gate.open();
    bus.flush_blocking().unwrap();
    assert_eq!(log.take(), ["0", "1", "2"]);
}

#[test]
fn where_the_oldest_makes_room_it_is_cancelled_and_told_of() {
    let (runtime, notebook) = runtime();
    let queue = Queue::bounded(1).overflow(Overflow::DropOldest);
    let bus = Bus::builder().queue(queue).build();
    let (log, gate) = (Log::default(), Gate::default());
    bus.subscribe("a", gate.then_data(&log)).unwrap().keep();
    runtime.scope(|| {
        bus.publish_nowait("a", 0).unwrap();
        gate.met();
        bus.publish_nowait("a", 1).unwrap();
        bus.publish_nowait("a", 2).unwrap();
    });
    gate.open();
    bus.flush_blocking().unwrap();
    assert_eq!(log.take(), ["0", "2"]);
    let losses = notebook.of_kind("loss");
    assert_eq!(losses.len(), 1);
    assert_eq!(losses[0]["data"]["queue"], "publish_nowait");
    assert_eq!(losses[0]["data"]["count"], 1);
    let outcomes = notebook.of_kind("outcome").into_iter();
    let statuses: Vec<_> = outcomes
        .map(|one| one["outcome"]["status"].clone())
        .collect();
    assert_eq!(statuses, ["cancelled", "completed", "completed"]);
}

#[test]
fn a_call_that_nobody_waits_for_is_made_and_its_failure_is_a_dead_letter() {
    let (bus, log) = (Bus::new(), Log::default());
    let letters = dead_letters(&bus);
    let said = log.clone();
    let transfer = Runnable::new(move |amount: u64| {
        said.say(amount.to_string());
        if amount > 10 {
            Err("insufficient funds")
        } else {
            Ok(amount)
        }
    });
    let hanging = Runnable::new_async(|(): ()| std::future::pending::<Result<(), String>>())
        .timeout(Duration::from_millis(1));
    let panicking = Runnable::new(|(): ()| -> Result<(), String> { panic!("on purpose") });
    for (name, runnable) in [
        ("transfer", transfer),
        ("hanging", hanging),
        ("panicking", panicking),
    ] {
        bus.register(name, runnable).unwrap().keep();
    }
    bus.invoke_nowait("transfer", 7_u64).unwrap();
    bus.flush_blocking().unwrap();
    bus.invoke_nowait("transfer", json!(8)).unwrap();
    bus.flush_blocking().unwrap();
    assert_eq!(log.take(), ["7", "8"]);
    assert!(letters.lock().unwrap().is_empty());
    let letter = || {
        bus.flush_blocking().unwrap();
        letters.lock().unwrap().pop().unwrap()
    };
    bus.invoke_nowait("transfer", 11_u64).unwrap();
    let expected = json!({
        "target": "transfer", "params": 11, "reason": "handler_error", "error": "insufficient funds",
    });
    assert_eq!(letter(), expected);
    bus.invoke_nowait("transfer", json!("much")).unwrap();
    assert_eq!(letter()["error"], "the parameters of `transfer` do not fit");
    bus.invoke_nowait("panicking", ()).unwrap();
    assert_eq!(letter()["error"], "`panicking` panicked: on purpose");
    bus.invoke_nowait("hanging", ()).unwrap();
    assert_eq!(letter()["reason"], "timeout");
    let error = bus.invoke_nowait("nobody", json!({"n": 1})).unwrap_err();
    assert!(matches!(error, InvokeError::NoHandler { .. }), "{error}");
    let expected = json!({
        "target": "nobody", "params": {"n": 1}, "reason": "no_handler", "error": null,
    });
    assert_eq!(letter(), expected);
    assert!(letters.lock().unwrap().is_empty());
}

#[test]
fn calls_that_nobody_waits_for_are_made_several_at_once_up_to_a_bound() {
    let bus = Bus::builder()
        .queue(Queue::bounded(1))
        .concurrency(2)
        .build();
    let gates = [Gate::default(), Gate::default()];
    for (name, gate) in ["one", "two"].into_iter().zip(&gates) {
        let shut = gate.clone();
        let runnable = Runnable::new(move |(): ()| {
            shut.pass();
            Ok::<_, String>(())
        });
        bus.register(name, runnable).unwrap().keep();
    }
    for (name, gate) in ["one", "two"].into_iter().zip(&gates) {
        bus.invoke_nowait(name, ()).unwrap();
        gate.met();
    }
    bus.invoke_nowait("one", ()).unwrap();
    let error = bus.invoke_nowait("one", ()).unwrap_err();
    assert!(matches!(error, InvokeError::Full { most: 1 }), "{error}");
    gates.iter().for_each(Gate::open);
    bus.flush_blocking().unwrap();
    let [(_, _, one), (_, _, two)] = &bus.runnables()[..] else {
        panic!()
    };
    assert_eq!((one.count, two.count), (2, 1));
}

#[test]
fn what_is_in_force_here_is_in_force_there_and_so_is_how_deep_it_is() {
    let (runtime, notebook) = runtime();
    let (bus, log) = (Arc::new(Bus::new()), Log::default());
    let letters = dead_letters(&bus);
    let said = log.clone();
    let inner = Arc::downgrade(&bus);
    let handler = move |_: &DomainEvent| {
        said.say(Scope::current().actor_id().unwrap_or_default());
        inner.upgrade().unwrap().publish_nowait("a", ()).map(drop)
    };
    bus.subscribe("a", handler).unwrap().keep();
    let acting = Scope::new().actor(Actor::new("alice")).runtime(runtime);
    acting.run(|| bus.publish_nowait("a", ()).unwrap());
    while letters.lock().unwrap().is_empty() {
        bus.flush_blocking().unwrap();
    }
    let said = log.take();
    assert_eq!(said.len(), 64);
    assert!(said.iter().all(|actor| actor == "alice"));
    let deep = PublishError::TooDeep { most: 64 };
    assert_eq!(letters.lock().unwrap()[0]["error"], deep.to_string());
    // Each is caused by the one before.
    let events = notebook.of_kind("event");
    let operations = notebook.of_kind("operation");
    for (event, operation) in events.iter().zip(&operations[1..]) {
        assert_eq!(operation["cause"], event["id"]);
    }
}

#[test]
fn free_functions_publish_and_invoke_without_waiting_as_whoever_is_in_force() {
    let (bus, log) = (Bus::new(), Log::default());
    let said = log.clone();
    bus.subscribe("b", move |event| said.say(event.publisher()))
        .unwrap()
        .keep();
    let publishing = Runnable::new(|(): ()| audit_core::bus::publish_nowait("b", ()).map(drop));
    bus.register("publishing", publishing).unwrap().keep();
    let handler = |_: &DomainEvent| audit_core::bus::invoke_nowait("publishing", ());
    bus.subscribe("a", handler).unwrap().keep();
    now(bus.publish("a", ())).unwrap();
    // The call, and then what it published.
    bus.flush_blocking().unwrap();
    bus.flush_blocking().unwrap();
    assert_eq!(log.take(), ["host"]);
    let error = thread::spawn(|| audit_core::bus::publish_nowait("b", ()).unwrap_err()).join();
    assert_eq!(error.unwrap(), PublishError::NoBus);
}
