//! A bounded queue with a worker: for observers whose work may wait.
//!
//! A mutex and two condition variables rather than a channel: flushing must be able to wait for exactly
//! the events put in before it, and closing must let the worker finish them.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use std::{io, thread};

use crate::active::Active;
use crate::contain::{contain, discard};
use crate::event::Event;
use crate::health::{count, say};
use crate::observability;

use super::stats::Counters;

/// Sees one event that may outlive its call.
pub(crate) type QueuedCallback = Box<dyn FnMut(&Event<'static>) + Send + 'static>;

/// A bounded queue of events and the thread that empties it.
#[derive(Debug)]
pub(crate) struct Queue {
    shared: Arc<Shared>,
    capacity: usize,
}

#[derive(Debug)]
struct Shared {
    /// The observer's.
    name: String,
    state: Mutex<State>,
    /// Something came in, or the queue was closed.
    arrived: Condvar,
    /// Something was seen.
    seen: Condvar,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Event<'static>>,
    /// Events ever put in, and events ever seen.
    accepted: u64,
    done: u64,
    closed: bool,
}

impl Shared {
    /// The state; a poisoned lock is taken all the same, as every change to it is complete.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Shows how much waits, where that is observed.
    fn show(&self) {
        observability::queue_depth(&self.name, || self.lock().waiting.len());
    }
}

impl Queue {
    /// Starts the worker. A capacity of 0 counts as 1.
    ///
    /// # Errors
    /// The operating system refuses a thread.
    pub(crate) fn start(
        name: &str,
        key: u64,
        capacity: usize,
        counters: Arc<Counters>,
        callback: QueuedCallback,
    ) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            name: name.to_owned(),
            state: Mutex::default(),
            arrived: Condvar::new(),
            seen: Condvar::new(),
        });
        let worker = Worker {
            key,
            shared: Arc::clone(&shared),
            counters,
            callback,
        };
        thread::Builder::new()
            // The operating system can't take a NUL in a thread's name.
            .name(format!("audit-{}", name.replace('\0', " ")))
            .spawn(move || worker.run())?;
        Ok(Self {
            shared,
            capacity: capacity.max(1),
        })
    }

    /// Puts one event in, unless the queue is full or closed. Never waits for the worker's callback.
    pub(super) fn push(&self, event: Event<'static>) -> bool {
        let mut state = self.shared.lock();
        if state.closed || state.waiting.len() >= self.capacity {
            return false;
        }
        state.waiting.push_back(event);
        state.accepted += 1;
        drop(state);
        self.shared.arrived.notify_one();
        self.shared.show();
        true
    }

    /// Waits until everything put in before has been seen. Returns whether that came true in time.
    pub(super) fn flush(&self, deadline: Instant) -> bool {
        let mut state = self.shared.lock();
        let goal = state.accepted;
        while state.done < goal {
            let left = deadline.saturating_duration_since(Instant::now());
            if left == Duration::ZERO {
                return false;
            }
            let waited = self.shared.seen.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    /// Takes nothing more in. The worker sees what is in the queue, then ends.
    pub(super) fn close(&self) {
        self.shared.lock().closed = true;
        self.shared.arrived.notify_one();
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        self.close();
    }
}

/// The thread that empties a queue.
struct Worker {
    key: u64,
    shared: Arc<Shared>,
    counters: Arc<Counters>,
    callback: QueuedCallback,
}

impl Worker {
    fn run(mut self) {
        // What the callback decides itself is not told to it: it would never end.
        let _active = Active::enter(self.key);
        while let Some(event) = self.next() {
            self.shared.show();
            if let Err(panic) = contain(|| (self.callback)(&event)) {
                let name = self.shared.name.as_str();
                observability::sink_failed(name);
                if count(&self.counters.panics) {
                    say(
                        || tracing::warn!(target: "audit::health", observer = name, ?panic, "observer `{name}` panicked"),
                    );
                }
            }
            discard(event);
            self.shared.lock().done += 1;
            self.shared.seen.notify_all();
        }
        discard(self.callback);
    }

    /// The next event; `None` once the queue is closed and empty.
    fn next(&self) -> Option<Event<'static>> {
        let mut state = self.shared.lock();
        loop {
            if let Some(event) = state.waiting.pop_front() {
                return Some(event);
            }
            if state.closed {
                return None;
            }
            state = self
                .shared
                .arrived
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}
