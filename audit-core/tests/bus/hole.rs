//! What an earlier system let through, and this one must not.
//!
//! | defect there | test |
//! | --- | --- |
//! | permission is checked on the name as asked, another is found and executed | `no_name_reaches_what_has_another`; `invoke::a_name_that_nobody_has_is_not_guessed_and_becomes_a_dead_letter` |
//! | denials leave no line | `whichever_road_is_denied_there_is_a_record_of_it` |
//! | a crafted name forges a line or breaks it | `a_line_of_json_says_the_very_name_whatever_that_holds`; `policy::the_graph_shows_who_may_invoke_whom_and_who_hears_of_what` |
//! | roads that skip policy | the same as for denials; `component::hole` |
//! | ghosts after removal, duplicates after replacement or restart | `component::life`, `component::supervision`; `leak` |
//! | policy changes are ignored after boot | `a_policy_holds_on_all_threads_from_the_moment_it_is_set_and_no_longer` |
//! | a text is taken for a list of patterns | `policy::a_text_is_no_list_and_a_slip_in_a_key_is_no_policy` |
//! | subscribers change the payload for others | `what_was_recorded_does_not_change_with_the_payload` |
//! | dead letters are never sent, async handlers of them never awaited | `handlers_of_dead_letters_are_awaited_whatever_the_reason` |
//! | drain does nothing | `close`; `component::drain` |
//! | time-outs are not enforced | `a_time_out_holds_on_every_way_to_call` |
//! | an audit component does not start, and health says fine | `component::hole` |
//! | what has no form in JSON vanishes | `unserialisable` |
//! | not thread-safe | `publish::subscribing_and_publishing_on_many_threads_at_once_tells_whoever_is_there` |
//!
//! By design the host's own handle is the host's wherever it goes, also in a closure that a component calls: whoever assembles the
//! program hands out what he holds.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use audit_core::bus::{
    Bus, BusPolicy, DEAD_LETTER, DomainEvent, ForeignEvent, InvokeError, Payload, PublishError,
    Runnable,
};
use audit_core::{DecisionEvent, Event, EventId, Observer, Scope, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};

use crate::support::{Gate, Log, now, runtime, yield_now};

/// Names that a person, a program or an attacker might try in place of another.
const MISSPELT: [&str; 12] = [
    "admim.delete",
    "admin.delet",
    "admin.delete_tool",
    "admin.delete_fn",
    "admin-delete",
    "admin_delete",
    "ADMIN.DELETE",
    " admin.delete",
    "admin.delete ",
    "admin.delete\0",
    "admin.delete\n",
    "аdmin.delete",
];

#[test]
fn no_name_reaches_what_has_another() {
    let (runtime, notebook) = runtime();
    let (bus, log) = (Bus::new(), Log::default());
    let said = log.clone();
    let delete = Runnable::new(move |_: Value| {
        said.say("deleted");
        Ok::<_, String>(())
    });
    bus.register("admin.delete", delete).unwrap().keep();
    let policy = BusPolicy::new().invoke_deny(["admin.delete"]).unwrap();
    bus.set_policy("host", policy);
    for name in MISSPELT {
        runtime.scope(|| {
            let params = json!({"target": "admin.delete"});
            let error = now(bus.invoke::<_, ()>(name, params.clone())).unwrap_err();
            assert!(matches!(error, InvokeError::NoHandler { .. }), "{error}");
            let error = bus.invoke_nowait(name, params).unwrap_err();
            assert!(matches!(error, InvokeError::NoHandler { .. }), "{error}");
        });
    }
    bus.flush_blocking().unwrap();
    assert!(log.take().is_empty());
    // What is recorded is what was asked for.
    let asked: Vec<String> = notebook
        .of_kind("operation")
        .iter()
        .map(|operation| operation["data"]["target"].as_str().unwrap().to_owned())
        .collect();
    assert!(asked.iter().step_by(2).eq(MISSPELT.iter()), "{asked:?}");
}

fn foreign(name: &str) -> ForeignEvent {
    let id: EventId = "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
    let time: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
    ForeignEvent::new(id, time, name, Payload::new(()), "accounts", "eu-1")
}

/// What a road to the bus says when it is taken, and in whose name it goes.
type Road<'r> = (&'static str, Box<dyn Fn() -> String + 'r>);

/// Has code run in a handler of the host's.
fn in_handler(bus: &Bus, code: impl Fn() -> String + Send + Sync + 'static) -> String {
    let said = Arc::new(Mutex::new(String::new()));
    let kept = Arc::clone(&said);
    let handler = move |_: &DomainEvent| *kept.lock().unwrap() = code();
    let subscription = bus.subscribe("way.in", handler).unwrap();
    now(bus.publish("way.in", ())).unwrap();
    drop(subscription);
    let said = said.lock().unwrap();
    said.clone()
}

