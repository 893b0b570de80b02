//! A subscription: what it may ask for, in the making, and held.

mod builder;
mod option;

use std::fmt;
use std::sync::{Arc, Weak};

use super::hub::Hub;
use super::listener::{Listener, SubscriptionStats};
use super::queue::Ground as _;

pub use builder::SubscriptionBuilder;
pub(super) use builder::subscribe;
pub use option::SubscriptionOptions;

/// A subscription that is in force until this is dropped. No handler is called after that; a call that is under way goes on.
///
/// What waits in its own queue when it is dropped is not handled any more: it is a `loss` event, and a dead letter each.
/// [`end`](Self::end) has it handled first.
#[must_use = "dropped at once, the subscription ends at once; `keep` keeps it as long as the bus"]
pub struct Subscription {
    hub: Weak<Hub>,
    /// There until it is kept or ended.
    listener: Option<Arc<Listener>>,
}

impl Subscription {
    pub(super) fn new(hub: Weak<Hub>, listener: Arc<Listener>) -> Self {
        Self {
            hub,
            listener: Some(listener),
        }
    }

    /// How it does.
    pub fn stats(&self) -> SubscriptionStats {
        let listener = self.listener.as_deref();
        listener.map(Listener::stats).unwrap_or_default()
    }

    /// Ends it, and waits until no call of its handler is under way and all is handled that waited in its queue.
    ///
    /// Dropped before that, it gives up what waits still. Awaited by its own handler, it does not wait for that call, which would
    /// wait for itself; and from the handler's queue it waits for nothing: what is in there is handled afterwards.
    pub async fn end(mut self) {
        let Some(listener) = &self.listener else {
            return;
        };
        if let Some(hub) = self.hub.upgrade() {
            hub.remove(listener);
        }
        if !listener.left().await {
            // What waits is not given up.
            self.listener = None;
        }
    }

    /// Lets it be in force as long as the bus is there.
    pub fn keep(mut self) {
        self.listener = None;
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let Some(listener) = self.listener.take() else {
            return;
        };
        let hub = self.hub.upgrade();
        if let Some(hub) = &hub {
            hub.remove(&listener);
        }
        let labels = listener.give_up();
        let Some(hub) = hub.filter(|_| !labels.is_empty()) else {
            return;
        };
        let why = format!(
            "its subscription to `{}` was dropped while it waited",
            listener.pattern.as_str().escape_debug()
        );
        hub.mourn(labels, listener.as_by(), &why);
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Subscription").field(&self.listener).finish()
    }
}
