//! Subscriptions with a queue of their own: who waits, what is dropped, and what is told of it.

use std::future::poll_fn;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::thread;

use audit_core::bus::{
    Bus, DomainEvent, Overflow, Publication, PublishError, Queue, SubscriptionStats,
};
use audit_core::{Action, Actor, Executor, Scope, SpawnError, Task, Threads};
use serde_json::json;

use crate::support::{Gate, Log, Notebook, dead_letters, now, runtime, yield_now};

/// How a subscription does: handled, failed, dropped, waiting.
fn counts(stats: SubscriptionStats) -> (u64, u64, u64, usize) {
    (stats.handled, stats.failed, stats.dropped, stats.waiting)
}

#[test]
fn a_publisher_goes_on_at_once_and_its_events_are_handled_in_order() {
    let (bus, log, gate) = (Bus::new(), Log::default(), Gate::default());
    let subscription = bus
        .subscription("a.*")
        .queue(Queue::bounded(100))
        .handle(gate.then_name(&log))
        .unwrap();
    for number in 0..100 {
        bus.publish_blocking(&format!("a.{number}"), ()).unwrap();
    }
    assert_eq!(log.take(), [""; 0]);
    gate.open();
    bus.flush_blocking().unwrap();
    let expected: Vec<String> = (0..100).map(|number| format!("a.{number}")).collect();
    assert_eq!(log.take(), expected);
    assert_eq!(counts(subscription.stats()), (100, 0, 0, 0));
}

#[test]
fn as_many_are_handled_at_once_as_was_asked_for_and_no_more() {
    let (bus, at_once) = (
        Bus::new(),
        Arc::new((AtomicUsize::new(0), AtomicUsize::new(0))),
    );
    let counted = Arc::clone(&at_once);
    // Nobody goes on before three are there.
    let handler = move |_: DomainEvent| {
        let counted = Arc::clone(&counted);
        async move {
            let here = counted.0.fetch_add(1, Ordering::SeqCst) + 1;
            counted.1.fetch_max(here, Ordering::SeqCst);
            poll_fn(|context| {
                if counted.1.load(Ordering::SeqCst) >= 3 {
                    return Poll::Ready(());
                }
                context.waker().wake_by_ref();
                Poll::Pending
            })
            .await;
            yield_now().await;
            counted.0.fetch_sub(1, Ordering::SeqCst);
        }
    };
    let subscription = bus
        .subscription("a")
        .concurrency(3)
        .handle_async(handler)
        .unwrap();
    for _ in 0..50 {
        bus.publish_blocking("a", ()).unwrap();
    }
    now_or_on_a_thread(&bus);
    assert_eq!(at_once.1.load(Ordering::SeqCst), 3);
    assert_eq!(subscription.stats().handled, 50);
}

fn now_or_on_a_thread(bus: &Bus) {
    thread::scope(|threads| {
        threads.spawn(|| bus.flush_blocking().unwrap());
    });
}

#[test]
fn a_publisher_waits_for_room_where_that_is_the_rule_and_nothing_is_dropped() {
    let (bus, gate) = (Bus::new(), Gate::default());
    let shut = gate.clone();
    let subscription = bus
        .subscription("a")
        .queue(Queue::bounded(2))
        .handle(move |_| shut.pass())
        .unwrap();
    bus.publish_blocking("a", 0).unwrap();
    gate.met();
    for number in 1..=2 {
        bus.publish_blocking("a", number).unwrap();
    }
    let mut third = Box::pin(bus.publish("a", 3));
    assert!(now(poll_once(third.as_mut())).is_none());
    // Whoever gives up waiting is not told of.
    let mut given_up = Box::pin(bus.publish("a", 4));
    assert!(now(poll_once(given_up.as_mut())).is_none());
    assert_eq!(subscription.stats().waiting, 4);
    drop(given_up);
    gate.open();
    let done = thread::scope(|threads| threads.spawn(|| block_on(third)).join().unwrap());
    done.unwrap();
    bus.flush_blocking().unwrap();
    assert_eq!(counts(subscription.stats()), (4, 0, 0, 0));
}

