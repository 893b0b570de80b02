//! Handlers that do to the bus, or to themselves, what they would wait for without end.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use audit_core::Scope;
use audit_core::bus::{
    Bus, DEAD_LETTER, DomainEvent, Handle, InvokeError, PublishError, Queue, Registration,
    Runnable, Subscription, SubscriptionOptions,
};
use audit_core::testing::block_on;

use crate::support::{Gate, Log, dead_letters, now, yield_now};

/// Where something is that its own code takes.
type Place<T> = Arc<Mutex<Option<T>>>;

fn put<T>(place: &Place<T>, thing: T) {
    *place.lock().unwrap() = Some(thing);
}

fn take<T>(place: &Place<T>) -> Option<T> {
    place.lock().unwrap().take()
}

#[test]
fn a_handler_that_awaits_the_end_of_its_own_subscription_does_not_wait_for_itself() {
    let (bus, log) = (Bus::new(), Log::default());
    let place: Place<Subscription> = Place::default();
    let (own, said) = (Arc::clone(&place), log.clone());
    let handler = move |_: DomainEvent| {
        let (own, said) = (take(&own), said.clone());
        async move {
            yield_now().await;
            if let Some(own) = own {
                own.end().await;
            }
            said.say("ended");
        }
    };
    put(&place, bus.subscribe_async("a", handler).unwrap());
    now(bus.publish("a", ())).unwrap();
    now(bus.publish("a", ())).unwrap();
    assert_eq!(log.take(), ["ended"]);
    // The same from a filter, and from code that is not async.
    for in_filter in [true, false] {
        let (own, said) = (Arc::clone(&place), log.clone());
        let end = move || {
            if let Some(own) = take(&own) {
                block_on(own.end());
                said.say("ended");
            }
        };
        let subscription = bus.subscription("a");
        let subscription = if in_filter {
            let filter = move |_: &DomainEvent| {
                end();
                true
            };
            subscription.filter(filter).handle(|_| ())
        } else {
            subscription.handle(move |_| end())
        };
        put(&place, subscription.unwrap());
        now(bus.publish("a", ())).unwrap();
        assert_eq!(log.take(), ["ended"]);
        assert!(bus.patterns().is_empty());
    }
}

#[test]
fn a_handler_that_awaits_the_end_of_the_one_that_led_to_it_does_not_wait_for_that() {
    let (bus, log) = (Arc::new(Bus::new()), Log::default());
    let place: Place<Subscription> = Place::default();
    let inner = Arc::downgrade(&bus);
    let outer = move |_: DomainEvent| {
        let bus = inner.upgrade().unwrap();
        async move {
            yield_now().await;
            bus.publish("inner", ()).await.map(drop)
        }
    };
    put(&place, bus.subscribe_async("outer", outer).unwrap());
    let (outer, said) = (Arc::clone(&place), log.clone());
    let ending = move |_: DomainEvent| {
        let (outer, said) = (take(&outer), said.clone());
        async move {
            if let Some(outer) = outer {
                outer.end().await;
                said.say("ended");
            }
        }
    };
    bus.subscribe_async("inner", ending).unwrap().keep();
    now(bus.publish("outer", ())).unwrap();
    assert_eq!(log.take(), ["ended"]);
}

#[test]
fn it_waits_for_the_calls_of_others_all_the_same() {
    let (bus, gate) = (Arc::new(Bus::new()), Gate::default());
    let place: Place<Subscription> = Place::default();
    let (own, shut, ended) = (
        Arc::clone(&place),
        gate.clone(),
        Arc::new(AtomicU64::new(0)),
    );
    let has_ended = Arc::clone(&ended);
    let handler = move |event: DomainEvent| {
        let (own, shut, ended) = (Arc::clone(&own), shut.clone(), Arc::clone(&has_ended));
        async move {
            if event.payload().json().unwrap() == "slow" {
                shut.pass();
            } else if let Some(own) = take(&own) {
                own.end().await;
                ended.fetch_add(1, Ordering::Relaxed);
            }
        }
    };
    put(&place, bus.subscribe_async("a", handler).unwrap());
    let slow = {
        let bus = Arc::clone(&bus);
        thread::spawn(move || bus.publish_blocking("a", "slow").map(drop))
    };
    gate.met();
    let mut publishing = Box::pin(bus.publish("a", "ending"));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(publishing.as_mut().poll(&mut context).is_pending());
    assert_eq!(ended.load(Ordering::Relaxed), 0);
    gate.open();
    // Whoever leaves last wakes whoever waits.
    block_on(publishing).unwrap();
    slow.join().unwrap().unwrap();
    assert_eq!(ended.load(Ordering::Relaxed), 1);
}

