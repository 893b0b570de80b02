//! [`Queue`]: what waits for a worker, and what the worker has in hand.

use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// How a queue is bounded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms {
    /// How many may wait; 0 counts as 1.
    pub(crate) capacity: usize,
    /// How long the worker may take for one; as long as it wants without.
    pub(crate) timeout: Option<Duration>,
}

impl Terms {
    /// When what begins now is due; never, where no clock reads that far.
    fn due(self) -> Option<Instant> {
        Instant::now().checked_add(self.timeout?)
    }
}

/// Why something was not put in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// As many wait as may.
    Full,
    /// Nothing more is to come in.
    Closed,
    /// The worker takes too long for what it has in hand.
    Held,
    /// The worker stayed with the process that this one was forked from.
    Forked,
}

/// What became of a flush.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flushed {
    Done,
    /// What is held back was not all sent on.
    Failed,
    /// Not by the deadline.
    Late,
}

/// What a look at the worker found.
pub(crate) enum Look<T> {
    /// Nobody watches it any more: it has begun nothing since it was looked at.
    Idle,
    /// It has nothing in hand now, and has begun so many by now.
    Resting(u64),
    /// The worker has until then.
    Due(Instant),
    /// It took too long just now. What waited is out of the queue, and nothing comes in until it returns.
    Overdue { in_hand: T, waited: VecDeque<T> },
}

/// A bounded queue. Whoever holds one can put something in; its worker ends once it is closed.
pub(crate) struct Queue<T>(Arc<Shared<T>>);

struct Shared<T> {
    terms: Terms,
    /// The process whose worker it is.
    process: u32,
    state: Mutex<State<T>>,
    /// Something came in, or the queue was closed.
    arrived: Condvar,
    /// A flush was answered, or the worker ended.
    answered: Condvar,
    /// Whether somebody looks now and then whether the worker takes too long.
    is_watched: AtomicBool,
}

struct State<T> {
    jobs: VecDeque<Job<T>>,
    /// How many items are among them.
    waiting: usize,
    hand: Hand<T>,
    /// How many the worker has begun.
    begun: u64,
    /// How many were taken out because the worker takes too long, and are not seen to yet.
    unsettled: usize,
    is_closed: bool,
    is_over: bool,
}

/// What the worker has in hand.
enum Hand<T> {
    Nothing,
    /// Something for which it has all the time it wants.
    Busy,
    /// This, until then.
    Timed(T, Instant),
    /// Something that takes too long.
    Overdue,
}

/// What a worker is asked to do.
pub(super) enum Job<T> {
    Item(T),
    Flush(Arc<OnceLock<bool>>),
}

impl<T: Clone> Queue<T> {
    pub(super) fn new(terms: Terms) -> Self {
        let state = State {
            jobs: VecDeque::new(),
            waiting: 0,
            hand: Hand::Nothing,
            begun: 0,
            unsettled: 0,
            is_closed: false,
            is_over: false,
        };
        Self(Arc::new(Shared {
            terms: Terms {
                capacity: terms.capacity.max(1),
                // No clock reads as far as some time-outs.
                timeout: terms
                    .timeout
                    .filter(|timeout| Instant::now().checked_add(*timeout).is_some()),
            },
            process: audit_process::id(),
            state: Mutex::new(state),
            arrived: Condvar::new(),
            answered: Condvar::new(),
            is_watched: AtomicBool::new(false),
        }))
    }

    /// How it is bounded.
    pub(crate) fn terms(&self) -> Terms {
        self.0.terms
    }

    /// Whether one could be put in now, for whoever has to make it first.
    ///
    /// # Errors
    /// Why it could not.
    pub(crate) fn admits(&self) -> Result<(), Refusal> {
        self.admit().map(drop)
    }

    /// Puts one in. Never waits for the worker's work.
    ///
    /// # Errors
    /// Why it was not put in.
    pub(crate) fn push(&self, item: T) -> Result<(), Refusal> {
        let mut state = self.admit()?;
        state.jobs.push_back(Job::Item(item));
        state.waiting += 1;
        drop(state);
        self.0.arrived.notify_one();
        Ok(())
    }

