//! A thread that looks after the others: where tasks keep all of them and others wait, it starts one more.

use std::sync::{Arc, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::threads::{Shared, State};
use crate::health::{count, say};

/// How long all threads may be at the same tasks while others wait, before there is a thread more.
const STALLED: Duration = Duration::from_millis(250);
/// How many threads more there are at most.
const MORE: usize = 64;

impl Shared {
    /// Has a thread look after the others, all of which are at work.
    pub(super) fn watch_if_needed(self: &Arc<Self>, state: &mut State) {
        if std::mem::replace(&mut state.watched, true) {
            self.busy.notify_one();
            return;
        }
        let shared = Arc::clone(self);
        let named = thread::Builder::new().name("audit-bus-watch".to_owned());
        if named.spawn(move || shared.watch()).is_err() {
            // The next who leaves nobody idle tries again.
            state.watched = false;
        }
    }

    /// Looks after the threads until the end.
    fn watch(self: &Arc<Self>) {
        let mut state = self.lock();
        while !state.is_over() {
            if state.idle > 0 {
                // Whoever leaves nobody idle tells of it.
                let waited = self.busy.wait(state);
                state = waited.unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            if !state.has_waiting() {
                // Whoever puts something in tells of it; a timer tells nobody.
                let until = state
                    .next_timer()
                    .map(|at| at.saturating_duration_since(Instant::now()));
                let waited = self
                    .busy
                    .wait_timeout(state, until.unwrap_or(Duration::MAX));
                state = waited.unwrap_or_else(PoisonError::into_inner).0;
                continue;
            }
            let taken = state.taken;
            drop(state);
            // Not by the condition: while all are at work it would be told of much.
            thread::sleep(STALLED);
            state = self.lock();
            if state.taken == taken && state.idle == 0 && state.has_waiting() {
                let threads = state.threads;
                drop(state);
                self.relieve(threads);
                state = self.lock();
            }
        }
        state.watched = false;
    }

    /// Says that all threads are kept, and starts one more.
    fn relieve(self: &Arc<Self>, threads: usize) {
        if count(&self.stalled) {
            say(|| {
                tracing::warn!(
                    target: "audit::health",
                    threads,
                    "all {threads} threads of the bus are kept by tasks that do not give way, while others wait"
                );
            });
        }
        if threads < self.most.saturating_add(MORE) {
            // Where there is none to be had, it is tried again.
            let _started = self.start();
        }
    }
}