#[test]
fn from_its_own_queue_it_waits_for_nothing_and_what_is_in_there_is_handled() {
    for concurrency in [1, 2] {
        let (bus, log, gate) = (Bus::new(), Log::default(), Gate::default());
        let letters = dead_letters(&bus);
        let place: Place<Subscription> = Place::default();
        let (own, said, shut) = (Arc::clone(&place), log.clone(), gate.clone());
        let handler = move |event: DomainEvent| {
            shut.pass();
            let (own, said) = (take(&own), said.clone());
            async move {
                if let Some(own) = own {
                    own.end().await;
                }
                said.say(event.name());
            }
        };
        let subscription = bus
            .subscription("*")
            .queue(Queue::default())
            .concurrency(concurrency);
        put(&place, subscription.handle_async(handler).unwrap());
        for name in ["a", "b", "c"] {
            now(bus.publish(name, ())).unwrap();
        }
        gate.open();
        bus.flush_blocking().unwrap();
        let mut said = log.take();
        said.sort_unstable();
        assert_eq!(said, ["a", "b", "c"]);
        assert!(letters.lock().unwrap().is_empty());
        now(bus.publish("late", ())).unwrap();
        bus.flush_blocking().unwrap();
        assert!(log.take().is_empty());
    }
}

#[test]
fn a_runnable_that_awaits_the_end_of_its_own_registration_does_not_wait_for_itself() {
    let bus = Bus::new();
    let place: Place<Registration> = Place::default();
    let own = Arc::clone(&place);
    let ending = move |(): ()| {
        let own = take(&own);
        async move {
            yield_now().await;
            if let Some(own) = own {
                own.end().await;
            }
            Ok::<_, String>(7_u64)
        }
    };
    let ending = Runnable::new_async(ending);
    put(&place, bus.register("a", ending).unwrap());
    assert_eq!(now(bus.invoke::<_, u64>("a", ())).unwrap(), 7);
    let error = now(bus.invoke::<_, u64>("a", ())).unwrap_err();
    assert!(matches!(error, InvokeError::NoHandler { .. }));
    // The same where parameters go as JSON, and on a thread of its own.
    for timeout in [None, Some(std::time::Duration::from_mins(1))] {
        let own = Arc::clone(&place);
        let mut ending = Runnable::new(move |(): ()| {
            if let Some(own) = take(&own) {
                block_on(own.end());
            }
            Ok::<_, String>(7_u64)
        });
        if let Some(timeout) = timeout {
            ending = ending.timeout(timeout);
        }
        put(&place, bus.register("a", ending).unwrap());
        let answer: serde_json::Value = bus.invoke_blocking("a", serde_json::Value::Null).unwrap();
        assert_eq!(answer, 7);
        assert!(!bus.is_registered("a"));
    }
}

#[test]
fn a_bus_may_go_while_handlers_of_every_kind_run() {
    let log = Log::default();
    let gone = |bus: &Place<Bus>, log: &Log| {
        drop(take(bus));
        log.say("gone");
    };
    for kind in ["awaited", "queued", "nowait", "called"] {
        let bus = Bus::new();
        let handle = bus.handle();
        let place: Place<Bus> = Place::default();
        let (theirs, said) = (Arc::clone(&place), log.clone());
        let handler = move |_: DomainEvent| {
            let (bus, said) = (Arc::clone(&theirs), said.clone());
            async move {
                yield_now().await;
                gone(&bus, &said);
                yield_now().await;
            }
        };
        let (theirs, said) = (Arc::clone(&place), log.clone());
        let runnable = Runnable::new(move |(): ()| {
            gone(&theirs, &said);
            Ok::<_, String>(())
        });
        bus.register("call", runnable).unwrap().keep();
        let mut options = SubscriptionOptions::new();
        if kind == "queued" {
            options = options.queue(Queue::default());
        }
        subscribe(&bus, options, handler);
        put(&place, bus);
        match kind {
            "nowait" => drop(handle.publish_nowait("a", ()).unwrap()),
            "called" => now(handle.invoke("call", ())).unwrap(),
            _ => drop(now(handle.publish("a", ())).unwrap()),
        }
        drop(handle);
        let said = loop {
            let said = log.take();
            if !said.is_empty() {
                break said;
            }
            thread::yield_now();
        };
        assert_eq!(said, ["gone"], "{kind}");
    }
}

