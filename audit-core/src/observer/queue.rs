//! What the worker of a queued observer does.

use std::io;
use std::sync::Arc;

use crate::active::{Active, Running};
use crate::contain::{contain, discard};
use crate::event::Event;
use crate::health::{count, say};
use crate::observability::{self, Gauge};
use crate::worker::{self, Queue, Terms, Work};

use super::stats::Counters;

/// Sees one event that may outlive its call.
pub(crate) type QueuedCallback = Box<dyn FnMut(&Event<'static>) + Send + 'static>;

/// An event on its way to an observer.
#[derive(Clone)]
pub(crate) struct Waiting {
    event: Event<'static>,
    /// In whose doing it arose: what the observer does with it comes back to none of them.
    within: Running,
}

impl Waiting {
    /// One that arises here.
    pub(super) fn new(event: Event<'static>, within: Running) -> Self {
        Self { event, within }
    }
}

/// Starts the worker of a queued observer.
///
/// # Errors
/// The operating system refuses a thread.
pub(super) fn start(
    name: &str,
    key: u64,
    capacity: usize,
    (counters, depth): (Arc<Counters>, Arc<Gauge>),
    callback: QueuedCallback,
) -> io::Result<Queue<Waiting>> {
    let terms = Terms {
        capacity,
        timeout: None,
    };
    worker::start(name, terms, |queue| Watching {
        name: name.to_owned(),
        queue: queue.clone(),
        key,
        counters,
        depth,
        callback,
    })
}

/// A queued observer at its work.
struct Watching {
    name: String,
    queue: Queue<Waiting>,
    key: u64,
    counters: Arc<Counters>,
    depth: Arc<Gauge>,
    callback: QueuedCallback,
}

impl Work for Watching {
    type Item = Waiting;
    type Done = ();

    fn take(&mut self, waiting: &Waiting) {
        let _within = waiting.within.enter();
        // What the callback decides itself is not told to it: it would never end.
        let _active = Active::enter(self.key);
        if let Err(panic) = contain(|| (self.callback)(&waiting.event)) {
            let name = self.name.as_str();
            observability::sink_failed(name);
            if count(&self.counters.panics) {
                say(
                    || tracing::warn!(target: "audit::health", observer = name, ?panic, "observer `{name}` panicked"),
                );
            }
        }
    }

    fn settle(&mut self, waiting: Waiting, (): ()) {
        self.depth.follow(|| &self.name, || self.queue.waiting());
        discard(waiting);
    }
}