async fn poll_once<F: Future + Unpin>(mut future: F) -> Option<F::Output> {
    poll_fn(
        |context| match std::pin::Pin::new(&mut future).poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending => Poll::Ready(None),
        },
    )
    .await
}

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(future)
}

/// Fills a queue of two behind a handler that is at work, with three more than fit; then lets all be handled.
fn overflow(overflow: Overflow) -> (Vec<String>, SubscriptionStats, Notebook) {
    let (runtime, notebook) = runtime();
    let (bus, log, gate) = (Bus::new(), Log::default(), Gate::default());
    let subscription = bus
        .subscription("a.*")
        .queue(Queue::bounded(2).overflow(overflow))
        .handle(gate.then_name(&log))
        .unwrap();
    let acting = Scope::new().actor(Actor::new("alice")).runtime(runtime);
    acting.run(|| {
        bus.publish_blocking("a.0", ()).unwrap();
        gate.met();
        for number in 1..=5 {
            bus.publish_blocking(&format!("a.{number}"), ()).unwrap();
        }
    });
    gate.open();
    bus.flush_blocking().unwrap();
    let stats = subscription.stats();
    block_on(subscription.end());
    (log.take(), stats, notebook)
}

#[test]
fn what_comes_last_is_dropped_where_that_is_the_rule_and_the_loss_is_told_of_in_sum() {
    let (handled, stats, notebook) = overflow(Overflow::DropNewest);
    assert_eq!(handled, ["a.0", "a.1", "a.2"]);
    assert_eq!(counts(stats), (3, 0, 3, 0));
    let losses = notebook.of_kind("loss");
    let count: u64 = losses
        .iter()
        .map(|loss| loss["data"]["count"].as_u64().unwrap())
        .sum();
    // One when as many are lost as the queue holds, one when it is empty.
    assert_eq!((losses.len(), count), (2, 3), "{losses:?}");
    let data = &losses[0]["data"];
    assert_eq!(data["why"], "queue_full");
    assert_eq!(data["queue"], "subscription");
    assert_eq!(
        (&data["subscriber"], &data["pattern"]),
        (&json!("host"), &json!("a.*"))
    );
    assert!(data["from"].as_str() <= data["to"].as_str());
    assert_eq!(losses[0]["component"], "host");
    // Nobody lost them on purpose.
    assert!(losses.iter().all(|loss| loss["actor"].is_null()));
}

#[test]
fn what_has_waited_longest_is_dropped_where_that_is_the_rule() {
    let (handled, stats, notebook) = overflow(Overflow::DropOldest);
    assert_eq!(handled, ["a.0", "a.4", "a.5"]);
    assert_eq!(counts(stats), (3, 0, 3, 0));
    assert!(!notebook.of_kind("loss").is_empty());
}

#[test]
fn a_handler_behind_a_queue_acts_as_whoever_published_and_because_of_the_event() {
    let (runtime, notebook) = runtime();
    let bus = Bus::new();
    let log = Log::default();
    let said = log.clone();
    let handler = move |_: DomainEvent| {
        let said = said.clone();
        async move {
            yield_now().await;
            let _allowed = audit_core::runtime()
                .unwrap()
                .allow(&Action::new("refund").with("amount", 1));
            said.say(audit_core::bus::current().unwrap().caller());
            said.say(Scope::current().actor_id().unwrap_or_default());
            Err::<(), _>("not today")
        }
    };
    bus.subscription("a")
        .queue(Queue::default())
        .handle_async(handler)
        .unwrap()
        .keep();
    let letters = dead_letters(&bus);
    let acting = Scope::new()
        .actor(Actor::new("alice"))
        .tenant("acme")
        .unwrap()
        .runtime(runtime);
    acting.run(|| bus.publish_blocking("a", json!({"n": 1})).unwrap());
    bus.flush_blocking().unwrap();
    assert_eq!(log.take(), ["host", "alice"], "{letters:?}");
    let decision = notebook.of_kind("decision").remove(0);
    let event = notebook.of_kind("event").remove(0);
    assert_eq!(decision["cause"], event["id"]);
    assert_eq!(decision["actor"]["id"], "alice");
    assert_eq!(decision["tenant"], "acme");
    let expected = json!({
        "target": "a", "params": {"n": 1}, "reason": "handler_error", "error": "not today",
    });
    assert_eq!(letters.lock().unwrap()[..], [expected]);
}

