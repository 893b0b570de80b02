//! [`SubscriptionFacts`], [`SubscriptionStats`]: what is known of a subscription, and how it does.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::bus::queue::Queue;

use super::Listener;

/// What is known of a subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SubscriptionFacts {
    /// Which events it is for.
    pub pattern: Arc<str>,
    /// Whose it is: a component's instance, or `host`.
    pub subscriber: Arc<str>,
    /// What it is for.
    pub description: String,
    /// The schema that its handler reads, if it names one.
    pub schema: Option<Arc<str>>,
    /// Its own queue, if it has one.
    pub queue: Option<Queue>,
    /// How many events its handler is called for at once, where it has a queue.
    pub concurrency: usize,
}

/// How a subscription does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SubscriptionStats {
    /// How many events its handler was done with, whether it failed or not.
    pub handled: u64,
    /// How many became dead letters in its hands: its handler failed or panicked, its filter panicked, or the payload could not be
    /// brought up.
    pub failed: u64,
    /// How many its queue dropped, which become dead letters too.
    pub dropped: u64,
    /// How many wait in its queue or for room in it.
    pub waiting: usize,
}

impl Listener {
    /// What is known of it.
    pub(in crate::bus) fn facts(&self) -> SubscriptionFacts {
        let asked = self.asked.as_deref();
        let lane = self.queue();
        let schema = asked.and_then(|asked| asked.schema.as_ref());
        SubscriptionFacts {
            pattern: self.pattern.as_str().into(),
            subscriber: Arc::clone(self.caller.instance()),
            description: asked.map_or_else(String::new, |asked| asked.description.clone()),
            schema: schema.map(|(schema, _)| Arc::clone(schema)),
            queue: lane.map(|lane| lane.queue()),
            concurrency: lane.map_or(1, |lane| lane.concurrency()),
        }
    }

    /// How it does.
    pub(in crate::bus) fn stats(&self) -> SubscriptionStats {
        let (waiting, dropped) = self.queue().map(|queue| queue.counts()).unwrap_or_default();
        SubscriptionStats {
            handled: match &self.asked {
                Some(asked) => asked.handled.load(Ordering::Relaxed),
                None => self.occupancy.ended(),
            },
            failed: self.failed.load(Ordering::Relaxed),
            dropped,
            waiting,
        }
    }
}
