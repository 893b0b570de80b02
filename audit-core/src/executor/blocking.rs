//! [`Blocking`]: threads for work that keeps its thread.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::{BlockingTask, SpawnError};
use crate::contain::contain;

/// How many threads there are at most: what hangs may take so many, and then is refused.
pub(super) const MOST: usize = 512;
/// How long a thread waits for more before it ends.
const IDLE: Duration = Duration::from_secs(10);

/// Threads for work that keeps its thread: started when they are needed, and ended when they are not.
#[derive(Clone, Default)]
pub(super) struct Blocking(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    /// There is work.
    arrived: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<BlockingTask>,
    threads: usize,
    /// Threads that wait for work, less the work that waits for them.
    idle: usize,
}

impl Blocking {
    pub(super) fn spawn(&self, work: BlockingTask) -> Result<(), SpawnError> {
        let mut state = self.0.lock();
        if state.idle > 0 {
            state.idle -= 1;
            state.waiting.push_back(work);
            drop(state);
            self.0.arrived.notify_one();
            return Ok(());
        }
        if state.threads >= MOST {
            return Err(SpawnError::new(format_args!(
                "all {MOST} threads for work that keeps its thread are kept"
            )));
        }
        state.threads += 1;
        drop(state);
        let shared = Arc::clone(&self.0);
        let named = thread::Builder::new().name("audit-bus-work".to_owned());
        let started = named.spawn(move || shared.work(work));
        started.map(drop).map_err(|error| {
            self.0.lock().threads -= 1;
            SpawnError::new(error)
        })
    }

    pub(super) fn threads(&self) -> usize {
        self.0.lock().threads
    }
}

impl Shared {
    fn work(&self, first: BlockingTask) {
        let mut next = Some(first);
        while let Some(work) = next {
            // A panic is its own affair; whoever waits for it contains it himself.
            let _contained = contain(work);
            next = self.next();
        }
    }

    fn next(&self) -> Option<BlockingTask> {
        let mut state = self.lock();
        state.idle += 1;
        loop {
            // It counted one of us out already.
            if let Some(work) = state.waiting.pop_front() {
                return Some(work);
            }
            let waited = self.arrived.wait_timeout(state, IDLE);
            let (locked, time) = waited.unwrap_or_else(PoisonError::into_inner);
            state = locked;
            if time.timed_out() && state.waiting.is_empty() {
                state.idle -= 1;
                state.threads -= 1;
                return None;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