#[test]
fn only_what_the_filter_lets_through_is_handled_and_a_filter_that_panics_is_a_dead_letter() {
    let (bus, log) = (Bus::new(), Log::default());
    let letters = dead_letters(&bus);
    for queue in [None, Some(Queue::bounded(8))] {
        let said = log.clone();
        let filter = |event: &DomainEvent| match event.payload().get::<u64>() {
            Some(number) => number % 2 == 0,
            None => panic!("no number"),
        };
        let subscription = bus.subscription("a").filter(filter);
        let subscription = match queue {
            None => subscription,
            Some(queue) => subscription.queue(queue),
        };
        let subscription = subscription
            .handle(move |event| said.say(event.payload().get::<u64>().unwrap().to_string()))
            .unwrap();
        for number in 0..4_u64 {
            bus.publish_blocking("a", number).unwrap();
        }
        bus.publish_blocking("a", "text").unwrap();
        bus.flush_blocking().unwrap();
        assert_eq!(log.take(), ["0", "2"]);
        let letter = letters.lock().unwrap().pop().unwrap();
        assert_eq!(letter["error"], "the filter panicked: no number");
        assert_eq!(letter["reason"], "handler_error");
        assert_eq!(
            (subscription.stats().handled, subscription.stats().failed),
            (2, 1)
        );
    }
}

#[test]
fn a_subscription_that_ends_has_its_queue_emptied_first_and_one_that_is_dropped_says_what_it_lost()
{
    let (runtime, notebook) = runtime();
    let (bus, log) = (Bus::new(), Log::default());
    let (sent, letters) = channel();
    bus.subscribe(audit_core::bus::DEAD_LETTER, move |letter| {
        sent.send(letter.payload().json().unwrap().clone()).unwrap();
    })
    .unwrap()
    .keep();
    for ends in [true, false] {
        let gate = Gate::default();
        let subscription = bus
            .subscription("a.*")
            .queue(Queue::bounded(8))
            .handle(gate.then_name(&log))
            .unwrap();
        runtime.scope(|| {
            for number in 0..4 {
                bus.publish_blocking(&format!("a.{number}"), ()).unwrap();
            }
        });
        gate.met();
        if ends {
            gate.open();
            block_on(subscription.end());
            assert_eq!(log.take(), ["a.0", "a.1", "a.2", "a.3"]);
            assert!(notebook.of_kind("loss").is_empty());
        } else {
            drop(subscription);
            gate.open();
            let targets: Vec<_> = (1..4)
                .map(|_| letters.recv().unwrap()["target"].clone())
                .collect();
            assert_eq!(targets, ["a.1", "a.2", "a.3"]);
            bus.flush_blocking().unwrap();
            // What was under way went on.
            assert_eq!(log.take(), ["a.0"]);
            let losses = notebook.of_kind("loss");
            assert_eq!(losses.len(), 1);
            assert_eq!(losses[0]["data"]["why"], "subscription_dropped");
            assert_eq!(losses[0]["data"]["count"], 3);
        }
        bus.publish_blocking("a.late", ()).unwrap();
        bus.flush_blocking().unwrap();
        assert!(log.take().is_empty());
    }
}