fn roads(bus: &Bus) -> Vec<Road<'_>> {
    fn told<T>(result: Result<T, impl std::fmt::Display>) -> String {
        result
            .err()
            .map_or_else(|| "done".to_owned(), |e| e.to_string())
    }
    let own = bus.handle();
    let bridge = || bus.gateway("bridge-1").unwrap();
    vec![
        ("host", Box::new(|| told(now(bus.publish("x", ()))))),
        ("host", Box::new(|| told(bus.publish_blocking("x", ())))),
        ("host", Box::new(|| told(bus.publish_nowait("x", ())))),
        (
            "host",
            Box::new(|| told(now(bus.event("x", ()).schema("x/v1").publish()))),
        ),
        (
            "host",
            Box::new(|| told(bus.event("x", ()).publish_blocking())),
        ),
        (
            "host",
            Box::new(|| told(bus.event("x", ()).publish_nowait())),
        ),
        ("host", Box::new(move || told(now(own.publish("x", ()))))),
        (
            "bridge-1",
            Box::new(move || told(now(bridge().publish(foreign("x"))))),
        ),
        (
            "bridge-1",
            Box::new(move || told(now(bridge().handle().publish("x", ())))),
        ),
        ("host", Box::new(|| told(now(bus.invoke::<_, ()>("x", ()))))),
        (
            "host",
            Box::new(|| told(now(bus.invoke::<_, Value>("x", json!(null))))),
        ),
        (
            "host",
            Box::new(|| told(bus.invoke_blocking::<_, ()>("x", ()))),
        ),
        ("host", Box::new(|| told(bus.invoke_nowait("x", ())))),
        (
            "host",
            Box::new(|| in_handler(bus, || told(now(audit_core::bus::publish("x", ()))))),
        ),
        (
            "host",
            Box::new(|| in_handler(bus, || told(audit_core::bus::publish_nowait("x", ())))),
        ),
        (
            "host",
            Box::new(|| in_handler(bus, || told(audit_core::bus::invoke_nowait("x", ())))),
        ),
        (
            "host",
            Box::new(|| in_handler(bus, || told(now(audit_core::bus::invoke::<_, ()>("x", ()))))),
        ),
        (
            "host",
            Box::new(|| {
                in_handler(bus, || {
                    told(now(audit_core::bus::current().unwrap().publish("x", ())))
                })
            }),
        ),
        // The scope goes along to a thread, and with it whose code this is.
        (
            "host",
            Box::new(|| {
                in_handler(bus, || {
                    let scope = Scope::current();
                    let thread = move || scope.run(|| told(now(audit_core::bus::publish("x", ()))));
                    thread::spawn(thread).join().unwrap()
                })
            }),
        ),
        // Without it nobody is there, who may do nothing once there is any policy; but his deeds are told to the runtime alone.
        (
            "anonymous",
            Box::new(|| {
                in_handler(bus, || {
                    let runtime = Scope::current();
                    let thread = move || {
                        let nobody = audit_core::bus::current().unwrap();
                        runtime.run(|| told(now(nobody.publish("x", ()))))
                    };
                    thread::spawn(thread).join().unwrap()
                })
            }),
        ),
        (
            "anonymous",
            Box::new(|| told(now(audit_core::bus::publish("x", ())))),
        ),
        (
            "anonymous",
            Box::new(|| told(audit_core::bus::invoke_nowait("x", ()))),
        ),
    ]
}

#[test]
fn whichever_road_is_denied_there_is_a_record_of_it() {
    let (runtime, notebook) = runtime();
    let bus = Bus::new();
    audit_core::bus::install(&bus);
    let log = Log::default();
    let said = log.clone();
    bus.subscribe("x", move |_| said.say("told"))
        .unwrap()
        .keep();
    let said = log.clone();
    let called = Runnable::new(move |(): ()| {
        said.say("called");
        Ok::<_, String>(())
    });
    bus.register("x", called).unwrap().keep();
    let policy = || BusPolicy::new().publish_allow(["way.in"]).unwrap();
    bus.set_policy("host", policy().invoke_deny(["x"]).unwrap());
    bus.set_policy("bridge", policy());
    for (number, (caller, road)) in roads(&bus).into_iter().enumerate() {
        let denied_before = denied(&notebook.all()).len();
        let said = runtime.scope(&road);
        assert!(
            said.starts_with(&format!("`{caller}` may not ")),
            "road {number}: {said}"
        );
        let all = notebook.all();
        let denied = denied(&all);
        assert_eq!(denied.len(), denied_before + 1, "road {number}");
        let operation = denied.last().unwrap();
        assert_eq!(operation["data"]["caller"], caller, "road {number}");
        // Whoever is denied can find the record.
        let id = operation["id"].as_str().unwrap();
        assert!(
            said.ends_with(&format!(" (operation {id})")),
            "road {number}: {said}"
        );
        assert_eq!(operation["data"]["target"], "x");
        assert!(!operation["data"]["rule"].is_null());
        let mut outcomes = all.iter().filter(|event| event["kind"] == "outcome");
        let outcome = outcomes.find(|event| event["call"] == operation["id"]);
        assert_eq!(outcome.unwrap()["outcome"]["status"], "refused");
    }
    bus.flush_blocking().unwrap();
    assert!(log.take().is_empty());
    audit_core::bus::clear();
}

