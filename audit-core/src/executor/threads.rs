//! [`Threads`]: an executor with threads of its own, which are started when they are needed.

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::num::NonZeroUsize;
use std::pin::Pin;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use super::blocking::Blocking;
use super::task::{Home, Running};
use super::timer::Timers;
use super::{BlockingTask, Executor, SpawnError, Task};
use crate::sync::{Condvar, Mutex, MutexGuard, thread};

/// A wait for longer than this is a wait for this long: the sum with the present moment must exist.
const LONGEST_WAIT: Duration = Duration::from_hours(365 * 24);

/// An executor with threads of its own. They are started when there is something to do, and end with the last handle.
///
/// A task that keeps its thread, because its code waits or computes without end, keeps the others from it. Where all threads are
/// kept so and others wait, a warning says so and there is a thread more, of 64 at most: tasks go on, and time-outs hold.
#[derive(Clone)]
pub struct Threads {
    handle: Arc<Handle>,
}

/// Ends the threads when it goes.
struct Handle {
    shared: Arc<Shared>,
    blocking: Blocking,
}

pub(super) struct Shared {
    state: Mutex<State>,
    /// There is something to do, a sooner deadline, or an end.
    changed: Condvar,
    /// All threads are at work and there is more to do, or there is an end.
    pub(super) busy: Condvar,
    /// How often all threads were kept.
    pub(super) stalled: AtomicU64,
    /// How many threads there are at most, unless tasks keep them.
    pub(super) most: usize,
}

#[derive(Default)]
pub(super) struct State {
    queue: VecDeque<Arc<Running>>,
    timers: Timers,
    pub(super) threads: usize,
    pub(super) idle: usize,
    /// How many of those were told that there is something to do, and have not come yet.
    called: usize,
    /// How often a thread took something to do.
    pub(super) taken: u64,
    /// Whether a thread looks after the others.
    pub(super) watched: bool,
    /// Tasks that are not done.
    tasks: usize,
    closed: bool,
}

impl State {
    /// Whether a task waits, or a waker whose time has come.
    pub(super) fn has_waiting(&self) -> bool {
        !self.queue.is_empty() || self.next_timer().is_some_and(|at| at <= Instant::now())
    }

    /// When the next waker's time comes.
    pub(super) fn next_timer(&self) -> Option<Instant> {
        self.timers.next()
    }

    /// Calls one that has nothing to do, if there is one whom nobody called.
    fn call(&mut self) -> bool {
        let is_there = self.idle > self.called;
        self.called += usize::from(is_there);
        is_there
    }

    /// Whether nothing more is to be done.
    pub(super) fn is_over(&self) -> bool {
        self.closed && self.tasks == 0
    }
}

/// Waits for a moment.
struct Sleep {
    at: Instant,
    handle: Arc<Handle>,
    /// There while it waits.
    timer: Option<u64>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if Instant::now() >= self.at {
            return Poll::Ready(());
        }
        let waker = context.waker().clone();
        let shared = Arc::clone(&self.handle.shared);
        let unneeded = match self.timer {
            None => {
                self.timer = Some(shared.wake_at(self.at, waker));
                None
            }
            // Whoever is polled often waits in one place all the same.
            Some(number) => Some(shared.lock().timers.replace(self.at, number, waker)),
        };
        drop(unneeded);
        // Somebody must be there to do so.
        match shared.start_if_needed(shared.lock()) {
            Ok(()) => Poll::Pending,
            Err(_) => Poll::Ready(()),
        }
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        let Some(number) = self.timer.take() else {
            return;
        };
        let waker = self.handle.shared.lock().timers.remove(self.at, number);
        // It may be the last that knows of a task.
        drop(waker);
    }
}

