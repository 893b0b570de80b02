//! Dead letters as their handlers get them: in whose name, how deep, and how many may wait.

use std::collections::HashMap;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use audit_core::bus::{Bus, DEAD_LETTER, DeadLetter, Gateway, Overflow, Queue, Runnable};
use audit_core::{Actor, InScope as _, Scope};
use serde_json::{Value, json};

use crate::support::{Gate, Log, dead_letters, now, runtime, yield_now};

#[test]
fn a_handler_of_dead_letters_that_is_awaited_leaves_nothing_in_force_on_the_thread() {
    let (bus, log) = (Bus::new(), Log::default());
    bus.subscribe("a", |_| Err::<(), _>("no")).unwrap().keep();
    bus.subscribe_async(DEAD_LETTER, |_| yield_now())
        .unwrap()
        .keep();
    let said = log.clone();
    bus.subscribe("a", move |_| {
        let actor = Scope::current().ambient().actor.as_ref().map(|actor| {
            let id = actor.fields().get("id");
            format!("{id:?}")
        });
        said.say(actor.unwrap_or_default());
    })
    .unwrap()
    .keep();
    let acting = Scope::new().actor(Actor::new("alice"));
    let mut publishing = pin!(bus.publish("a", ()).in_scope(acting));
    let mut context = Context::from_waker(Waker::noop());
    assert!(publishing.as_mut().poll(&mut context).is_pending());
    let here = Scope::current();
    assert!(here.ambient().actor.is_none() && here.ambient().cause.is_none());
    assert!(matches!(
        publishing.as_mut().poll(&mut context),
        Poll::Ready(Ok(_))
    ));
    let [actor] = &log.take()[..] else { panic!() };
    assert!(actor.contains("alice"), "{actor}");
}

#[test]
fn a_dead_letter_is_as_deep_as_what_was_not_handled_also_over_processes_and_queues() {
    for is_queued in [false, true] {
        let (bus, log) = (Bus::new(), Log::default());
        let failing = bus.subscription("account.*");
        let failing = if is_queued {
            failing.queue(Queue::default())
        } else {
            failing
        };
        failing.handle(|_| Err::<(), _>("no")).unwrap().keep();
        let said = log.clone();
        bus.subscribe(DEAD_LETTER, move |_| said.say(Gateway::depth().to_string()))
            .unwrap()
            .keep();
        let mut came = crate::foreign::transfer();
        came.depth = 40;
        now(bus.gateway("bridge").unwrap().publish(came)).unwrap();
        bus.flush_blocking().unwrap();
        assert_eq!(log.take(), ["40"], "queued: {is_queued}");
    }
}

#[test]
fn what_a_full_queue_drops_waits_in_a_bounded_one_for_who_wants_dead_letters_and_is_recorded_all() {
    let (runtime, notebook) = runtime();
    let bus = Bus::builder().queue(Queue::bounded(16)).build();
    let (gate, slow, log) = (Gate::default(), Gate::default(), Log::default());
    bus.subscription("a")
        .queue(Queue::bounded(1).overflow(Overflow::DropNewest))
        .handle(gate.then_name(&Log::default()))
        .unwrap()
        .keep();
    let (shut, said) = (slow.clone(), log.clone());
    bus.subscribe(DEAD_LETTER, move |event| {
        shut.pass();
        let letter = event.get::<DeadLetter>().unwrap();
        said.say(letter.params.json().unwrap().to_string());
    })
    .unwrap()
    .keep();
    runtime.scope(|| {
        for number in 0..1000 {
            now(bus.publish("a", number)).unwrap();
            if number == 0 {
                gate.met();
            }
        }
    });
    slow.open();
    gate.open();
    bus.flush_blocking().unwrap();
    let letters: Vec<u32> = log
        .take()
        .iter()
        .map(|said| said.parse().unwrap())
        .collect();
    assert!((16..=17).contains(&letters.len()), "{letters:?}");
    assert!(letters.is_sorted(), "{letters:?}");
    let records = notebook.of_kind("event");
    let records = records.iter().filter(|event| event["name"] == DEAD_LETTER);
    assert_eq!(records.count(), 998);
}

/// Has no form in JSON.
fn odd() -> HashMap<(u8, u8), u8> {
    HashMap::from([((1, 2), 3)])
}

#[test]
fn an_answer_that_nobody_asked_for_is_not_looked_at() {
    let (runtime, notebook) = runtime();
    let bus = Bus::new();
    let letters = dead_letters(&bus);
    bus.register("at_once", Runnable::new(|_: u8| Ok::<_, String>(odd())))
        .unwrap()
        .keep();
    let later = |_: u8| async {
        yield_now().await;
        Ok::<_, String>(odd())
    };
    bus.register("later", Runnable::new_async(later))
        .unwrap()
        .keep();
    runtime.scope(|| {
        bus.invoke_nowait("at_once", json!(1)).unwrap();
        bus.invoke_nowait("later", json!(1)).unwrap();
    });
    bus.flush_blocking().unwrap();
    assert_eq!(*letters.lock().unwrap(), Vec::<Value>::new());
    let outcomes = notebook.of_kind("outcome");
    let statuses = outcomes.iter().map(|event| &event["outcome"]["status"]);
    assert_eq!(statuses.collect::<Vec<_>>(), ["completed", "completed"]);
}

#[test]
fn an_answer_that_panics_when_it_goes_harms_nobody() {
    #[derive(serde::Serialize)]
    struct Trap(u8);
    impl Drop for Trap {
        fn drop(&mut self) {
            panic!("on purpose");
        }
    }
    let bus = Bus::new();
    bus.register("trap", Runnable::new(|n: u8| Ok::<_, String>(Trap(n))))
        .unwrap()
        .keep();
    let answer: Value = now(bus.invoke("trap", json!(7))).unwrap();
    assert_eq!(answer, json!(7));
}
