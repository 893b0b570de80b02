//! What a handler holds goes when the handler does: on all threads, whether they look at the bus again or not.

use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread;

use audit_core::bus::{Bus, DomainEvent, Queue, Runnable};

use crate::support::now;

/// Work for a thread that is kept until it is dropped.
type Work = Box<dyn FnOnce() + Send>;

/// A thread that does what it is told to, and otherwise nothing.
struct Worker(
    Option<Sender<(Work, Sender<()>)>>,
    Option<thread::JoinHandle<()>>,
);

impl Worker {
    fn new() -> Self {
        let (work, to_do) = channel::<(Work, Sender<()>)>();
        let thread = thread::spawn(move || {
            for (work, done) in to_do {
                work();
                done.send(()).unwrap();
            }
        });
        Self(Some(work), Some(thread))
    }

    fn run(&self, work: impl FnOnce() + Send + 'static) {
        let (done, is_done) = channel();
        self.0
            .as_ref()
            .unwrap()
            .send((Box::new(work), done))
            .unwrap();
        is_done.recv().unwrap();
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        drop(self.0.take());
        self.1.take().unwrap().join().unwrap();
    }
}

/// Something to hold, and a handler that does.
fn held() -> (Arc<()>, impl Fn(&DomainEvent) + Send + Sync + 'static) {
    let held = Arc::new(());
    let kept = Arc::clone(&held);
    (held, move |_: &DomainEvent| drop(Arc::clone(&kept)))
}

#[test]
fn what_handlers_and_runnables_hold_goes_with_their_bus_also_from_threads_that_used_it() {
    let (bus, worker) = (Bus::new(), Worker::new());
    let (in_place, handler) = held();
    bus.subscribe("a", handler).unwrap().keep();
    let (queued, handler) = held();
    bus.subscription("*")
        .queue(Queue::default())
        .handle(handler)
        .unwrap()
        .keep();
    let called = Arc::new(());
    let kept = Arc::clone(&called);
    let runnable = Runnable::new(move |(): ()| {
        drop(Arc::clone(&kept));
        Ok::<_, String>(())
    });
    bus.register("run", runnable).unwrap().keep();
    let work = |bus: &audit_core::bus::Handle| {
        for _ in 0..2 {
            now(bus.publish("a", ())).unwrap();
            now(bus.invoke::<_, ()>("run", ())).unwrap();
        }
    };
    work(&bus);
    let handle = bus.handle();
    worker.run(move || {
        work(&handle);
        drop(handle);
    });
    bus.flush_blocking().unwrap();
    drop(bus);
    // A task that has done all there was may be on its way out still, and has the bus until then.
    for held in [in_place, queued, called] {
        while Arc::strong_count(&held) > 1 {
            thread::yield_now();
        }
    }
    // Another bus is no worse for it.
    let other = Bus::new();
    now(other.publish("a", ())).unwrap();
    drop(worker);
}

#[test]
fn what_a_handler_holds_goes_with_its_subscription_also_from_threads_that_never_publish_again() {
    let (bus, worker) = (Bus::new(), Worker::new());
    let (held, handler) = held();
    let subscription = bus.subscribe("a.*", handler).unwrap();
    now(bus.publish("a.b", ())).unwrap();
    let handle = bus.handle();
    worker.run(move || drop(now(handle.publish("a.b", ())).unwrap()));
    assert_eq!(Arc::strong_count(&held), 2);
    drop(subscription);
    assert_eq!(Arc::strong_count(&held), 1);
    let (held, handler) = self::held();
    let subscription = bus.subscribe("a.*", handler).unwrap();
    let handle = bus.handle();
    worker.run(move || drop(now(handle.publish("a.b", ())).unwrap()));
    now(subscription.end());
    assert_eq!(Arc::strong_count(&held), 1);
    let registration = {
        let held = Arc::clone(&held);
        let run = Runnable::new(move |(): ()| Ok::<_, String>(Arc::strong_count(&held)));
        bus.register("run", run).unwrap()
    };
    let handle = bus.handle();
    worker.run(move || assert!(now(handle.invoke::<_, usize>("run", ())).is_ok()));
    drop(registration);
    assert_eq!(Arc::strong_count(&held), 1);
}

#[test]
fn a_destructor_may_use_the_bus_that_its_handler_goes_from() {
    struct Farewell(audit_core::bus::Handle);
    impl Drop for Farewell {
        fn drop(&mut self) {
            now(self.0.publish("farewell", ())).unwrap();
            let passing = self.0.subscribe("b", |_| ()).unwrap();
            drop(passing);
        }
    }
    let (bus, log) = (Bus::new(), crate::support::Log::default());
    let said = log.clone();
    bus.subscribe("farewell", move |event| said.say(event.name()))
        .unwrap()
        .keep();
    let farewell = Farewell(bus.handle());
    let subscription = bus
        .subscribe("a", move |_| {
            let _held = &farewell;
        })
        .unwrap();
    now(bus.publish("a", ())).unwrap();
    drop(subscription);
    assert_eq!(log.take(), ["farewell"]);
}