#[test]
fn a_handler_that_would_wait_for_room_that_only_it_can_make_is_told_so() {
    let (bus, gate) = (Arc::new(Bus::new()), Gate::default());
    let letters = dead_letters(&bus);
    let (inner, shut) = (Arc::downgrade(&bus), gate.clone());
    let handler = move |event: DomainEvent| {
        shut.pass();
        let bus = inner.upgrade().unwrap();
        async move {
            if event.payload().get::<u64>() == Some(&0) {
                bus.publish("a", 9_u64).await.unwrap();
            }
        }
    };
    let subscription = bus
        .subscription("a")
        .queue(Queue::bounded(1))
        .handle_async(handler)
        .unwrap();
    bus.publish_blocking("a", 0_u64).unwrap();
    gate.met();
    bus.publish_blocking("a", 1_u64).unwrap();
    gate.open();
    bus.flush_blocking().unwrap();
    assert_eq!(counts(subscription.stats()), (2, 1, 1, 0));
    let letters = letters.lock().unwrap();
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0]["params"], 9);
    let error = letters[0]["error"].as_str().unwrap();
    assert!(error.contains("would never end"), "{error}");
}

#[test]
fn two_handlers_that_fill_each_others_queues_do_not_wait_for_ever() {
    let bus = Arc::new(Bus::new());
    let letters = dead_letters(&bus);
    for (topic, other) in [("a", "b"), ("b", "a")] {
        let inner = Arc::downgrade(&bus);
        let handler = move |event: DomainEvent| {
            let bus = inner.upgrade().unwrap();
            async move {
                let left = *event.payload().get::<u64>().unwrap();
                for _ in 0..left {
                    bus.publish(other, left - 1).await.unwrap();
                }
            }
        };
        bus.subscription(topic)
            .queue(Queue::bounded(1))
            .handle_async(handler)
            .unwrap()
            .keep();
    }
    bus.publish_blocking("a", 6_u64).unwrap();
    bus.publish_blocking("b", 6_u64).unwrap();
    let closed = bus.close_blocking(std::time::Duration::from_mins(1));
    closed.unwrap();
    let letters = letters.lock().unwrap();
    assert!(
        letters
            .iter()
            .all(|letter| letter["error"].as_str().unwrap().contains("never end"))
    );
}

#[test]
fn a_handler_that_publishes_to_its_own_queue_without_end_is_stopped() {
    let bus = Arc::new(Bus::new());
    let letters = dead_letters(&bus);
    let inner = Arc::downgrade(&bus);
    let handler = move |_: DomainEvent| {
        let bus = inner.upgrade().unwrap();
        async move { bus.publish("a", ()).await.map(drop) }
    };
    let subscription = bus
        .subscription("a")
        .queue(Queue::bounded(4))
        .handle_async(handler)
        .unwrap();
    bus.publish_blocking("a", ()).unwrap();
    bus.close_blocking(std::time::Duration::from_mins(1))
        .unwrap();
    assert_eq!(subscription.stats().handled, 64);
    let letters = letters.lock().unwrap();
    assert_eq!(letters.len(), 1);
    let deep = PublishError::TooDeep { most: 64 };
    assert_eq!(letters[0]["error"], deep.to_string());
}

#[test]
fn what_waits_is_done_though_the_bus_is_gone() {
    let (log, gate) = (Log::default(), Gate::default());
    let bus = Bus::new();
    let letters = dead_letters(&bus);
    let (said, shut) = (log.clone(), gate.clone());
    let (done, last) = channel();
    bus.subscription("a.*")
        .queue(Queue::bounded(8))
        .handle(move |event| {
            shut.pass();
            said.say(event.name());
            if event.name() == "a.3" {
                done.send(()).unwrap();
            }
            Err::<(), _>("no")
        })
        .unwrap()
        .keep();
    for number in 0..4 {
        bus.publish_blocking(&format!("a.{number}"), ()).unwrap();
    }
    drop(bus);
    gate.open();
    last.recv().unwrap();
    assert_eq!(log.take(), ["a.0", "a.1", "a.2", "a.3"]);
    assert!(letters.lock().unwrap().len() >= 3);
}

/// Takes tasks, and drops them.
struct Dropping(Threads);

impl Executor for Dropping {
    fn spawn(&self, task: Task) -> Result<(), SpawnError> {
        drop(task);
        Ok(())
    }

    fn sleep(&self, duration: std::time::Duration) -> Option<Task> {
        self.0.sleep(duration)
    }
}

/// Takes no tasks.
struct Refusing;

