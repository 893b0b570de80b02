//! [`Registration`]: ends when it goes.

use std::fmt;
use std::sync::{Arc, Weak};

use crate::bus::hub::Hub;
use crate::bus::runnable::Registered;

/// A name by which something can be invoked, until this is dropped. No call begins after that; one that is under way goes on.
#[must_use = "dropped at once, the registration ends at once; `keep` keeps it as long as the bus"]
pub struct Registration {
    hub: Weak<Hub>,
    /// There until it is kept or ended.
    registered: Option<Arc<Registered>>,
}

impl Registration {
    pub(in crate::bus) fn new(hub: Weak<Hub>, registered: Arc<Registered>) -> Self {
        Self {
            hub,
            registered: Some(registered),
        }
    }

    /// Ends it, and waits until no call is under way. Awaited by what is called itself, it does not wait for that call, which would
    /// wait for itself.
    pub async fn end(mut self) {
        let Some(registered) = self.registered.take() else {
            return;
        };
        if let Some(hub) = self.hub.upgrade() {
            hub.unregister(&registered);
        }
        registered.occupancy.left().await;
    }

    /// Lets it be there as long as the bus.
    pub fn keep(mut self) {
        self.registered = None;
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        if let (Some(hub), Some(registered)) = (self.hub.upgrade(), self.registered.take()) {
            hub.unregister(&registered);
        }
    }
}

impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Registration")
            .field(&self.registered)
            .finish()
    }
}
