//! What is accepted and not done, or not accepted at all: either, and never both.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};

use audit_core::bus::{
    Bus, DEAD_LETTER, DomainEvent, Gateway, InvokeError, Overflow, PublishError, Queue, Runnable,
};
use audit_core::{Executor, SpawnError, Task, Threads};
use serde::Serialize;
use serde_json::{Value, json};

use crate::support::{Gate, Log, dead_letters, now, runtime};

/// Takes so many tasks and no more.
struct Few {
    threads: Threads,
    left: AtomicUsize,
}

impl Few {
    fn new(most: usize) -> Self {
        Self {
            threads: Threads::default(),
            left: AtomicUsize::new(most),
        }
    }
}

impl Executor for Few {
    fn spawn(&self, task: Task) -> Result<(), SpawnError> {
        let left = |left: usize| left.checked_sub(1);
        match self
            .left
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, left)
        {
            Ok(_) => self.threads.spawn(task),
            Err(_) => Err(SpawnError::new("on purpose")),
        }
    }

    fn sleep(&self, duration: std::time::Duration) -> Option<Task> {
        self.threads.sleep(duration)
    }
}

/// A bus with so many tasks, and a runnable that says its number once the gate is open.
fn saying(tasks: usize) -> (Bus, Log, Gate) {
    let bus = Bus::builder()
        .executor(Few::new(tasks))
        .concurrency(2)
        .build();
    let (log, gate) = (Log::default(), Gate::default());
    let (said, shut) = (log.clone(), gate.clone());
    let say = Runnable::new(move |number: u64| {
        shut.pass();
        said.say(number.to_string());
        Ok::<_, String>(())
    });
    bus.register("say", say).unwrap().keep();
    (bus, log, gate)
}

#[test]
fn a_call_that_no_task_more_makes_is_accepted_where_another_makes_it_and_refused_where_none_does() {
    let (bus, log, gate) = saying(1);
    bus.invoke_nowait("say", 1_u64).unwrap();
    gate.met();
    bus.invoke_nowait("say", 2_u64).unwrap();
    gate.open();
    bus.flush_blocking().unwrap();
    assert_eq!(log.take(), ["1", "2"]);
    let (runtime, notebook) = runtime();
    let error = runtime.scope(|| bus.invoke_nowait("say", 3_u64).unwrap_err());
    assert!(matches!(error, InvokeError::NotRun { .. }), "{error}");
    let error = runtime.scope(|| bus.publish_nowait("a", ()).unwrap_err());
    assert!(matches!(error, PublishError::NotRun(_)), "{error}");
    bus.flush_blocking().unwrap();
    assert!(log.take().is_empty());
    // Refused, and neither cancelled nor lost.
    let outcomes = notebook.of_kind("outcome").into_iter();
    let outcomes: Vec<Value> = outcomes
        .map(|one| one["outcome"]["status"].clone())
        .collect();
    assert_eq!(outcomes, ["refused", "refused"]);
    assert!(notebook.of_kind("loss").is_empty());
}

#[test]
fn an_event_for_which_no_task_more_is_there_is_handled_by_another_and_no_dead_letter() {
    let bus = Bus::with_executor(Few::new(1));
    let letters = dead_letters(&bus);
    let gate = Gate::default();
    let shut = gate.clone();
    let subscription = bus
        .subscription("a")
        .concurrency(2)
        .handle(move |_| shut.pass())
        .unwrap();
    now(bus.publish("a", 1)).unwrap();
    gate.met();
    now(bus.publish("a", 2)).unwrap();
    gate.open();
    bus.flush_blocking().unwrap();
    let stats = subscription.stats();
    assert_eq!((stats.handled, stats.failed, stats.dropped), (2, 0, 0));
    assert!(letters.lock().unwrap().is_empty());
}

/// A payload that panics when it goes, unless something panics already.
#[derive(Serialize)]
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        assert!(std::thread::panicking(), "on purpose");
    }
}

#[test]
fn a_payload_that_panics_when_it_goes_takes_nothing_along_that_waits_behind_it() {
    for nowait in [false, true] {
        let (runtime, notebook) = runtime();
        let (bus, log, gate) = (Bus::new(), Log::default(), Gate::default());
        let (said, shut) = (log.clone(), gate.clone());
        let subscription = bus.subscription("a.*");
        let subscription = if nowait {
            subscription
        } else {
            subscription.concurrency(1)
        };
        let handler = move |event: &DomainEvent| {
            shut.pass();
            said.say(event.name());
        };
        subscription.handle(handler).unwrap().keep();
        runtime.scope(|| {
            for name in ["a.1", "a.2", "a.3"] {
                let _event = if nowait {
                    bus.publish_nowait(name, Bomb).unwrap()
                } else {
                    now(bus.publish(name, Bomb)).unwrap()
                };
            }
        });
        gate.open();
        bus.flush_blocking().unwrap();
        assert_eq!(log.take(), ["a.1", "a.2", "a.3"], "nowait: {nowait}");
        assert!(notebook.of_kind("loss").is_empty());
        bus.publish_nowait("a.4", ()).unwrap();
        bus.flush_blocking().unwrap();
        assert_eq!(log.take(), ["a.4"]);
    }
}

/// The dead letters of a bus, as they come.
fn letters(bus: &Bus) -> Receiver<Value> {
    let (sent, letters) = channel();
    let handler = move |letter: &DomainEvent| sent.send(letter.json().unwrap().clone()).unwrap();
    bus.subscribe(DEAD_LETTER, handler).unwrap().keep();
    letters
}