impl Executor for Refusing {
    fn spawn(&self, _: Task) -> Result<(), SpawnError> {
        Err(SpawnError::new("on purpose"))
    }

    fn sleep(&self, _: std::time::Duration) -> Option<Task> {
        None
    }
}

#[test]
fn what_its_executor_does_not_run_is_counted_and_told_of() {
    let (runtime, notebook) = runtime();
    let dropping = Bus::with_executor(Dropping(Threads::default()));
    let refusing = Bus::with_executor(Refusing);
    for (bus, letters_expected) in [(dropping, 0), (refusing, 1)] {
        let letters = dead_letters(&bus);
        let subscription = bus.subscription("a").concurrency(1).handle(|_| ()).unwrap();
        runtime.scope(|| now(bus.publish("a", ())).unwrap());
        assert_eq!(subscription.stats().dropped, 1);
        assert_eq!(letters.lock().unwrap().len(), letters_expected);
        let loss = notebook.of_kind("loss").pop().unwrap();
        assert_eq!(loss["data"]["why"], "task_dropped");
        assert_eq!(loss["data"]["count"], 1);
    }
}

#[test]
fn what_is_known_of_a_subscription_is_listed() {
    let bus = Bus::new();
    bus.subscription("b")
        .description("keeps the books")
        .queue(Queue::bounded(7).overflow(Overflow::DropOldest))
        .concurrency(2)
        .schema("b/v2")
        .handle(|_| ())
        .unwrap()
        .keep();
    bus.subscribe("a", |_| ()).unwrap().keep();
    let subscriptions = bus.subscriptions();
    let [(plain, _), (queued, stats)] = &subscriptions[..] else {
        panic!("{subscriptions:?}")
    };
    assert_eq!((&*plain.pattern, plain.queue), ("a", None));
    assert_eq!(queued.description, "keeps the books");
    assert_eq!(queued.queue.map(|queue| queue.most()), Some(7));
    assert_eq!(
        (queued.concurrency, queued.schema.as_deref()),
        (2, Some("b/v2"))
    );
    assert_eq!(&*queued.subscriber, "host");
    assert_eq!(*stats, SubscriptionStats::default());
    let shown = format!("{:?}", bus.event("b", 1));
    assert!(shown.contains("Publication"), "{shown}");
    let _: Publication<'_> = bus.event("b", 1);
}

#[test]
fn many_publishers_and_slow_handlers_lose_nothing() {
    let bus = Bus::new();
    let handled = Arc::new(Mutex::new(vec![Vec::new(); 4]));
    let seen = Arc::clone(&handled);
    let subscription = bus
        .subscription("a")
        .queue(Queue::bounded(3))
        .handle(move |event| {
            let (publisher, number) = *event.payload().get::<(usize, u64)>().unwrap();
            seen.lock().unwrap()[publisher].push(number);
        })
        .unwrap();
    thread::scope(|threads| {
        for publisher in 0..4_usize {
            let bus = &bus;
            threads.spawn(move || {
                for number in 0..500_u64 {
                    bus.publish_blocking("a", (publisher, number)).unwrap();
                }
            });
        }
    });
    bus.flush_blocking().unwrap();
    assert_eq!(counts(subscription.stats()), (2_000, 0, 0, 0));
    let handled = handled.lock().unwrap();
    assert!(
        handled
            .iter()
            .all(|of_one| of_one.iter().copied().eq(0..500))
    );
}

#[test]
fn a_handler_whom_nobody_can_wake_any_more_is_counted_as_lost_and_keeps_nobody_waiting() {
    let (runtime, notebook) = runtime();
    let bus = Bus::new();
    let handler = |_: DomainEvent| std::future::pending::<()>();
    let subscription = bus
        .subscription("a")
        .queue(Queue::bounded(8))
        .handle_async(handler)
        .unwrap();
    runtime.scope(|| bus.publish_blocking("a", ()).unwrap());
    bus.flush_blocking().unwrap();
    assert_eq!(counts(subscription.stats()), (0, 0, 1, 0));
    let losses = notebook.of_kind("loss");
    assert_eq!(losses[0]["data"]["why"], "task_dropped");
}
