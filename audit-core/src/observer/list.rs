//! The observers of a runtime, in the order in which they were added, and how they are told.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::{fmt, io};

use crate::active::{Active, Running, next_key};
use crate::contain::{contain, discard};
use crate::event::{Event, Fact};
use crate::health::{Stopwatch, count, say};
use crate::observability::{self, Gauge, Shown};
use crate::worker::{Flushing, Queue};

use super::queue::{self, QueuedCallback, Waiting};
use super::stats::Counters;
use super::{Observer, ObserverId, ObserverStats, tell};

/// The observers of a runtime. Adding or removing one makes a new list.
pub(crate) type ObserverList = Arc<[Arc<Entry>]>;

/// One observer of a runtime.
pub(crate) struct Entry {
    pub(crate) id: ObserverId,
    /// Names it among all observers of the process.
    key: u64,
    name: String,
    counters: Arc<Counters>,
    sees_outcomes: bool,
    sees_events: bool,
    way: Way,
}

/// How an observer is told.
enum Way {
    Direct(Arc<dyn Observer>),
    /// With what is shown of its queue.
    Queued(Queue<Waiting>, Arc<Gauge>),
    /// Nobody: it is being dropped.
    Gone,
}

impl Entry {
    /// An observer on the caller's thread.
    pub(crate) fn direct(id: ObserverId, name: String, observer: Arc<dyn Observer>) -> Self {
        Self {
            id,
            key: next_key(),
            name,
            counters: Arc::default(),
            sees_outcomes: contain(|| observer.sees_outcomes()).unwrap_or(true),
            sees_events: contain(|| observer.sees_events()).unwrap_or(true),
            way: Way::Direct(observer),
        }
    }

    /// An observer on a thread of its own.
    ///
    /// # Errors
    /// The operating system refuses a thread.
    pub(crate) fn queued(
        id: ObserverId,
        name: String,
        capacity: usize,
        callback: QueuedCallback,
    ) -> io::Result<Self> {
        let (key, counters) = (next_key(), Arc::new(Counters::default()));
        let depth = Arc::new(Gauge::of_queue());
        let seen = (Arc::clone(&counters), Arc::clone(&depth));
        let queue = queue::start(&name, key, capacity, seen, callback)?;
        Ok(Self {
            id,
            key,
            name,
            counters,
            sees_outcomes: true,
            sees_events: true,
            way: Way::Queued(queue, depth),
        })
    }

