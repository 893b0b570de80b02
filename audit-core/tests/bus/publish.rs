//! Who is told of an event, in which order, and what keeps handlers apart.

use std::error::Error as _;
use std::sync::{Arc, Mutex};
use std::thread;

use audit_core::bus::{Bus, DEAD_LETTER, DomainEvent, Payload, PublishError, Subscription};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::support::{Log, dead_letters, now, yield_now};

#[test]
fn exact_subscribers_are_told_first_then_other_patterns_in_the_order_first_subscribed_to() {
    let (bus, log) = (Bus::new(), Log::default());
    let patterns = [
        ("*", "wild-first"),
        ("x.y", "exact-1"),
        ("x.*", "x.*"),
        ("*", "wild-second"),
        ("x.y", "exact-2"),
    ];
    for (pattern, name) in patterns {
        let log = log.clone();
        bus.subscribe(pattern, move |_| log.say(name))
            .unwrap()
            .keep();
    }
    now(bus.publish("x.y", ())).unwrap();
    assert_eq!(
        log.take(),
        ["exact-1", "exact-2", "wild-first", "wild-second", "x.*"]
    );
}

#[test]
fn each_handler_is_done_before_the_next_is_called_and_all_before_the_publisher_goes_on() {
    let (bus, log) = (Bus::new(), Log::default());
    for name in ["first", "second"] {
        let log = log.clone();
        let handler = move |_: DomainEvent| {
            let log = log.clone();
            async move {
                log.say(format!("{name} begins"));
                yield_now().await;
                log.say(format!("{name} ends"));
            }
        };
        bus.subscribe_async("a", handler).unwrap().keep();
    }
    now(bus.publish("a", ())).unwrap();
    log.say("published");
    assert_eq!(
        log.take(),
        [
            "first begins",
            "first ends",
            "second begins",
            "second ends",
            "published"
        ]
    );
}

#[test]
fn the_same_closure_subscribed_three_times_is_called_three_times() {
    let (bus, log) = (Bus::new(), Log::default());
    let handler = || {
        let log = log.clone();
        move |event: &DomainEvent| log.say(event.name())
    };
    let mut subscriptions: Vec<Subscription> = ["a.b", "a.b", "a.*"]
        .map(|pattern| bus.subscribe(pattern, handler()).unwrap())
        .into();
    now(bus.publish("a.b", ())).unwrap();
    assert_eq!(log.take().len(), 3);
    drop(subscriptions.remove(0));
    now(bus.publish("a.b", ())).unwrap();
    assert_eq!(log.take().len(), 2);
}

#[test]
fn what_a_handler_fails_to_do_is_a_dead_letter_and_reaches_nobody_else() {
    let (bus, log) = (Bus::new(), Log::default());
    let letters = dead_letters(&bus);
    bus.subscribe("a", |_| Err::<(), _>("no space left"))
        .unwrap()
        .keep();
    bus.subscribe("a", |_| -> () { panic!("on purpose") })
        .unwrap()
        .keep();
    let failing = |_| async {
        yield_now().await;
        Err::<(), _>("later")
    };
    bus.subscribe_async("a", failing).unwrap().keep();
    let panicking = |_| async {
        yield_now().await;
        assert!(std::hint::black_box(false), "in a poll");
    };
    bus.subscribe_async("a", panicking).unwrap().keep();
    let last = log.clone();
    bus.subscribe("a", move |_| last.say("told"))
        .unwrap()
        .keep();
    now(bus.publish("a", json!({"n": 1}))).unwrap();
    assert_eq!(log.take(), ["told"]);
    let letters = letters.lock().unwrap();
    let errors = [
        "no space left",
        "the handler panicked: on purpose",
        "later",
        "the handler panicked: in a poll",
    ];
    for (letter, error) in letters.iter().zip(errors) {
        let expected = json!({
            "target": "a", "params": {"n": 1}, "reason": "handler_error", "error": error,
        });
        assert_eq!(letter, &expected);
    }
    assert_eq!(letters.len(), errors.len());
}

#[test]
fn a_dead_letter_that_can_not_be_handled_ends_there_and_no_pattern_stands_for_one() {
    let (bus, log) = (Bus::new(), Log::default());
    let everything = log.clone();
    bus.subscribe("*", move |event| everything.say(event.name()))
        .unwrap()
        .keep();
    bus.subscribe(DEAD_LETTER, |_| Err::<(), _>("neither"))
        .unwrap()
        .keep();
    bus.subscribe("a", |_| Err::<(), _>("no")).unwrap().keep();
    now(bus.publish("a", ())).unwrap();
    assert_eq!(log.take(), ["a"]);
    // Nor does anybody publish one himself.
    let error = now(bus.publish(DEAD_LETTER, ())).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`__dead_letter__` can't be published: names that begin with `__` are the bus's own"
    );
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Transfer {
    from: String,
    amount: f64,
}

