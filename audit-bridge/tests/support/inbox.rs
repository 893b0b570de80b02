//! What came to a bus.

use std::sync::{Arc, Mutex};

use audit_core::bus::{Bus, DEAD_LETTER, DomainEvent};
use serde_json::Value;
use tokio::sync::Semaphore;

use super::until;

/// An event that came.
#[derive(Clone, Debug)]
pub(crate) struct Came {
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) origin: Option<String>,
    pub(crate) data: Value,
}

/// The events that came to a bus, in order.
#[derive(Clone, Default)]
pub(crate) struct Inbox(Arc<Mutex<Vec<Came>>>);

impl Inbox {
    /// All that a pattern stands for, from now on.
    pub(crate) fn of(bus: &Bus, pattern: &str) -> Self {
        let inbox = Self::default();
        let kept = inbox.clone();
        let handler = move |event: &DomainEvent| {
            kept.0.lock().unwrap().push(Came {
                name: event.name().to_owned(),
                id: event.id().to_string(),
                origin: event.origin().map(str::to_owned),
                data: event.payload().json().unwrap().clone(),
            });
        };
        bus.subscribe(pattern, handler).unwrap().keep();
        inbox
    }

    pub(crate) fn all(&self) -> Vec<Came> {
        self.0.lock().unwrap().clone()
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.all().into_iter().map(|came| came.name).collect()
    }

    /// The payloads, which are numbers.
    pub(crate) fn numbers(&self) -> Vec<u64> {
        let all = self.all();
        all.iter().map(|came| came.data.as_u64().unwrap()).collect()
    }

    /// Waits until so many came.
    pub(crate) async fn wait_for(&self, many: usize) {
        let what = format!("{many} events came");
        until(&what, || async { self.0.lock().unwrap().len() >= many }).await;
    }
}

/// The dead letters of a bus.
pub(crate) fn dead_letters(bus: &Bus) -> Inbox {
    Inbox::of(bus, DEAD_LETTER)
}

/// Has a handler of these events wait for a permit each, which whoever has the gate gives.
pub(crate) fn gate(bus: &Bus, name: &str) -> Arc<Semaphore> {
    let gate = Arc::new(Semaphore::new(0));
    let pass = Arc::clone(&gate);
    let slow = move |_: DomainEvent| {
        let pass = Arc::clone(&pass);
        async move { pass.acquire().await.unwrap().forget() }
    };
    bus.subscribe_async(name, slow).unwrap().keep();
    gate
}