fn subscribe<W>(
    bus: &Bus,
    options: SubscriptionOptions,
    handler: impl Fn(DomainEvent) -> W + Send + Sync + 'static,
) where
    W: Future<Output = ()> + Send + 'static,
{
    struct Awaited<F>(F);
    impl<F, W> audit_core::bus::Handler for Awaited<F>
    where
        F: Fn(DomainEvent) -> W + Send + Sync + 'static,
        W: Future<Output = ()> + Send + 'static,
    {
        fn handle<'h>(&'h self, event: &'h DomainEvent) -> audit_core::bus::Handling<'h> {
            let work = (self.0)(event.clone());
            audit_core::bus::Handling::Running(Box::pin(async move {
                work.await;
                Ok(())
            }))
        }
    }
    bus.subscribe_with("a", options, Awaited(handler))
        .unwrap()
        .keep();
}

/// Has a road to the bus lead to itself without end, and waits until it was stopped. Returns how often it was taken, and what
/// stopped it.
fn endless(
    take_road: impl Fn(&Handle) -> Result<(), String> + Send + Sync + 'static,
) -> (u64, String) {
    let bus = Bus::new();
    let (count, stopped) = (Arc::new(AtomicU64::new(0)), Log::default());
    let road = Arc::new(take_road);
    let code = {
        let (count, stopped, road) = (Arc::clone(&count), stopped.clone(), Arc::clone(&road));
        move || {
            count.fetch_add(1, Ordering::Relaxed);
            let handle = audit_core::bus::current().unwrap();
            if let Err(error) = road(&handle) {
                stopped.say(error);
            }
        }
    };
    let again = code.clone();
    let runnable = Runnable::new(move |(): ()| {
        again();
        Ok::<_, String>(())
    });
    bus.register("a", runnable).unwrap().keep();
    let again = code.clone();
    bus.subscribe("a", move |_| again()).unwrap().keep();
    bus.subscription("queued")
        .queue(Queue::default())
        .handle(move |_| code())
        .unwrap()
        .keep();
    (*road)(&bus).unwrap();
    let said = loop {
        let said = stopped.take();
        if !said.is_empty() {
            break said;
        }
        thread::yield_now();
    };
    bus.flush_blocking().unwrap();
    assert!(stopped.take().is_empty());
    (
        count.load(Ordering::Relaxed),
        said.into_iter().next().unwrap(),
    )
}

#[test]
fn a_road_that_leads_to_itself_without_end_is_stopped_and_told_of_whichever_it_is() {
    fn told<T>(result: Result<T, impl std::fmt::Display>) -> Result<(), String> {
        result.map(drop).map_err(|error| error.to_string())
    }
    let deep = PublishError::TooDeep { most: 64 }.to_string();
    assert_eq!(
        endless(|bus| told(now(bus.publish("a", ())))),
        (64, deep.clone())
    );
    assert_eq!(
        endless(|bus| told(bus.publish_nowait("a", ()))),
        (64, deep.clone())
    );
    assert_eq!(
        endless(|bus| told(now(bus.publish("queued", ())))),
        (64, deep.clone())
    );
    // Another thread that the scope went along to is no way out.
    let on_a_thread = |bus: &Handle| {
        let (bus, scope) = (bus.clone(), Scope::current());
        let publish = move || scope.run(|| told(now(bus.publish("a", ()))));
        thread::spawn(publish).join().unwrap()
    };
    assert_eq!(endless(on_a_thread), (64, deep));
    let deep = InvokeError::TooDeep { most: 64 }.to_string();
    assert_eq!(
        endless(|bus| told(now(bus.invoke::<_, ()>("a", ())))),
        (64, deep.clone())
    );
    assert_eq!(endless(|bus| told(bus.invoke_nowait("a", ()))), (64, deep));
}

