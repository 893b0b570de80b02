//! [`Threads`]: an executor with threads of its own, which are started when they are needed.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::fmt;
use std::future::poll_fn;
use std::num::NonZeroUsize;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use super::task::{Queue, Running};
use super::{Executor, SpawnError, Task};

/// A wait for longer than this is a wait for this long: the sum with the present moment must exist.
const LONGEST_WAIT: Duration = Duration::from_hours(365 * 24);

/// An executor with threads of its own. They are started when there is something to do, and end with the last handle.
#[derive(Clone)]
pub struct Threads {
    handle: Arc<Handle>,
}

/// Ends the threads when it goes.
struct Handle {
    shared: Arc<Shared>,
    most: usize,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    /// There is something to do, a sooner deadline, or an end.
    changed: Condvar,
}

#[derive(Default)]
struct State {
    queue: VecDeque<Arc<Running>>,
    /// Who is to be woken when, soonest first; the number tells those of one moment apart.
    timers: BinaryHeap<Reverse<Timer>>,
    next_timer: u64,
    threads: usize,
    idle: usize,
    /// Tasks that are not done.
    tasks: usize,
    closed: bool,
}

struct Timer {
    at: Instant,
    number: u64,
    waker: Waker,
}

impl Threads {
    /// At most so many threads at once.
    pub fn new(most: NonZeroUsize) -> Self {
        let handle = Handle {
            shared: Arc::default(),
            most: most.get(),
        };
        Self {
            handle: Arc::new(handle),
        }
    }
}

impl Default for Threads {
    /// As many threads as the machine runs at once, two at least.
    fn default() -> Self {
        const TWO: NonZeroUsize = NonZeroUsize::MIN.saturating_add(1);
        Self::new(thread::available_parallelism().map_or(TWO, |threads| threads.max(TWO)))
    }
}

impl Executor for Threads {
    fn spawn(&self, task: Task) -> Result<(), SpawnError> {
        let shared = &self.handle.shared;
        shared.lock().tasks += 1;
        let running = Running::new(task, Arc::<Shared>::clone(shared));
        shared.put(running);
        self.handle.start_if_needed()
    }

    fn sleep(&self, duration: Duration) -> Option<Task> {
        let at = Instant::now() + duration.min(LONGEST_WAIT);
        let handle = Arc::clone(&self.handle);
        Some(Box::pin(poll_fn(move |context| {
            if Instant::now() >= at {
                return Poll::Ready(());
            }
            handle.shared.wake_at(at, context.waker().clone());
            // Somebody must be there to do so.
            match handle.start_if_needed() {
                Ok(()) => Poll::Pending,
                Err(_) => Poll::Ready(()),
            }
        })))
    }
}

impl Handle {
    /// Starts a thread where all are at work and there may be more.
    fn start_if_needed(&self) -> Result<(), SpawnError> {
        let mut state = self.shared.lock();
        if state.idle > 0 || state.threads >= self.most {
            return Ok(());
        }
        state.threads += 1;
        drop(state);
        let shared = Arc::clone(&self.shared);
        let named = thread::Builder::new().name("audit-bus".to_owned());
        match named.spawn(move || shared.work()) {
            Ok(_) => Ok(()),
            Err(error) => {
                let mut state = self.shared.lock();
                state.threads -= 1;
                // Those that are there do it, later.
                if state.threads > 0 {
                    return Ok(());
                }
                Err(SpawnError::new(error))
            }
        }
    }
}

impl Queue for Shared {
    fn put(&self, running: Arc<Running>) {
        self.lock().queue.push_back(running);
        self.changed.notify_one();
    }

    fn task_done(&self) {
        let mut state = self.lock();
        state.tasks -= 1;
        let is_last = state.closed && state.tasks == 0;
        drop(state);
        if is_last {
            self.changed.notify_all();
        }
    }
}

impl Shared {
    fn wake_at(&self, at: Instant, waker: Waker) {
        let mut state = self.lock();
        let number = state.next_timer;
        state.next_timer += 1;
        state.timers.push(Reverse(Timer { at, number, waker }));
        drop(state);
        self.changed.notify_one();
    }

    /// What each thread does until the end: tasks first, then whoever is to be woken.
    fn work(&self) {
        let mut state = self.lock();
        loop {
            let now = Instant::now();
            let mut due = Vec::new();
            while state.timers.peek().is_some_and(|timer| timer.0.at <= now) {
                due.extend(state.timers.pop().map(|timer| timer.0.waker));
            }
            if !due.is_empty() {
                drop(state);
                due.into_iter().for_each(Waker::wake);
                state = self.lock();
                continue;
            }
            if let Some(running) = state.queue.pop_front() {
                drop(state);
                running.poll();
                state = self.lock();
                continue;
            }
            if state.closed && state.tasks == 0 {
                state.threads -= 1;
                drop(state);
                self.changed.notify_all();
                return;
            }
            state.idle += 1;
            let until = state.timers.peek().map(|timer| timer.0.at);
            state = match until {
                None => {
                    let waited = self.changed.wait(state);
                    waited.unwrap_or_else(PoisonError::into_inner)
                }
                Some(at) => {
                    let waited = self
                        .changed
                        .wait_timeout(state, at.saturating_duration_since(now));
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
            state.idle -= 1;
        }
    }

    /// A poisoned lock is taken all the same: every change to the state is complete in itself.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Handle {
    /// The threads end once no task is left.
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.changed.notify_all();
    }
}

impl PartialEq for Timer {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Timer {}

impl PartialOrd for Timer {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Timer {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.number).cmp(&(other.at, other.number))
    }
}

impl fmt::Debug for Threads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.handle.shared.lock();
        f.debug_struct("Threads")
            .field("most", &self.handle.most)
            .field("threads", &state.threads)
            .field("tasks", &state.tasks)
            .finish_non_exhaustive()
    }
}