#[test]
fn a_payload_is_seen_as_itself_or_through_json_and_one_that_does_not_fit_is_an_error() {
    let payload = Payload::new(Transfer {
        from: "alice".to_owned(),
        amount: 150.0,
    });
    assert_eq!(payload.get::<Transfer>().unwrap().amount, 150.0);
    assert_eq!(
        payload.json().unwrap(),
        &json!({"from": "alice", "amount": 150.0})
    );
    let foreign = Payload::new(json!({"from": "bob", "amount": 1}));
    assert_eq!(foreign.read::<Transfer>().unwrap().from, "bob");
    let error = Payload::new(json!({"from": 7}))
        .read::<Transfer>()
        .unwrap_err();
    let (message, why) = (error.to_string(), error.source().unwrap().to_string());
    assert!(message.ends_with("Transfer`"), "{message}");
    assert!(why.contains("invalid type: integer `7`"), "{why}");
    // Taken along twice it is the same.
    assert!(Payload::new(payload.clone()).get::<Transfer>().is_some());
}

#[test]
fn a_handler_that_publishes_in_itself_without_end_is_stopped_and_told_of() {
    let bus = Arc::new(Bus::new());
    let letters = dead_letters(&bus);
    let inner = Arc::clone(&bus);
    let handler = move |event: &DomainEvent| {
        let depth = event.payload().json().unwrap().as_u64().unwrap();
        now(inner.publish("a", depth + 1)).map(drop)
    };
    bus.subscribe("a", handler).unwrap().keep();
    now(bus.publish("a", 1)).unwrap();
    let letters = letters.lock().unwrap();
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0]["params"], 64);
    let error = letters[0]["error"].as_str().unwrap();
    assert!(error.contains("more than 64 deep"), "{error}");
}

#[test]
fn a_handler_may_end_its_own_subscription_and_that_of_the_next() {
    let (bus, log) = (Bus::new(), Log::default());
    let subscriptions: Arc<Mutex<Vec<Subscription>>> = Arc::default();
    let (all, said) = (Arc::clone(&subscriptions), log.clone());
    let ending = move |_: &DomainEvent| {
        said.say("ending");
        drop(std::mem::take(&mut *all.lock().unwrap()));
    };
    let first = bus.subscribe("a", ending).unwrap();
    let said = log.clone();
    let second = bus.subscribe("a", move |_| said.say("second")).unwrap();
    subscriptions.lock().unwrap().extend([first, second]);
    now(bus.publish("a", ())).unwrap();
    now(bus.publish("a", ())).unwrap();
    assert_eq!(log.take(), ["ending"]);
    assert!(bus.patterns().is_empty());
}

#[test]
fn a_bus_may_go_while_a_handler_runs() {
    let (bus, log) = (Bus::new(), Log::default());
    let handle = bus.clone();
    let place = Arc::new(Mutex::new(Some(bus)));
    let (bus, said) = (Arc::clone(&place), log.clone());
    handle
        .subscribe("a", move |_| {
            drop(bus.lock().unwrap().take());
            said.say("gone");
        })
        .unwrap()
        .keep();
    now(handle.publish("a", ())).unwrap();
    assert_eq!(log.take(), ["gone"]);
}

#[test]
fn a_thread_that_runs_tasks_is_not_kept_waiting() {
    let bus = Arc::new(Bus::new());
    let inner = Arc::clone(&bus);
    let handler = move |_: &DomainEvent| inner.publish_blocking("b", ()).map(drop);
    bus.subscribe("a", handler).unwrap().keep();
    let letters = dead_letters(&bus);
    bus.publish_blocking("a", ()).unwrap();
    let error = letters.lock().unwrap()[0]["error"].clone();
    assert_eq!(error, PublishError::InTask.to_string());
}

#[test]
fn subscribing_and_publishing_on_many_threads_at_once_tells_whoever_is_there() {
    let bus = Bus::new();
    let always = Log::default();
    let said = always.clone();
    bus.subscribe("a.*", move |event| said.say(event.name()))
        .unwrap()
        .keep();
    thread::scope(|threads| {
        for _ in 0..4 {
            threads.spawn(|| {
                for number in 0..200 {
                    let passing = bus.subscribe(&format!("*.{number}"), |_| ()).unwrap();
                    now(bus.publish(&format!("a.{number}"), ())).unwrap();
                    drop(passing);
                }
            });
        }
    });
    assert_eq!(always.take().len(), 800);
    assert_eq!(bus.patterns().len(), 1);
}

#[test]
fn odd_names_are_names() {
    let (bus, log) = (Bus::new(), Log::default());
    let said = log.clone();
    bus.subscribe("*", move |event| said.say(event.name()))
        .unwrap()
        .keep();
    let long = "x".repeat(10_000);
    let names = ["", "a\nb", "a\"b", "a\0b", "[", ".", "é", &long];
    for name in names {
        now(bus.publish(name, ())).unwrap();
    }
    assert_eq!(log.take(), names);
}
