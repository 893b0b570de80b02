//! [`Herald`]: tells others what a trail recorded of itself, away from the thread that writes.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use audit_core::__private::contain;
use audit_core::tell_recorded;

/// How many records wait to be told at most: who does not listen misses the oldest, which stand in the trail.
const MOST: usize = 1024;

/// Tells sinks and observers what a trail recorded of itself, in its order, on a thread that is there while there is something to tell.
///
/// Who is told is foreign: he may be slow, or ask the trail for something that its writer alone can give.
#[derive(Clone, Default)]
pub(crate) struct Herald(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    silent: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Vec<u8>>,
    /// Whether a thread is telling.
    is_telling: bool,
}

impl Herald {
    /// Has these records told.
    pub(crate) fn tell(&self, records: &[Vec<u8>]) {
        if records.is_empty() {
            return;
        }
        let mut state = self.0.lock();
        state.waiting.extend(records.iter().cloned());
        let too_many = state.waiting.len().saturating_sub(MOST);
        state.waiting.drain(..too_many);
        if std::mem::replace(&mut state.is_telling, true) {
            return;
        }
        drop(state);
        let shared = Arc::clone(&self.0);
        let thread = thread::Builder::new().name("audit-trail-tell".to_owned());
        if thread.spawn(move || shared.tell_all()).is_err() {
            // Whoever has something to tell next tries again.
            self.0.lock().is_telling = false;
        }
    }

    /// Waits until all is told, at most until then.
    pub(crate) fn wait(&self, deadline: Instant) {
        let mut state = self.0.lock();
        while state.is_telling {
            let left = deadline.saturating_duration_since(Instant::now());
            if left == Duration::ZERO {
                return;
            }
            let waited = self.0.silent.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Shared {
    fn tell_all(&self) {
        loop {
            let mut state = self.lock();
            let Some(record) = state.waiting.pop_front() else {
                state.is_telling = false;
                drop(state);
                self.silent.notify_all();
                return;
            };
            drop(state);
            tell(&record);
        }
    }

    /// A poisoned lock is taken all the same: every change is complete in itself.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells sinks and observers what the trail recorded of itself, on this thread.
pub(crate) fn tell(record: &[u8]) {
    // It was made here: there is none that can't be read.
    if let Ok(event) = serde_json::from_slice(record) {
        // A clock of the user's may panic.
        let _contained = contain(|| tell_recorded(event));
    }
}
