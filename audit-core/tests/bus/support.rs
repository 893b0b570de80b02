//! What these tests have in common.

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use audit_core::bus::{Bus, DEAD_LETTER};
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
    std::future::poll_fn(|_| {
        if std::mem::replace(&mut yielded, true) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
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