    pub(crate) fn stats(&self) -> ObserverStats {
        self.counters.stats(&self.name)
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Asks its worker, if it has one, to see everything that it was told before.
    pub(crate) fn flush(&self) -> Option<Flushing<Waiting>> {
        match &self.way {
            Way::Direct(_) | Way::Gone => None,
            Way::Queued(queue, _) => Some(queue.flush()),
        }
    }

    /// Ends its worker once that has seen what is in the queue.
    pub(crate) fn close(&self) {
        if let Way::Queued(queue, _) = &self.way {
            queue.close();
        }
    }

    /// Whether it wants to be told of outcomes.
    #[inline]
    pub(crate) fn sees_outcomes(&self) -> bool {
        self.sees_outcomes
    }

    /// Whether it wants to be told of events that belong to no call.
    pub(crate) fn sees_events(&self) -> bool {
        self.sees_events
    }

    #[inline]
    fn tell(&self, fact: Fact<'_>) {
        let within = match &self.way {
            Way::Queued(..) => Some(Running::here()),
            Way::Direct(_) | Way::Gone => None,
        };
        let Some(_active) = Active::enter(self.key) else {
            self.note_reentered();
            return;
        };
        match &self.way {
            Way::Direct(observer) => {
                if let Err(panic) = contain(|| tell(fact, &**observer)) {
                    self.note_panic(&panic);
                }
            }
            Way::Queued(queue, depth) => {
                let within = within.unwrap_or_else(Running::here);
                if queue.push(Waiting::new(fact.to_event(), within)).is_err() {
                    self.note_dropped();
                }
                depth.follow(|| &self.name, || queue.waiting());
            }
            Way::Gone => {}
        }
    }

    fn note_reentered(&self) {
        self.counters.reentered.fetch_add(1, Ordering::Relaxed);
    }

    #[cold]
    fn note_panic(&self, panic: &str) {
        let name = self.name.as_str();
        observability::sink_failed(name);
        if count(&self.counters.panics) {
            say(
                || tracing::warn!(target: "audit::health", observer = name, ?panic, "observer `{name}` panicked"),
            );
        }
    }

    #[cold]
    fn note_dropped(&self) {
        let name = self.name.as_str();
        observability::events_dropped(name, 1);
        if count(&self.counters.dropped) {
            let events_dropped = self.counters.dropped.load(Ordering::Relaxed);
            say(|| {
                tracing::warn!(
                target: "audit::health",
                observer = name,
                events_dropped,
                "the queue of observer `{name}` is full or closed, so it has not seen every decision"
                );
            });
        }
    }

    #[cold]
    fn note_slow(&self, nanos: u64) {
        let name = self.name.as_str();
        self.counters
            .longest_nanos
            .fetch_max(nanos, Ordering::Relaxed);
        if count(&self.counters.slow_calls) {
            let took_us = nanos / 1_000;
            say(|| {
                tracing::warn!(
                target: "audit::health",
                observer = name,
                took_us,
                "observer `{name}` is slow on the caller's thread; work that may wait belongs in a queued observer"
                );
            });
        }
    }
}

impl Shown for Entry {
    /// It shows that it is there, and what waits for it.
    fn switched_on(&self) {
        let queued = match &self.way {
            Way::Queued(queue, depth) => Some((queue, depth)),
            Way::Direct(_) | Way::Gone => None,
        };
        observability::observer_is_there(&self.name, queued.is_some());
        if let Some((queue, depth)) = queued {
            depth.follow(|| &self.name, || queue.waiting());
        }
    }
}

impl Drop for Entry {
    /// An observer's destructor is not ours, and a thread that ends may be the last that holds it.
    fn drop(&mut self) {
        self.close();
        discard(std::mem::replace(&mut self.way, Way::Gone));
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("id", &self.id)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// Tells every observer, then those of the scope. Each of the former is measured from where the one
/// before ended.
///
/// An observer that asks for a decision itself is not told of that one, nor of its outcome, or it would never
/// end; all others are.
#[inline]
pub(crate) fn notify_all(
    observers: &[Arc<Entry>],
    captures: &[Arc<dyn Observer>],
    fact: Fact<'_>,
    stopwatch: &mut Stopwatch<'_>,
) {
    for entry in observers {
        if matches!(fact, Fact::Outcome(_)) && !entry.sees_outcomes() {
            continue;
        }
        entry.tell(fact);
        if let Some(nanos) = stopwatch.too_long() {
            entry.note_slow(nanos);
        }
    }
    for capture in captures {
        // A capture of our own; should it ever panic, the call must not see it either.
        let _contained = contain(|| tell(fact, &**capture));
    }
}

/// Tells the observers of a scope, where there is no runtime.
pub(crate) fn tell_captures(captures: &[Arc<dyn Observer>], event: &Event<'static>) {
    for capture in captures {
        let _contained = contain(|| tell(Fact::Other(event), &**capture));
    }
}

/// Tells every observer of an event that belongs to no call, then those of the scope in which it arose. Those in which
/// it arose are not told, wherever this runs.
pub(crate) fn announce_all(
    observers: &[Arc<Entry>],
    captures: &[Arc<dyn Observer>],
    within: &Running,
    event: &Event<'static>,
    stopwatch: &mut Stopwatch<'_>,
) {
    let fact = Fact::Other(event);
    for entry in observers {
        if within.has(entry.key) {
            entry.note_reentered();
        } else {
            notify_all(std::slice::from_ref(entry), &[], fact, stopwatch);
        }
    }
    notify_all(&[], captures, fact, stopwatch);
}
