//! How somebody leaves a bus: with all that is subscribed and registered in his name.

use std::sync::Arc;

use crate::bus::subscription::Subscription;

use super::Handle;
use super::registration::Registration;

/// What somebody leaves behind, by name, whether or not he kept it. It ends when this is dropped, or when each is ended.
#[derive(Debug, Default)]
pub(crate) struct Departure {
    pub(crate) registrations: Vec<(String, Registration)>,
    pub(crate) subscriptions: Vec<(String, Subscription)>,
}

impl Handle {
    /// Whether it has left the bus.
    pub(crate) fn has_left(&self) -> bool {
        self.who().has_ended()
    }

    /// Leaves the bus: nothing can be subscribed or registered in this name from here on. What is done otherwise is still done in it,
    /// and held to the policy that is in force for it now, whatever else may be later.
    pub(crate) fn leave(&self) -> Departure {
        let (hub, caller) = (self.hub(), self.who());
        // First said, then looked: whoever comes in between is refused, or seen here.
        caller.end();
        hub.keep_policy(caller);
        let registered = hub.registered().into_iter();
        let own = registered.filter(|one| Arc::ptr_eq(&one.owner, caller));
        let registrations = own.map(|one| {
            let name = one.name.to_string();
            (name, Registration::new(Arc::downgrade(hub), one))
        });
        let mut listeners = hub.listeners();
        listeners.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        let listeners = listeners.into_iter().flat_map(|(_, listeners)| listeners);
        let own = listeners.filter(|one| Arc::ptr_eq(one.owner(), caller));
        let subscriptions = own.map(|one| {
            let pattern = one.pattern.as_str().to_owned();
            (pattern, Subscription::new(Arc::downgrade(hub), one))
        });
        Departure {
            registrations: registrations.collect(),
            subscriptions: subscriptions.collect(),
        }
    }
}
