//! A bus that is flushed and closed.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use audit_core::bus::{
    Bus, CloseError, DEAD_LETTER, DomainEvent, FlushError, InvokeError, PublishError, Queue,
    Runnable,
};
use audit_core::{Executor, SpawnError, Task};

use crate::support::{Gate, Log, dead_letters, now, runtime};

const LONG: Duration = Duration::from_mins(1);

#[test]
fn a_closed_bus_has_done_all_it_accepted_and_takes_nothing_more() {
    let (bus, log, gate) = (Bus::new(), Log::default(), Gate::default());
    let subscription = bus
        .subscription("a.*")
        .queue(Queue::bounded(100))
        .handle(gate.then_name(&log))
        .unwrap();
    let said = log.clone();
    let runnable = Runnable::new(move |(): ()| {
        said.say("called");
        Ok::<_, String>(())
    });
    bus.register("call", runnable).unwrap().keep();
    for number in 0..50 {
        bus.publish_nowait(&format!("a.{number}"), ()).unwrap();
    }
    bus.invoke_nowait("call", ()).unwrap();
    gate.open();
    bus.close_blocking(LONG).unwrap();
    assert_eq!(log.take().len(), 51);
    assert_eq!(subscription.stats().handled, 50);
    let closed = PublishError::Closed;
    assert_eq!(now(bus.publish("a.late", ())).unwrap_err(), closed);
    assert_eq!(bus.publish_nowait("a.late", ()).unwrap_err(), closed);
    assert_eq!(closed.to_string(), "the bus is closed");
    assert!(matches!(
        now(bus.invoke::<_, ()>("call", ())),
        Err(InvokeError::Closed)
    ));
    assert!(matches!(
        bus.invoke_nowait("call", ()),
        Err(InvokeError::Closed)
    ));
    assert!(log.take().is_empty());
    // Once more changes nothing.
    bus.close_blocking(LONG).unwrap();
}

#[test]
fn while_it_closes_handlers_do_what_they_have_to_and_nobody_else_begins() {
    let (bus, log, gate) = (Arc::new(Bus::new()), Log::default(), Gate::default());
    let said = log.clone();
    let runnable = Runnable::new(move |name: String| {
        said.say(name);
        Ok::<_, String>(())
    });
    bus.register("say", runnable).unwrap().keep();
    let (inner, shut) = (Arc::downgrade(&bus), gate.clone());
    let handler = move |_: DomainEvent| {
        shut.pass();
        let bus = inner.upgrade().unwrap();
        async move {
            bus.invoke::<_, ()>("say", "awaited".to_owned())
                .await
                .unwrap();
            bus.invoke_nowait("say", "not awaited".to_owned()).unwrap();
            bus.publish_nowait("b", ()).unwrap();
        }
    };
    bus.subscription("a")
        .queue(Queue::default())
        .handle_async(handler)
        .unwrap()
        .keep();
    let said = log.clone();
    bus.subscription("b")
        .queue(Queue::default())
        .handle(move |_| said.say("led to"))
        .unwrap()
        .keep();
    bus.publish_blocking("a", ()).unwrap();
    gate.met();
    let mut closing = Box::pin(bus.close(LONG));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(closing.as_mut().poll(&mut context).is_pending());
    assert_eq!(now(bus.publish("a", ())).unwrap_err(), PublishError::Closed);
    gate.open();
    drop(closing);
    bus.close_blocking(LONG).unwrap();
    let mut said = log.take();
    said.sort_unstable();
    assert_eq!(said, ["awaited", "led to", "not awaited"]);
}

