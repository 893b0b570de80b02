//! Wakers of whoever waits for room: they are foreign, and so is what goes with them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Wake, Waker};

use audit_core::bus::{Bus, DomainEvent, PublishError, Queue};

use crate::support::Gate;

type Publishing = Pin<Box<dyn Future<Output = Result<DomainEvent, PublishError>> + Send>>;

/// A bus whose queue is full, as its handler waits at the gate.
fn full(gate: &Gate) -> Bus {
    let (bus, shut) = (Bus::new(), gate.clone());
    let subscription = bus.subscription("a").queue(Queue::bounded(1));
    subscription.handle(move |_| shut.pass()).unwrap().keep();
    bus.publish_blocking("a", ()).unwrap();
    gate.met();
    bus.publish_blocking("a", ()).unwrap();
    bus
}

fn publishing(bus: &Bus) -> Publishing {
    let handle = bus.handle();
    Box::pin(async move { handle.publish("a", ()).await })
}

fn waits(publishing: &mut Publishing, waker: &Waker) -> bool {
    let mut context = Context::from_waker(waker);
    publishing.as_mut().poll(&mut context).is_pending()
}

/// Knows of a publication that nobody else knows of.
struct Last(#[expect(dead_code, reason = "it is dropped with this")] Mutex<Publishing>);

impl Wake for Last {
    fn wake(self: Arc<Self>) {}
}

#[test]
fn a_waker_that_is_the_last_to_know_of_another_who_waits_there_may_go_with_him() {
    let gate = Gate::default();
    let bus = full(&gate);
    let (mut one, mut other) = (publishing(&bus), publishing(&bus));
    assert!(waits(&mut other, Waker::noop()));
    let waker = Waker::from(Arc::new(Last(Mutex::new(other))));
    assert!(waits(&mut one, &waker));
    drop(waker);
    assert!(waits(&mut one, Waker::noop()));
    gate.open();
}

struct Panicking;

impl Wake for Panicking {
    fn wake(self: Arc<Self>) {}
}

impl Drop for Panicking {
    fn drop(&mut self) {
        panic!("on purpose");
    }
}

#[test]
fn a_waker_that_panics_when_it_goes_reaches_nobody_who_waits_no_more() {
    let gate = Gate::default();
    let bus = full(&gate);
    let mut one = publishing(&bus);
    let waker = Waker::from(Arc::new(Panicking));
    assert!(waits(&mut one, &waker));
    drop(waker);
    assert!(catch_unwind(AssertUnwindSafe(|| drop(one))).is_ok());
    gate.open();
}
