//! Names, patterns and numbers of things that nobody means well with.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use audit_core::bus::{Bus, BusPolicy, Operation, Queue, Runnable, Subscription};
use serde_json::Value;

use crate::support::{Gate, Log, dead_letters, now, yield_now};

fn odd_names() -> Vec<String> {
    let long = "x".repeat(10_000);
    let names = [
        "", ".", "..", "a.b.c", "a..b", "a\nb", "\r\n", "a\"b", "'", "a\0b", "[", "a[", "[!", "[]",
        "]", "*", "?", "\\", "a/b", "é", "e\u{301}", "\u{feff}", "\u{202e}", "🦀", " ", &long,
    ];
    names.map(str::to_owned).into()
}

#[test]
fn whatever_its_name_an_event_is_published_a_runnable_invoked_and_a_policy_asked() {
    let (bus, log) = (Bus::new(), Log::default());
    for name in odd_names() {
        let said = log.clone();
        let exact = bus
            .subscribe(&name, move |event| said.say(event.name()))
            .unwrap();
        let answer = name.clone();
        let registration = bus.register(
            &name,
            Runnable::new(move |(): ()| Ok::<_, String>(answer.clone())),
        );
        let registration = registration.unwrap();
        now(bus.publish(&name, ())).unwrap();
        bus.publish_nowait(&name, ()).unwrap();
        bus.invoke_nowait(&name, ()).unwrap();
        bus.flush_blocking().unwrap();
        // As a pattern it may stand for other names, but it always stands for itself.
        assert_eq!(log.take(), [name.as_str(), &name], "{name:?}");
        assert_eq!(now(bus.invoke::<_, String>(&name, ())).unwrap(), name);
        assert_eq!(bus.runnables()[0].2.count, 2);
        let before = bus.explain(&name, Operation::Publish, "a").is_allowed();
        bus.set_policy(
            &name,
            BusPolicy::new().publish_allow([name.as_str()]).unwrap(),
        );
        assert!(before || name == "anonymous");
        assert!(
            bus.explain(&name, Operation::Publish, "z").rule().is_some()
                || name == "*"
                || name == "?"
        );
        drop((exact, registration));
    }
    assert!(bus.patterns().is_empty());
}

#[test]
fn a_bracket_that_is_not_closed_is_itself_in_subscriptions_and_policies() {
    let (bus, log) = (Bus::new(), Log::default());
    let said = log.clone();
    bus.subscribe("account.[st*", move |event| said.say(event.name()))
        .unwrap()
        .keep();
    for name in ["account.[st", "account.[stop", "account.s", "account.t.x"] {
        now(bus.publish(name, ())).unwrap();
    }
    assert_eq!(log.take(), ["account.[st", "account.[stop"]);
    bus.set_policy("host", BusPolicy::new().publish_allow(["a[b"]).unwrap());
    now(bus.publish("a[b", ())).unwrap();
    now(bus.publish("ab", ())).unwrap_err();
}

const MANY: usize = 100_000;

#[test]
fn a_hundred_thousand_subscriptions_come_are_told_and_go() {
    let (bus, told) = (Bus::new(), Arc::new(AtomicU64::new(0)));
    let handler = || {
        let told = Arc::clone(&told);
        move |_: &_| {
            told.fetch_add(1, Ordering::Relaxed);
        }
    };
    // Each its own pattern, and all the same one; those that came first go first, and then the reverse.
    let distinct = (0..MANY).map(|number| {
        bus.subscribe(&format!("account.{number}.*"), handler())
            .unwrap()
    });
    let mut distinct: Vec<Subscription> = distinct.collect();
    let mut same: Vec<Subscription> = (0..MANY)
        .map(|_| bus.subscribe("same.*", handler()).unwrap())
        .collect();
    assert_eq!(bus.patterns().len(), MANY + 1);
    for number in [0, 4_711, MANY - 1] {
        now(bus.publish(&format!("account.{number}.transfer"), ())).unwrap();
    }
    assert_eq!(told.load(Ordering::Relaxed), 3);
    now(bus.publish("same.one", ())).unwrap();
    assert_eq!(told.load(Ordering::Relaxed), 3 + MANY as u64);
    for all in [&mut distinct, &mut same] {
        all.drain(..MANY / 2).for_each(drop);
        while let Some(last) = all.pop() {
            drop(last);
        }
    }
    assert!(bus.patterns().is_empty());
    now(bus.publish("same.one", ())).unwrap();
    assert_eq!(told.load(Ordering::Relaxed), 3 + MANY as u64);
}

#[test]
fn handlers_that_hang_keep_neither_others_nor_time_outs_from_going_on() {
    let (bus, log, gate) = (Bus::new(), Log::default(), Gate::default());
    let letters = dead_letters(&bus);
    for _ in 0..8 {
        let shut = gate.clone();
        // One that keeps its thread, and one that never gets on.
        bus.subscription("a")
            .queue(Queue::default())
            .handle(move |_| shut.pass())
            .unwrap()
            .keep();
        let hanging = |_| std::future::pending::<()>();
        bus.subscription("a")
            .queue(Queue::default())
            .handle_async(hanging)
            .unwrap()
            .keep();
    }
    let said = log.clone();
    bus.subscription("a")
        .queue(Queue::default())
        .handle(move |_| said.say("told"))
        .unwrap()
        .keep();
    let waiting = Runnable::new_async(|(): ()| std::future::pending::<Result<(), String>>());
    bus.register("waiting", waiting.timeout(Duration::from_millis(1)))
        .unwrap()
        .keep();
    bus.publish_blocking("a", ()).unwrap();
    gate.met();
    bus.invoke_nowait("waiting", ()).unwrap();
    // Those that never get on are dead letters too, once nobody can wake them any more.
    let is_late = |letter: &Value| letter["reason"] == "timeout";
    while !letters.lock().unwrap().iter().any(is_late) {
        thread::yield_now();
    }
    while log.take().is_empty() {
        thread::yield_now();
    }
    gate.open();
}

#[test]
fn a_handler_that_panics_in_every_way_there_is_keeps_nobody_from_being_told() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            assert!(thread::panicking(), "in a destructor");
        }
    }
    let (bus, log) = (Bus::new(), Log::default());
    let letters = dead_letters(&bus);
    bus.subscribe("a", |_| -> () { std::panic::panic_any(Bomb) })
        .unwrap()
        .keep();
    let later = |_| async {
        yield_now().await;
        std::panic::panic_any(7_u8)
    };
    bus.subscribe_async::<_>("a", move |event| async move {
        let () = later(event).await;
    })
    .unwrap()
    .keep();
    bus.subscription("a")
        .filter(|_| panic!("in a filter"))
        .handle(|_| ())
        .unwrap()
        .keep();
    bus.subscription("a")
        .queue(Queue::default())
        .handle(|_| -> () { panic!("in a queue") })
        .unwrap()
        .keep();
    let said = log.clone();
    bus.subscribe("a", move |_| said.say("told"))
        .unwrap()
        .keep();
    now(bus.publish("a", ())).unwrap();
    bus.flush_blocking().unwrap();
    assert_eq!(log.take(), ["told"]);
    assert_eq!(letters.lock().unwrap().len(), 4);
}
