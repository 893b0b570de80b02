//! What waits to be written: a bounded queue between callers and the one writer.
//!
//! A mutex rather than a channel: overflow rules look at both ends, and the writer takes all that is there in one step, so
//! that batches grow with the load.

mod flush;
mod item;
mod limit;
mod line;
mod loss;
mod room;
mod state;
#[cfg(test)]
mod tests;

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use audit_core::{Acknowledgement, Delivery, Receipt, RecordError, RecordErrorKind, Recorded};

use crate::deadline::{Deadlines, after};

pub(crate) use flush::Flushed;
pub(crate) use item::{Batch, Item, Keep};
pub use limit::Overflow;
pub(crate) use limit::{LAGGING_BATCHES, Limits};
pub(crate) use loss::Loss;
use state::{Sleep, State, lost};

/// The queue.
#[derive(Debug)]
pub(crate) struct Queue {
    limits: Limits,
    deadlines: Deadlines,
    state: Mutex<State>,
    /// The writer has something to do.
    arrived: Condvar,
    /// There is room again, or something was written.
    moved: Condvar,
    /// What was shown of the trail to whoever observes the program.
    #[cfg(feature = "observability")]
    pub(crate) report: audit_core::observability::TrailReport,
    /// The process whose writer empties it.
    #[cfg(feature = "observability")]
    process: u32,
}

/// How long the writer waits for more where nobody waits for it.
const GATHERING: Duration = Duration::from_millis(4);
/// How many records are worth a batch at once.
const WORTH_IT: usize = 512;

/// Why the writer was woken.
#[derive(Debug)]
pub(crate) enum Woken {
    /// There is something to write.
    Batch(Batch),
    /// The time is over, or there is something else to do.
    TimedOut,
    /// Nothing more will come.
    Closed,
}