#[test]
fn what_is_not_done_by_the_deadline_is_named_counted_and_mourned() {
    let (runtime, notebook) = runtime();
    let (bus, gate) = (Bus::new(), Gate::default());
    let letters = dead_letters(&bus);
    let shut = gate.clone();
    let subscription = bus
        .subscription("a.*")
        .queue(Queue::bounded(8))
        .handle(move |_| shut.pass())
        .unwrap();
    runtime.scope(|| {
        for number in 0..3 {
            bus.publish_blocking(&format!("a.{number}"), number)
                .unwrap();
        }
    });
    gate.met();
    let error = bus.close_blocking(Duration::from_millis(20)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the bus was closed after 20ms with 2 waiting and 1 at work, in `a.*` of `host`"
    );
    let CloseError::Unfinished { queues, .. } = error else {
        panic!("{error}")
    };
    assert_eq!((queues[0].waiting, queues[0].at_work), (2, 1));
    let letters = letters.lock().unwrap();
    let letters: Vec<_> = letters
        .iter()
        .map(|letter| {
            (
                letter["target"].as_str().unwrap(),
                letter["error"].as_str().unwrap(),
            )
        })
        .collect();
    let waited = "the bus was closed after 20ms while it waited in `a.*` of `host`";
    let at_work = "the bus was closed after 20ms while it was at work in `a.*` of `host`";
    assert_eq!(
        letters,
        [("a.1", waited), ("a.2", waited), ("a.0", at_work)]
    );
    let losses = notebook.of_kind("loss");
    assert_eq!(losses.len(), 1);
    assert_eq!(losses[0]["data"]["why"], "bus_closed");
    assert_eq!(losses[0]["data"]["count"], 2);
    assert_eq!(subscription.stats().dropped, 2);
    gate.open();
}

#[test]
fn those_who_want_dead_letters_get_the_last_ones_through_their_queue() {
    let (bus, gate) = (Bus::new(), Gate::default());
    let (sent, letters) = channel();
    bus.subscription(DEAD_LETTER)
        .queue(Queue::bounded(8))
        .handle(move |letter| {
            let reason = letter.payload().json().unwrap()["reason"].clone();
            sent.send(reason).unwrap();
        })
        .unwrap()
        .keep();
    let shut = gate.clone();
    bus.subscribe("a", move |_| shut.pass()).unwrap().keep();
    bus.publish_nowait("a", ()).unwrap();
    gate.met();
    bus.publish_nowait("a", ()).unwrap();
    let error = bus.close_blocking(Duration::from_millis(20)).unwrap_err();
    assert!(
        error.to_string().ends_with("in `publish_nowait`"),
        "{error}"
    );
    assert!(letters.try_iter().eq(["timeout", "timeout"]));
    gate.open();
}

#[test]
fn work_that_would_be_waited_for_can_neither_flush_nor_close() {
    let (bus, log) = (Arc::new(Bus::new()), Log::default());
    let (inner, said) = (Arc::downgrade(&bus), log.clone());
    let handler = move |_: DomainEvent| {
        let (bus, said) = (inner.upgrade().unwrap(), said.clone());
        async move {
            said.say(bus.flush().await.unwrap_err().to_string());
            said.say(bus.close(LONG).await.unwrap_err().to_string());
            said.say(bus.flush_blocking().unwrap_err().to_string());
            said.say(bus.close_blocking(LONG).unwrap_err().to_string());
        }
    };
    bus.subscribe_async("a", handler).unwrap().keep();
    bus.publish_nowait("a", ()).unwrap();
    bus.flush_blocking().unwrap();
    let expected = [
        FlushError::Within.to_string(),
        CloseError::Within.to_string(),
        FlushError::InTask.to_string(),
        CloseError::InTask.to_string(),
    ];
    assert_eq!(log.take(), expected);
    // Nothing came of it.
    bus.publish_blocking("b", ()).unwrap();
}

/// Runs tasks at once and has no timer.
struct Untimed;

impl Executor for Untimed {
    fn spawn(&self, task: Task) -> Result<(), SpawnError> {
        now(task);
        Ok(())
    }

    fn sleep(&self, _: Duration) -> Option<Task> {
        None
    }
}

