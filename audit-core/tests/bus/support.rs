//! What these tests have in common.

#![allow(dead_code, reason = "each test binary uses a part")]

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll, Waker};

use audit_core::bus::{Bus, DEAD_LETTER, DomainEvent};
use audit_core::{DecisionEvent, Event, Observer, Policy, Runtime};
use serde_json::Value;

/// What was said, in order.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub(crate) fn say(&self, text: impl Into<String>) {
        self.0.lock().unwrap().push(text.into());
    }

    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

/// Runs a future that nothing outside wakes.
pub(crate) fn now<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..10_000 {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
    panic!("it is never done");
}

/// Gives way once.
pub(crate) async fn yield_now() {
    let mut yielded = false;
    std::future::poll_fn(|context| {
        if std::mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// The dead letters of a bus, as JSON, without their times.
pub(crate) fn dead_letters(bus: &Bus) -> Arc<Mutex<Vec<Value>>> {
    let letters = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&letters);
    let subscription = bus.subscribe(DEAD_LETTER, move |event| {
        let mut letter = event.payload().json().unwrap().clone();
        assert!(
            letter
                .as_object_mut()
                .unwrap()
                .remove("timestamp")
                .is_some()
        );
        kept.lock().unwrap().push(letter);
    });
    subscription.unwrap().keep();
    letters
}

/// Keeps whoever comes until it is opened.
#[derive(Clone, Default)]
pub(crate) struct Gate(Arc<(Mutex<Standing>, Condvar)>);

#[derive(Default)]
struct Standing {
    open: bool,
    came: bool,
}

impl Gate {
    /// Waits on this thread until it is open.
    pub(crate) fn pass(&self) {
        let mut standing = self.0.0.lock().unwrap();
        standing.came = true;
        self.0.1.notify_all();
        while !standing.open {
            standing = self.0.1.wait(standing).unwrap();
        }
    }

    /// Waits until somebody came.
    pub(crate) fn met(&self) {
        let mut standing = self.0.0.lock().unwrap();
        while !standing.came {
            standing = self.0.1.wait(standing).unwrap();
        }
    }

    pub(crate) fn open(&self) {
        self.0.0.lock().unwrap().open = true;
        self.0.1.notify_all();
    }

    /// A handler that waits here for each event, and then says its name.
    pub(crate) fn then_name(&self, log: &Log) -> impl Fn(&DomainEvent) + Send + Sync + use<> {
        self.then(log, |event| event.name().to_owned())
    }

    /// The same that says what the event carries.
    pub(crate) fn then_data(&self, log: &Log) -> impl Fn(&DomainEvent) + Send + Sync + use<> {
        self.then(log, |event| event.payload().json().unwrap().to_string())
    }

    fn then(
        &self,
        log: &Log,
        text: fn(&DomainEvent) -> String,
    ) -> impl Fn(&DomainEvent) + Send + Sync + use<> {
        let (gate, log) = (self.clone(), log.clone());
        move |event| {
            gate.pass();
            log.say(text(event));
        }
    }
}

/// Keeps all that observers are told of, as JSON.
#[derive(Clone, Default)]
pub(crate) struct Notebook(Arc<Mutex<Vec<Value>>>);

impl Notebook {
    pub(crate) fn all(&self) -> Vec<Value> {
        self.0.lock().unwrap().clone()
    }

    pub(crate) fn of_kind(&self, kind: &str) -> Vec<Value> {
        let all = self.all().into_iter();
        all.filter(|event| event["kind"] == kind).collect()
    }

    fn note(&self, event: impl serde::Serialize) {
        let event = serde_json::to_value(event).unwrap();
        self.0.lock().unwrap().push(event);
    }
}

impl Observer for Notebook {
    fn on_decision(&self, event: &DecisionEvent<'_>) {
        self.note(event);
    }

    fn on_event(&self, event: &Event<'_>) {
        self.note(event);
    }
}

/// A runtime, and all that it tells of.
pub(crate) fn runtime() -> (Runtime, Notebook) {
    let notebook = Notebook::default();
    (observed(notebook.clone()), notebook)
}

/// A runtime that tells an observer.
pub(crate) fn observed(observer: impl Observer) -> Runtime {
    let policy = Policy::from_dir(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../examples/payments/policy"
    ));
    let runtime = Runtime::builder().policy(policy.unwrap()).build().unwrap();
    runtime.add_observer("notebook", observer);
    runtime
}