#[test]
fn what_a_full_queue_drops_is_a_dead_letter() {
    for (overflow, dropped) in [(Overflow::DropNewest, "a.2"), (Overflow::DropOldest, "a.1")] {
        let (runtime, notebook) = runtime();
        let (bus, gate) = (Bus::new(), Gate::default());
        let letters = letters(&bus);
        let shut = gate.clone();
        bus.subscription("a.*")
            .queue(Queue::bounded(1).overflow(overflow))
            .handle(move |_| shut.pass())
            .unwrap()
            .keep();
        runtime.scope(|| {
            now(bus.publish("a.0", 0)).unwrap();
            gate.met();
            for number in 1..=2 {
                now(bus.publish(&format!("a.{number}"), number)).unwrap();
            }
        });
        let letter = letters.recv().unwrap();
        assert_eq!(letter["target"], dropped);
        assert_eq!(letter["reason"], "handler_error");
        assert_eq!(letter["error"], "its queue `a.*` of `host` was full");
        gate.open();
        bus.flush_blocking().unwrap();
        assert!(letters.try_recv().is_err());
        let records = notebook.of_kind("event").into_iter();
        let mut records = records.filter(|event| event["name"] == DEAD_LETTER);
        assert_eq!(records.next().unwrap()["data"]["target"], dropped);
        assert!(records.next().is_none());
    }
    // The bus's own queue too.
    let queue = Queue::bounded(1).overflow(Overflow::DropOldest);
    let bus = Bus::builder().queue(queue).build();
    let (letters, gate) = (letters(&bus), Gate::default());
    let shut = gate.clone();
    bus.subscribe("a", move |_| shut.pass()).unwrap().keep();
    bus.publish_nowait("a", 0).unwrap();
    gate.met();
    bus.publish_nowait("a", 1).unwrap();
    bus.publish_nowait("a", 2).unwrap();
    assert_eq!(letters.recv().unwrap()["params"], 1);
    gate.open();
}

/// Drops the tasks of a queue, and runs others.
struct Forgetful(Threads, AtomicUsize);

impl Executor for Forgetful {
    fn spawn(&self, task: Task) -> Result<(), SpawnError> {
        if self.1.fetch_add(1, Ordering::SeqCst) == 0 {
            drop(task);
            return Ok(());
        }
        self.0.spawn(task)
    }

    fn sleep(&self, duration: std::time::Duration) -> Option<Task> {
        self.0.sleep(duration)
    }
}

#[test]
fn what_goes_with_its_task_is_a_dead_letter() {
    let (runtime, notebook) = runtime();
    let bus = Bus::with_executor(Forgetful(Threads::default(), AtomicUsize::new(0)));
    let letters = letters(&bus);
    let subscription = bus.subscription("a").concurrency(1).handle(|_| ()).unwrap();
    runtime.scope(|| now(bus.publish("a", 7)).unwrap());
    let letter = letters.recv().unwrap();
    assert_eq!(
        (&letter["target"], &letter["params"]),
        (&json!("a"), &json!(7))
    );
    let stats = subscription.stats();
    assert_eq!((stats.dropped, stats.handled), (1, 0));
    assert_eq!(notebook.of_kind("loss").len(), 1);
    let records = notebook.of_kind("event");
    let record = records.iter().find(|event| event["name"] == DEAD_LETTER);
    assert_eq!(record.unwrap()["data"]["handler"], "host");
}

#[test]
fn whoever_wants_dead_letters_gets_those_of_calls_that_were_accepted_before_he_came() {
    let bus = Bus::builder().concurrency(1).build();
    let gate = Gate::default();
    let shut = gate.clone();
    let failing = Runnable::new(move |_: u64| {
        shut.pass();
        Err::<(), _>("no")
    });
    bus.register("failing", failing).unwrap().keep();
    let gone = bus
        .register("gone", Runnable::new(|_: u64| Ok::<_, String>(())))
        .unwrap();
    bus.invoke_nowait("failing", 1_u64).unwrap();
    gate.met();
    bus.invoke_nowait("gone", 2_u64).unwrap();
    bus.invoke_nowait("failing", 3_u64).unwrap();
    let letters = dead_letters(&bus);
    drop(gone);
    gate.open();
    bus.flush_blocking().unwrap();
    let letters = letters.lock().unwrap();
    let said: Vec<[&Value; 3]> = letters
        .iter()
        .map(|letter| ["target", "params", "reason"].map(|key| &letter[key]))
        .collect();
    let expected = json!([
        // It was the handler's already.
        ["failing", null, "handler_error"],
        ["gone", 2, "no_handler"],
        ["failing", 3, "handler_error"],
    ]);
    assert_eq!(json!(said), expected);
}

#[test]
fn what_waits_in_a_queue_is_handled_in_what_was_around_the_publication_and_not_the_handler_before()
{
    let (bus, log) = (Bus::new(), Log::default());
    bus.subscribe("a", |_| ()).unwrap().keep();
    let said = log.clone();
    bus.subscription("a")
        .queue(Queue::default())
        .handle(move |_| said.say(format!("{:?}", Gateway::circumstances().cause)))
        .unwrap()
        .keep();
    now(bus.publish("a", ())).unwrap();
    bus.flush_blocking().unwrap();
    assert_eq!(log.take(), ["None"]);
}