    fn admit(&self) -> Result<MutexGuard<'_, State<T>>, Refusal> {
        // The lock may be held by a thread that stayed behind.
        if self.is_forked() {
            return Err(Refusal::Forked);
        }
        let state = self.lock();
        if state.is_closed {
            Err(Refusal::Closed)
        } else if matches!(state.hand, Hand::Overdue) {
            Err(Refusal::Held)
        } else if state.waiting >= self.0.terms.capacity {
            Err(Refusal::Full)
        } else {
            Ok(state)
        }
    }

    /// Asks the worker to flush once it has done all that was put in before.
    pub(crate) fn flush(&self) -> Flushing<T> {
        let answer = Arc::new(OnceLock::new());
        if !self.is_forked() {
            let mut state = self.lock();
            if !state.is_over {
                state.jobs.push_back(Job::Flush(Arc::clone(&answer)));
                drop(state);
                self.0.arrived.notify_one();
            }
        }
        let queue = self.clone();
        Flushing { queue, answer }
    }

    /// Takes nothing more in. The worker does what is in the queue, then ends.
    pub(crate) fn close(&self) {
        if !self.is_forked() {
            self.lock().is_closed = true;
            self.0.arrived.notify_one();
        }
    }

    /// How many wait, are in hand, or were taken out and are not seen to yet.
    pub(crate) fn depth(&self) -> usize {
        if self.is_forked() {
            return 0;
        }
        let state = self.lock();
        state.waiting + state.unsettled + usize::from(!matches!(state.hand, Hand::Nothing))
    }

    /// How many wait, without what is in hand.
    pub(crate) fn waiting(&self) -> usize {
        if self.is_forked() {
            return 0;
        }
        self.lock().waiting
    }

    /// Whether nothing comes in because the worker takes too long.
    pub(crate) fn is_held(&self) -> bool {
        !self.is_forked() && matches!(self.lock().hand, Hand::Overdue)
    }

    /// Whether that is so, and nothing is left of what was taken out because of it.
    pub(crate) fn is_held_and_settled(&self) -> bool {
        if self.is_forked() {
            return false;
        }
        let state = self.lock();
        matches!(state.hand, Hand::Overdue) && state.unsettled == 0
    }

    /// Begins to have the worker looked at. Returns whether nobody did so far.
    pub(crate) fn begin_watch(&self) -> bool {
        !self.0.is_watched.swap(true, Ordering::Relaxed)
    }

    /// Whoever was to look does not.
    pub(crate) fn end_watch(&self) {
        self.0.is_watched.store(false, Ordering::Relaxed);
    }

    /// The same queue, not another with the same in it.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Looks whether the worker takes too long, and holds the queue if so. Where it has begun
    /// no more than was known, nobody watches it any more.
    pub(crate) fn look(&self, now: Instant, known: u64) -> Look<T> {
        let mut state = self.lock();
        if let Hand::Timed(_, due) = state.hand
            && due > now
        {
            return Look::Due(due);
        }
        if !matches!(state.hand, Hand::Timed(..)) && state.begun != known {
            return Look::Resting(state.begun);
        }
        self.0.is_watched.store(false, Ordering::Relaxed);
        let in_hand = match std::mem::replace(&mut state.hand, Hand::Overdue) {
            Hand::Timed(in_hand, _) => in_hand,
            other => {
                state.hand = other;
                return Look::Idle;
            }
        };
        state.waiting = 0;
        let (mut waited, mut stay) = (VecDeque::new(), VecDeque::new());
        for job in std::mem::take(&mut state.jobs) {
            match job {
                Job::Item(item) => waited.push_back(item),
                flush @ Job::Flush(_) => stay.push_back(flush),
            }
        }
        state.jobs = stay;
        state.unsettled += waited.len();
        Look::Overdue { in_hand, waited }
    }

    /// So many of those that were taken out are seen to.
    pub(crate) fn settled(&self, count: usize) {
        let mut state = self.lock();
        state.unsettled = state.unsettled.saturating_sub(count);
        drop(state);
        self.0.answered.notify_all();
    }

    /// What the worker does next; `None` once the queue is closed and empty.
    pub(super) fn next(&self) -> Option<Job<T>> {
        let mut state = self.lock();
        state.hand = Hand::Nothing;
        loop {
            if let Some(job) = state.jobs.pop_front() {
                if let Job::Item(item) = &job {
                    let due = self.0.terms.due();
                    state.hand = due.map_or(Hand::Busy, |due| Hand::Timed(item.clone(), due));
                    state.begun += 1;
                    state.waiting = state.waiting.saturating_sub(1);
                }
                return Some(job);
            }
            if state.is_closed {
                state.is_over = true;
                drop(state);
                self.0.answered.notify_all();
                return None;
            }
            let arrived = self.0.arrived.wait(state);
            state = arrived.unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The worker has done what it had in hand: what comes is taken in again.
    pub(super) fn taken(&self) {
        let mut state = self.lock();
        let in_hand = std::mem::replace(&mut state.hand, Hand::Busy);
        drop(state);
        drop(in_hand);
    }

    pub(super) fn flushed(&self, asked: &OnceLock<bool>, worked: bool) {
        let state = self.lock();
        let _first = asked.set(worked);
        drop(state);
        self.0.answered.notify_all();
    }

    /// Whether the worker stayed with the process that this one was forked from.
    pub(crate) fn is_forked(&self) -> bool {
        self.0.process != audit_process::id()
    }
}

impl<T> Queue<T> {
    /// The state; a poisoned lock is taken all the same, as every change to it is complete.
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Clone for Queue<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> fmt::Debug for Queue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue")
            .field("terms", &self.0.terms)
            .finish_non_exhaustive()
    }
}

/// A flush that was asked for.
#[must_use = "a flush has to be waited for"]
pub(crate) struct Flushing<T> {
    queue: Queue<T>,
    answer: Arc<OnceLock<bool>>,
}

impl<T: Clone> Flushing<T> {
    /// Waits until it is done, which it has to be by then.
    pub(crate) fn wait(self, deadline: Instant) -> Flushed {
        if self.queue.is_forked() {
            return Flushed::Done;
        }
        let mut state = self.wait_until(deadline);
        self.answer(&state).unwrap_or_else(|| {
            // Nobody waits for it any more: else a worker that hangs gathers them without end.
            let is_this =
                |job: &Job<T>| matches!(job, Job::Flush(asked) if Arc::ptr_eq(asked, &self.answer));
            state.jobs.retain(|job| !is_this(job));
            Flushed::Late
        })
    }

    /// Waits until then at most, and longer later. Returns whether it is done.
    pub(crate) fn is_done_by(&self, until: Instant) -> bool {
        self.queue.is_forked() || self.answer(&self.wait_until(until)).is_some()
    }

    fn wait_until(&self, until: Instant) -> MutexGuard<'_, State<T>> {
        let mut state = self.queue.lock();
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left == Duration::ZERO || self.answer(&state).is_some() {
                return state;
            }
            let waited = self.queue.0.answered.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn answer(&self, state: &State<T>) -> Option<Flushed> {
        let worked = self.answer.get().copied();
        let worked = worked.or(state.is_over.then_some(true));
        let worked = worked.filter(|_| state.unsettled == 0)?;
        Some(if worked {
            Flushed::Done
        } else {
            Flushed::Failed
        })
    }
}