fn denied(events: &[Value]) -> Vec<&Value> {
    let is_denied = |event: &&Value| event["data"]["verdict"] == "deny";
    events.iter().filter(is_denied).collect()
}

/// Keeps what it is told of as lines of JSON.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<String>>);

impl Observer for Lines {
    fn on_decision(&self, _: &DecisionEvent<'_>) {}

    fn on_event(&self, event: &Event<'_>) {
        let mut lines = self.0.lock().unwrap();
        lines.push_str(&serde_json::to_string(event).unwrap());
        lines.push('\n');
    }
}

#[test]
fn a_line_of_json_says_the_very_name_whatever_that_holds() {
    let (runtime, _) = runtime();
    let lines = Lines::default();
    runtime.add_observer("lines", lines.clone());
    let bus = Bus::new();
    let names = [
        "x\",\"caller\":\"root\",\"event\":\"fake",
        "a\"\nb",
        "a\r\n{\"kind\":\"operation\"}\n",
        "a\u{2028}b\u{2029}c\u{85}d",
        "\\\"}\\",
        "nul\0esc\u{1b}[2J\u{202e}",
        "",
    ];
    for name in names {
        // Nobody has an empty name.
        let bridge = if name.is_empty() { "bridge" } else { name };
        let gateway = bus.gateway(bridge).unwrap();
        runtime.scope(|| {
            now(bus.publish(name, ())).unwrap();
            now(bus.invoke::<_, ()>(name, ())).unwrap_err();
            now(gateway.publish(foreign(name))).unwrap();
        });
        let lines = std::mem::take(&mut *lines.0.lock().unwrap());
        // A reader may end lines at more than the one sign.
        let parsed: Vec<Value> = lines
            .split_terminator('\n')
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let operations: Vec<&Value> = parsed
            .iter()
            .filter(|one| one["kind"] == "operation")
            .collect();
        assert_eq!(operations.len(), 3);
        for (operation, caller) in operations.iter().zip(["host", "host", bridge]) {
            assert_eq!(operation["name"], name);
            assert_eq!(operation["data"]["target"], name);
            assert_eq!(operation["data"]["caller"], caller);
            assert_eq!(operation["component"], caller);
        }
    }
}

#[test]
fn a_policy_holds_on_all_threads_from_the_moment_it_is_set_and_no_longer() {
    let bus = Bus::new();
    bus.register("x", Runnable::new(|(): ()| Ok::<_, String>(())))
        .unwrap()
        .keep();
    let handle = bus.handle();
    let ((ask, asked), (answer, answers)) = (channel::<()>(), channel());
    let worker = thread::spawn(move || {
        for () in asked {
            // More than once: the second time it is remembered.
            for _ in 0..2 {
                let publishes = now(handle.publish("x", ())).is_ok();
                answer
                    .send((publishes, now(handle.invoke::<_, ()>("x", ())).is_ok()))
                    .unwrap();
            }
        }
    });
    let may = || {
        ask.send(()).unwrap();
        let first = answers.recv().unwrap();
        assert_eq!(answers.recv().unwrap(), first);
        first
    };
    assert_eq!(may(), (true, true));
    bus.set_policy("host", BusPolicy::new().publish_allow([]).unwrap());
    assert_eq!(may(), (false, true));
    bus.set_policy("host", BusPolicy::new().invoke_deny(["x"]).unwrap());
    assert_eq!(may(), (true, false));
    bus.set_policy("host", BusPolicy::new());
    assert_eq!(may(), (true, true));
    drop(ask);
    worker.join().unwrap();
}

/// A payload that can change after all.
#[derive(Serialize)]
struct Shared {
    amount: Arc<AtomicU64>,
}

#[test]
fn what_was_recorded_does_not_change_with_the_payload() {
    let (runtime, notebook) = runtime();
    let (bus, gate) = (Bus::new(), Gate::default());
    let shut = gate.clone();
    bus.subscribe("first", move |_| shut.pass()).unwrap().keep();
    bus.subscribe("paid", |event| {
        event
            .get::<Shared>()
            .unwrap()
            .amount
            .store(0, Ordering::Relaxed);
    })
    .unwrap()
    .keep();
    let (awaited, queued) = (Arc::new(AtomicU64::new(150)), Arc::new(AtomicU64::new(75)));
    runtime.scope(|| {
        let amount = Arc::clone(&awaited);
        now(bus.publish("paid", Shared { amount })).unwrap();
        bus.publish_nowait("first", ()).unwrap();
        gate.met();
        let amount = Arc::clone(&queued);
        bus.publish_nowait("paid", Shared { amount }).unwrap();
    });
    // The second waits behind the first, and its publisher has what it carries.
    queued.store(1, Ordering::Relaxed);
    gate.open();
    bus.flush_blocking().unwrap();
    let paid = notebook.of_kind("event").into_iter();
    let paid: Vec<Value> = paid
        .filter(|event| event["name"] == "paid")
        .map(|event| event["data"].clone())
        .collect();
    assert_eq!(paid, [json!({"amount": 150}), json!({"amount": 75})]);
}

#[test]
fn handlers_of_dead_letters_are_awaited_whatever_the_reason() {
    let (bus, log) = (Bus::new(), Log::default());
    let said = log.clone();
    let mourning = move |event: DomainEvent| {
        let said = said.clone();
        async move {
            yield_now().await;
            let letter = event.payload().json().unwrap().clone();
            said.say(letter["reason"].as_str().unwrap());
        }
    };
    bus.subscribe_async(DEAD_LETTER, mourning).unwrap().keep();
    bus.subscribe("failing", |_| Err::<(), _>("no"))
        .unwrap()
        .keep();
    let hanging = Runnable::new_async(|(): ()| std::future::pending::<Result<(), String>>());
    bus.register("hanging", hanging.timeout(Duration::from_millis(1)))
        .unwrap()
        .keep();
    now(bus.publish("failing", ())).unwrap();
    assert_eq!(log.take(), ["handler_error"]);
    now(bus.invoke::<_, ()>("nobody", ())).unwrap_err();
    assert_eq!(log.take(), ["no_handler"]);
    bus.invoke_blocking::<_, ()>("hanging", ()).unwrap_err();
    assert_eq!(log.take(), ["timeout"]);
}

#[test]
fn a_time_out_holds_on_every_way_to_call() {
    let (bus, gate) = (Bus::new(), Gate::default());
    let shut = gate.clone();
    let blocking = Runnable::new(move |_: u64| {
        shut.pass();
        Ok::<_, String>(0_u64)
    });
    let waiting = Runnable::new_async(|_: u64| std::future::pending::<Result<u64, String>>());
    for (name, runnable) in [("blocking", blocking), ("waiting", waiting)] {
        let runnable = runnable.timeout(Duration::from_millis(1));
        bus.register(name, runnable).unwrap().keep();
    }
    let letters = crate::support::dead_letters(&bus);
    for name in ["blocking", "waiting"] {
        let is_late = |error: &InvokeError| matches!(error, InvokeError::Timeout { .. });
        let typed = bus.invoke_blocking::<_, u64>(name, 1_u64).unwrap_err();
        let as_json = bus.invoke_blocking::<_, Value>(name, json!(1)).unwrap_err();
        let mixed = bus.invoke_blocking::<_, Value>(name, 1_u64).unwrap_err();
        let awaited = audit_core::testing::block_on(bus.invoke::<_, u64>(name, 1_u64)).unwrap_err();
        for error in [typed, as_json, mixed, awaited] {
            assert!(is_late(&error), "{name}: {error}");
        }
        bus.invoke_nowait(name, 1_u64).unwrap();
        bus.invoke_nowait(name, json!(1)).unwrap();
        bus.flush_blocking().unwrap();
        let letters = std::mem::take(&mut *letters.lock().unwrap());
        assert_eq!(letters.len(), 6);
        assert!(
            letters
                .iter()
                .all(|one| one["reason"] == "timeout" && one["params"] == 1)
        );
    }
    gate.open();
    assert!(
        bus.runnables()
            .iter()
            .all(|(_, _, stats)| (stats.count, stats.failed) == (6, 6))
    );
}

#[test]
fn what_is_denied_says_so_on_a_bus_that_nobody_watches_too() {
    let bus = Bus::new();
    bus.set_policy("host", BusPolicy::new().publish_allow([]).unwrap());
    let error = now(bus.publish("a\nb", ())).unwrap_err();
    assert!(matches!(error, PublishError::Denied(_)));
    assert_eq!(
        error.to_string(),
        "`host` may not publish `a\\nb`, by rule `publish_allow`"
    );
}