#[test]
fn a_deadline_that_nobody_can_keep_is_refused_before_anything_is_closed() {
    let bus = Bus::with_executor(Untimed);
    let log = Log::default();
    let said = log.clone();
    bus.subscribe("a", move |_| said.say("told"))
        .unwrap()
        .keep();
    assert_eq!(bus.close_blocking(LONG).unwrap_err(), CloseError::NoTimer);
    bus.publish_nowait("a", ()).unwrap();
    bus.flush_blocking().unwrap();
    assert_eq!(log.take(), ["told"]);
}

#[test]
fn what_was_published_without_waiting_is_done_though_the_bus_is_gone() {
    let (bus, gate) = (Bus::new(), Gate::default());
    let (done, last) = channel();
    let shut = gate.clone();
    bus.subscribe("a", move |event| {
        shut.pass();
        done.send(*event.payload().get::<i32>().unwrap()).unwrap();
    })
    .unwrap()
    .keep();
    for number in 0..10 {
        bus.publish_nowait("a", number).unwrap();
    }
    drop(bus);
    gate.open();
    assert!(last.iter().take(10).eq(0..10));
}

/// Keeps its tasks without running them. Its time passes when a test says so.
#[derive(Clone, Default)]
struct Still(Arc<(AtomicU32, Mutex<Vec<Task>>)>);

impl Still {
    fn pass(&self) {
        self.0.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Executor for Still {
    fn spawn(&self, task: Task) -> Result<(), SpawnError> {
        self.0.1.lock().unwrap().push(task);
        Ok(())
    }

    fn sleep(&self, _: Duration) -> Option<Task> {
        let still = self.clone();
        let now = move || still.0.0.load(Ordering::Relaxed);
        let began = now();
        Some(Box::pin(std::future::poll_fn(move |_| {
            if now() == began {
                std::task::Poll::Pending
            } else {
                std::task::Poll::Ready(())
            }
        })))
    }
}

#[test]
fn whoever_closes_it_behind_one_who_gave_up_finishes_what_that_one_left() {
    let still = Still::default();
    let bus = Bus::with_executor(still.clone());
    for topic in ["a", DEAD_LETTER] {
        let subscription = bus.subscription(topic).queue(Queue::bounded(8));
        subscription.handle(|_| {}).unwrap().keep();
    }
    bus.publish_blocking("a", ()).unwrap();
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let mut first = Box::pin(bus.close(LONG));
    assert!(first.as_mut().poll(&mut context).is_pending());
    // It is closed from here on, and the letter of what is given up waits in its queue.
    still.pass();
    assert!(first.as_mut().poll(&mut context).is_pending());
    let mut second = Box::pin(bus.close(LONG));
    assert!(second.as_mut().poll(&mut context).is_pending());
    drop(first);
    still.pass();
    assert!(second.as_mut().poll(&mut context).is_pending());
    still.pass();
    let std::task::Poll::Ready(Err(error)) = second.as_mut().poll(&mut context) else {
        panic!("it is closed with a letter that nobody was told of");
    };
    let letters =
        "the bus was closed after 60s with 1 waiting and 0 at work, in `__dead_letter__` of `host`";
    assert_eq!(error.to_string(), letters);
    drop(second);
    // Now there is nothing left.
    let mut third = Box::pin(bus.close(LONG));
    assert_eq!(
        third.as_mut().poll(&mut context),
        std::task::Poll::Ready(Ok(()))
    );
}

#[test]
fn what_is_at_work_is_one_dead_letter_however_often_it_is_closed() {
    let (bus, gate) = (Bus::new(), Gate::default());
    let letters = dead_letters(&bus);
    let shut = gate.clone();
    let subscription = bus.subscription("a").queue(Queue::bounded(8));
    subscription.handle(move |_| shut.pass()).unwrap().keep();
    bus.publish_blocking("a", ()).unwrap();
    gate.met();
    for _ in 0..2 {
        let error = bus.close_blocking(Duration::from_millis(20)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the bus was closed after 20ms with 0 waiting and 1 at work, in `a` of `host`"
        );
    }
    assert_eq!(letters.lock().unwrap().len(), 1);
    gate.open();
    bus.close_blocking(LONG).unwrap();
}