impl Threads {
    /// At most so many threads at once.
    pub fn new(most: NonZeroUsize) -> Self {
        let shared = Shared {
            state: Mutex::default(),
            changed: Condvar::new(),
            busy: Condvar::new(),
            stalled: AtomicU64::new(0),
            most: most.get(),
        };
        let handle = Handle {
            shared: Arc::new(shared),
            blocking: Blocking::default(),
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

#[cfg(test)]
impl Threads {
    /// How many have nothing to do.
    pub(super) fn idle(&self) -> usize {
        self.handle.shared.lock().idle
    }

    /// Lets nobody look after them.
    pub(super) fn unwatched(&self) {
        self.handle.shared.lock().watched = true;
    }

    /// How many wait for a moment.
    pub(super) fn timers(&self) -> usize {
        self.handle.shared.lock().timers.len()
    }
}

impl Executor for Threads {
    fn spawn(&self, task: Task) -> Result<(), SpawnError> {
        let shared = &self.handle.shared;
        shared.lock().tasks += 1;
        let running = Running::new(task, Arc::clone(shared) as _);
        let started = shared.queue(Arc::clone(&running));
        if started.is_err() {
            // Nobody is there to run it.
            shared.take_back(&running);
        }
        started
    }

    fn sleep(&self, duration: Duration) -> Option<Task> {
        Some(Box::pin(Sleep {
            at: Instant::now() + duration.min(LONGEST_WAIT),
            handle: Arc::clone(&self.handle),
            timer: None,
        }))
    }

    fn spawn_blocking(&self, work: BlockingTask) -> Result<(), SpawnError> {
        self.handle.blocking.spawn(work)
    }
}

impl Shared {
    /// Puts a task into the queue, and sees to it that there is a thread for it.
    ///
    /// # Errors
    /// There is none, and there can be none.
    fn queue(self: &Arc<Self>, running: Arc<Running>) -> Result<(), SpawnError> {
        let mut state = self.lock();
        state.queue.push_back(running);
        if state.call() {
            drop(state);
            self.changed.notify_one();
            return Ok(());
        }
        self.start_if_needed(state)
    }

    /// Starts a thread where all are at work or called, and there may be more.
    fn start_if_needed(self: &Arc<Self>, state: MutexGuard<'_, State>) -> Result<(), SpawnError> {
        if state.idle > state.called {
            return Ok(());
        }
        if state.threads >= self.most {
            drop(state);
            self.busy.notify_one();
            return Ok(());
        }
        drop(state);
        let started = self.start();
        started.or_else(|error| {
            // Those that are there do it, later.
            let has_others = self.lock().threads > 0;
            if has_others { Ok(()) } else { Err(error) }
        })
    }

    /// Starts a thread that works.
    pub(super) fn start(self: &Arc<Self>) -> Result<(), SpawnError> {
        self.lock().threads += 1;
        let working = Arc::clone(self);
        let named = thread::Builder::new().name("audit-bus".to_owned());
        let started = named.spawn(move || working.work());
        started.map(drop).map_err(|error| {
            self.lock().threads -= 1;
            SpawnError::new(error)
        })
    }

    /// Takes a task out that nobody will run.
    fn take_back(&self, running: &Arc<Running>) {
        let mut state = self.lock();
        let place = state
            .queue
            .iter()
            .position(|other| Arc::ptr_eq(other, running));
        let taken = place.and_then(|place| state.queue.remove(place));
        drop(state);
        drop(taken);
    }

    fn wake_at(&self, at: Instant, waker: Waker) -> u64 {
        let number = self.lock().timers.add(at, waker);
        self.changed.notify_one();
        number
    }

    /// What each thread does until the end: tasks first, then whoever is to be woken.
    fn work(self: &Arc<Self>) {
        let mut state = self.lock();
        loop {
            state.taken = state.taken.wrapping_add(1);
            let now = Instant::now();
            let due = state.timers.take_due(now);
            if !due.is_empty() {
                drop(state);
                due.into_iter().for_each(Waker::wake);
                state = self.lock();
                continue;
            }
            if let Some(running) = state.queue.pop_front() {
                if state.idle == 0 {
                    self.watch_if_needed(&mut state);
                }
                drop(state);
                running.poll();
                // It may be the last that knows of the task, which then ends here.
                drop(running);
                state = self.lock();
                continue;
            }
            if state.is_over() {
                state.threads -= 1;
                drop(state);
                self.changed.notify_all();
                self.busy.notify_all();
                return;
            }
            // One more than there should be is not needed once another has nothing to do.
            if state.threads > self.most && state.idle > 0 {
                state.threads -= 1;
                return;
            }
            state.idle += 1;
            let until = state.next_timer();
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
            // Whoever comes first is the one who was called; another who comes for nothing waits again.
            state.called = state.called.saturating_sub(1);
        }
    }

    /// A poisoned lock is taken all the same: every change to the state is complete in itself.
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Home for Shared {
    fn wake(self: Arc<Self>, running: Arc<Running>) {
        // Who polls it is there already, or comes once there is room for a thread.
        let _started = self.queue(running);
    }

    fn task_done(&self) {
        let mut state = self.lock();
        state.tasks -= 1;
        let is_last = state.closed && state.tasks == 0;
        drop(state);
        if is_last {
            self.changed.notify_all();
            self.busy.notify_all();
        }
    }
}

impl Drop for Handle {
    /// The threads end once no task is left.
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.changed.notify_all();
        self.shared.busy.notify_all();
    }
}

impl fmt::Debug for Threads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.handle.shared.lock();
        f.debug_struct("Threads")
            .field("most", &self.handle.shared.most)
            .field("threads", &state.threads)
            .field("tasks", &state.tasks)
            .field("blocking", &self.handle.blocking.threads())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[cfg(audit_model)]
mod interleaving;