#[test]
fn a_handler_of_dead_letters_that_makes_new_ones_without_end_is_stopped() {
    let (bus, count) = (Arc::new(Bus::new()), Arc::new(AtomicU64::new(0)));
    bus.subscribe("a", |_| Err::<(), _>("no")).unwrap().keep();
    let (inner, counted) = (Arc::downgrade(&bus), Arc::clone(&count));
    let mourning = move |_: DomainEvent| {
        counted.fetch_add(1, Ordering::Relaxed);
        let bus = inner.upgrade().unwrap();
        async move { Box::pin(bus.publish("a", ())).await.map(drop) }
    };
    let mourning = bus.subscribe_async(DEAD_LETTER, mourning).unwrap();
    now(bus.publish("a", ())).unwrap();
    let times = count.load(Ordering::Relaxed);
    assert!((1..=64).contains(&times), "{times}");
    // Where it stopped is counted, as no letter can tell of it.
    assert_eq!(mourning.stats().failed, 1);
}

/// Has two handlers publish twice each, by this road, and waits until nothing is under way any more. Returns how many events were
/// handled, and the last words of those who might not publish.
pub(crate) fn fork(
    queue: bool,
    road: impl Fn(&Handle) -> Result<DomainEvent, PublishError> + Send + Sync + 'static,
) -> (u64, Vec<PublishError>) {
    let bus = Bus::builder().queue(Queue::bounded(1 << 20)).build();
    let (count, refused) = (
        Arc::new(AtomicU64::new(0)),
        Arc::new(Mutex::new(Vec::new())),
    );
    let road = Arc::new(road);
    for _ in 0..2 {
        let (count, refused, road) = (Arc::clone(&count), Arc::clone(&refused), Arc::clone(&road));
        let mut subscription = bus.subscription("a");
        if queue {
            subscription = subscription.queue(Queue::bounded(1 << 20));
        }
        let handler = move |_: &DomainEvent| {
            count.fetch_add(1, Ordering::Relaxed);
            let handle = audit_core::bus::current().unwrap();
            for _ in 0..2 {
                if let Err(error) = road(&handle) {
                    refused.lock().unwrap().push(error);
                    return;
                }
            }
        };
        subscription.handle(handler).unwrap().keep();
    }
    (*road)(&bus).unwrap();
    bus.close_blocking(std::time::Duration::from_mins(5))
        .unwrap();
    let refused = std::mem::take(&mut *refused.lock().unwrap());
    (count.load(Ordering::Relaxed), refused)
}

#[test]
fn a_road_that_forks_without_end_is_stopped_whichever_it_is() {
    let most = PublishError::TooMany {
        most: 100_000,
        deep: 64,
    };
    assert_eq!(
        most.to_string(),
        "one publication led to more than 100000 others in its handlers, most likely without end: \
         100000 are the bound, and 64 deep"
    );
    // The outermost, and those that it may lead to, in two handlers each.
    let handled = 2 * 100_001;
    for queue in [false, true] {
        let (count, refused) = fork(queue, |bus| now(bus.publish("a", ())));
        assert_eq!(count, handled, "queue: {queue}");
        assert!(refused.contains(&most));
    }
    // Without waiting too, also in a scope that is entered again.
    let by_the_scope = |bus: &Handle| {
        let (bus, scope) = (bus.clone(), Scope::current());
        scope.run(|| bus.publish_nowait("a", ()))
    };
    let (count, refused) = fork(false, by_the_scope);
    assert_eq!(count, handled);
    assert!(refused.contains(&most));
}

#[test]
fn what_is_published_outside_of_handlers_is_not_counted_however_much_it_is() {
    let bus = Arc::new(Bus::new());
    let inner = Arc::downgrade(&bus);
    // A program may be one long call.
    let running = Runnable::new(move |times: u64| {
        let bus = inner.upgrade().unwrap();
        for _ in 0..times {
            now(bus.publish("a", ())).map_err(|error| error.to_string())?;
        }
        Ok::<_, String>(())
    });
    bus.register("run", running).unwrap().keep();
    let told = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&told);
    bus.subscribe("a", move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
    })
    .unwrap()
    .keep();
    now(bus.invoke::<_, ()>("run", 100_002_u64)).unwrap();
    assert_eq!(told.load(Ordering::Relaxed), 100_002);
}
