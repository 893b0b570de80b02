//! [`Subscription`]: ends when it goes.

use std::fmt;
use std::sync::{Arc, Weak};

use super::hub::Hub;
use super::subscriber::Subscriber;

/// A subscription that is in force until this is dropped. No handler is called after that; a call that is under way goes on.
#[must_use = "dropped at once, the subscription ends at once; `keep` keeps it as long as the bus"]
pub struct Subscription {
    hub: Weak<Hub>,
    /// There until it is kept or ended.
    subscriber: Option<Arc<Subscriber>>,
}

impl Subscription {
    pub(super) fn new(hub: Weak<Hub>, subscriber: Arc<Subscriber>) -> Self {
        Self {
            hub,
            subscriber: Some(subscriber),
        }
    }

    /// Ends it, and waits until no call of its handler is under way.
    pub async fn end(mut self) {
        let Some(subscriber) = self.subscriber.take() else {
            return;
        };
        if let Some(hub) = self.hub.upgrade() {
            hub.remove(&subscriber);
        }
        subscriber.left().await;
    }

    /// Lets it be in force as long as the bus is there.
    pub fn keep(mut self) {
        self.subscriber = None;
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let (Some(hub), Some(subscriber)) = (self.hub.upgrade(), self.subscriber.take()) {
            hub.remove(&subscriber);
        }
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Subscription")
            .field(&self.subscriber)
            .finish()
    }
}