impl Queue {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            deadlines: Deadlines::default(),
            state: Mutex::default(),
            arrived: Condvar::new(),
            moved: Condvar::new(),
            #[cfg(feature = "observability")]
            report: audit_core::observability::TrailReport::new(),
            #[cfg(feature = "observability")]
            process: audit_process::id(),
        }
    }

    /// A poisoned lock is taken all the same: every change to the state is complete in itself.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts one record in. Waits for room only where the rule says so and the caller may be kept waiting.
    pub(crate) fn push(&self, item: Item, delivery: Delivery, may_block: bool) -> Recorded {
        let mut state = self.lock();
        if state.closed.is_some() {
            state.lose(item.time);
            return lost(delivery, RecordErrorKind::Closed, "the trail is closed");
        }
        if !self.has_room(&state, &item) {
            let overflow = match item.keep {
                Keep::Buffered => self.limits.overflow,
                // Best effort never waits, and nothing is dropped for what has room of its own.
                _ => Overflow::DropNewest,
            };
            match overflow {
                Overflow::DropNewest => return state.refuse(&item, delivery),
                Overflow::DropOldest => state.drop_oldest(item.body.len(), &self.limits),
                Overflow::Wait(patience) if may_block => {
                    let Some(ready) = self.wait_for_room(state, &item, patience) else {
                        let mut state = self.lock();
                        return state.refuse(&item, delivery);
                    };
                    state = ready;
                    if state.closed.is_some() {
                        state.lose(item.time);
                        return lost(delivery, RecordErrorKind::Closed, "the trail is closed");
                    }
                }
                Overflow::Wait(patience) => {
                    state.let_go();
                    let taken = state.line.taken();
                    if !taken.has_room(item.body.len(), self.limits.line()) {
                        return state.refuse(&item, delivery);
                    }
                    let (receipt, acknowledgement) = self.receipt(patience);
                    state.line.push(item, acknowledgement);
                    return Recorded::Pending(delivery, receipt);
                }
            }
        }
        self.put(state, item);
        Recorded::Taken(delivery)
    }

    /// A receipt that times out after so long.
    pub(crate) fn receipt(&self, patience: Duration) -> (Receipt, Acknowledgement) {
        let (receipt, acknowledgement) = Receipt::pair();
        let deadline = after(patience);
        self.deadlines.add(deadline, acknowledgement.watch());
        (receipt.due(deadline), acknowledgement)
    }

    /// Whether there is room. Each class has its own: what ends durable calls finds it however full the others are, and yet
    /// a store that hangs does not fill the memory.
    fn has_room(&self, state: &State, item: &Item) -> bool {
        let taken = state.rooms.taken(item.keep);
        taken.has_room(item.body.len(), self.limits.room(item.keep))
    }

    fn put(&self, mut state: MutexGuard<'_, State>, item: Item) {
        let urgent = state.put(item);
        let wake = match state.sleep {
            Sleep::Awake => false,
            Sleep::Idle => true,
            Sleep::Gathering => urgent || state.waiting.len() >= WORTH_IT,
        };
        if wake {
            state.sleep = Sleep::Awake;
        }
        drop(state);
        if wake {
            self.arrived.notify_one();
        }
    }

    /// Waits on this thread until there is room, at most so long.
    fn wait_for_room<'q>(
        &'q self,
        mut state: MutexGuard<'q, State>,
        item: &Item,
        patience: Duration,
    ) -> Option<MutexGuard<'q, State>> {
        let deadline = after(patience);
        state.blocked += 1;
        loop {
            if state.closed.is_some() || self.has_room(&state, item) {
                state.blocked -= 1;
                return Some(state);
            }
            let Some(left) = deadline.checked_duration_since(Instant::now()) else {
                state.blocked -= 1;
                return None;
            };
            let waited = self.moved.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Takes what is there, up to the limits of a batch; waits until the deadline for something to come, and a moment
    /// longer for more where nobody waits for it.
    pub(crate) fn take(&self, deadline: Option<Instant>) -> Woken {
        let mut state = self.lock();
        // A loss that the store does not take is no reason to go on once the time is over: the end tells of it.
        while state.is_empty() || state.is_over() {
            if state.closed.is_some() {
                return Woken::Closed;
            }
            if std::mem::take(&mut state.nudged) {
                return Woken::TimedOut;
            }
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            if left == Some(Duration::ZERO) {
                return Woken::TimedOut;
            }
            state = self.sleep(state, Sleep::Idle, left);
        }
        if state.awaited == 0
            && state.waiting.len() < WORTH_IT
            && state.flushes.are_none()
            && state.closed.is_none()
        {
            state = self.sleep(state, Sleep::Gathering, Some(GATHERING));
        }
        Woken::Batch(self.take_batch(state))
    }

    /// Takes what is there at once, if there is anything.
    pub(crate) fn take_now(&self) -> Option<Batch> {
        let state = self.lock();
        (!state.is_empty()).then(|| self.take_batch(state))
    }

    fn sleep<'q>(
        &'q self,
        mut state: MutexGuard<'q, State>,
        sleep: Sleep,
        at_most: Option<Duration>,
    ) -> MutexGuard<'q, State> {
        state.sleep = sleep;
        let mut state = match at_most {
            Some(at_most) => {
                let waited = self.arrived.wait_timeout(state, at_most);
                waited.unwrap_or_else(PoisonError::into_inner).0
            }
            None => self
                .arrived
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner),
        };
        state.sleep = Sleep::Awake;
        state
    }

    fn take_batch(&self, mut state: MutexGuard<'_, State>) -> Batch {
        let batch = state.take_batch(&self.limits);
        // Room is given in the order in which it was asked for.
        let mut admitted = Vec::new();
        loop {
            state.let_go();
            let taken = state.rooms.taken(Keep::Buffered);
            let most = self.limits.room(Keep::Buffered);
            let fits = |item: &Item, _: &_| taken.has_room(item.body.len(), most);
            let Some((item, acknowledgement)) = state.line.pop_if(fits) else {
                break;
            };
            state.put(item);
            admitted.push(acknowledgement);
        }
        let blocked = state.blocked > 0;
        drop(state);
        for acknowledgement in admitted {
            acknowledgement.settle(Ok(()));
        }
        if blocked {
            self.moved.notify_all();
        }
        batch
    }

    /// What the writer took was written, and is on disk or will be with a batch that follows.
    pub(crate) fn done(&self, on_disk: bool) {
        let mut state = self.lock();
        if on_disk {
            state.in_hand.clear();
        }
        let told = !state.flushes.are_none();
        drop(state);
        if told {
            self.moved.notify_all();
        }
    }

    /// What the writer took is given up: it is lost, and so is what it would have told.
    pub(crate) fn give_up(&self, lost: Loss, untold: Loss) {
        let mut state = self.lock();
        state.give_up(lost.count);
        state.loss.add(lost);
        state.loss.add(untold);
        drop(state);
        self.done(false);
    }

    /// The writer is gone, and nobody comes after it: nothing more is taken in, and what waits and what it had in hand is given up.
    /// Returns how many records that is; of those that were not on disk for sure some may be kept.
    pub(crate) fn abandon(&self) -> u64 {
        self.close(Instant::now());
        let (records, waiting) = self.lock().abandon();
        // Whoever waits for one of them is told so as it goes.
        drop(waiting);
        self.moved.notify_all();
        records
    }

    /// Takes nothing more in. What waits is written until then, if the store takes it.
    pub(crate) fn close(&self, until: Instant) {
        let mut state = self.lock();
        state.closed = Some(until);
        let mut waiting = Vec::new();
        while let Some((item, acknowledgement)) = state.line.pop_if(|_, _| true) {
            state.lose(item.time);
            waiting.push(acknowledgement);
        }
        drop(state);
        // What waited for room is told so as its acknowledgement goes.
        drop(waiting);
        self.arrived.notify_all();
        self.moved.notify_all();
    }

    /// Wakes the writer for something else than a batch.
    pub(crate) fn nudge(&self) {
        self.lock().nudged = true;
        self.arrived.notify_one();
    }

    /// Leaves the store alone for a while. Returns whether to go on: not once the time for what waits is over.
    pub(crate) fn rest(&self, pause: Duration) -> bool {
        let end = Instant::now() + pause;
        let mut state = self.lock();
        loop {
            let now = Instant::now();
            if state.closed.is_some_and(|until| until <= now) {
                return false;
            }
            let until = state.closed.map_or(end, |until| until.min(end));
            let left = until.saturating_duration_since(now);
            if left == Duration::ZERO {
                return true;
            }
            let waited = self.arrived.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Tells whoever waits that what waits is not kept as yet. It is kept all the same, as soon as it can be.
    pub(crate) fn refuse(&self, error: &RecordError) {
        let mut state = self.lock();
        let refused = state.refuse_awaited(&self.limits);
        drop(state);
        // Wakers are foreign: they are called without the lock.
        for acknowledgement in refused {
            acknowledgement.settle(Err(error.clone()));
        }
    }

    /// How many records wait, those of tasks that wait for room among them, and how many bytes they take.
    pub(crate) fn depth(&self) -> (usize, usize) {
        let state = self.lock();
        (
            state.depth(),
            state.rooms.bytes() + state.line.taken().bytes,
        )
    }

    /// Shows what waits to whoever observes the program.
    #[cfg(feature = "observability")]
    pub(crate) fn show(&self, trail: &str) {
        use audit_core::observability::TrailQueue;

        // In one look: callers and the writer want this lock.
        self.report.queue(trail, || {
            let state = self.lock();
            TrailQueue {
                waiting: state.depth(),
                lost: state.lost,
            }
        });
    }

    /// How many records are not on disk yet: those that wait, and those that the writer has in hand.
    pub(crate) fn unwritten(&self) -> usize {
        self.lock().unwritten()
    }

    /// How many records the writer gave up.
    pub(crate) fn given_up(&self) -> u64 {
        self.lock().given_up
    }

    /// How many of those that the writer gave up are told of in the trail, or are to be.
    pub(crate) fn given_up_and_told(&self) -> u64 {
        let state = self.lock();
        state.given_up - state.abandoned
    }

    /// Whether nothing more is taken in.
    pub(crate) fn is_closed(&self) -> bool {
        self.lock().closed.is_some()
    }

    /// The loss that nobody told of so far: the caller does.
    pub(crate) fn take_loss(&self) -> Loss {
        std::mem::take(&mut self.lock().loss)
    }

    /// How many records were ever lost.
    pub(crate) fn lost(&self) -> u64 {
        self.lock().lost
    }
}

#[cfg(feature = "observability")]
impl audit_core::observability::Shown for Queue {
    /// The writer shows how the trail stands, though there is nothing to write.
    fn switched_on(&self) {
        // A forked child has no writer, and maybe a lock that is never freed.
        if self.process == audit_process::id() {
            self.nudge();
        }
    }
}
