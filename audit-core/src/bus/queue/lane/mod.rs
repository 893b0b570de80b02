//! [`Lane`]: what was accepted and is done later, in order: a bounded queue, and the tasks that empty it while there is something in it.

#[cfg(test)]
#[cfg(audit_model)]
mod interleaving;
mod loss;
mod room;
mod shown;
mod standstill;
mod state;
mod worker;

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError, Weak};
use std::task::{Context, Poll, Waker};

use crate::bus::event::{Burial, By, What};
use crate::clock::{EventId, Timestamp};
use crate::contain::{contain, discard};
use crate::executor::{Executor, SpawnError, Task, wait};
use crate::observability::{LaneReport, show_from_now};
use crate::scope::Surroundings;
use crate::sync::{Mutex, MutexGuard, StaticU64};

use super::{Overflow, Queue};

use loss::Loss;
pub(in crate::bus) use loss::{LossReason, Source};
pub(in crate::bus) use room::Room;
use standstill::Post;
use state::State;
pub(in crate::bus) use worker::emptying;

/// What waits in a lane.
pub(in crate::bus) trait Waiting: Send + 'static {
    /// What it is, for whoever must tell that it was not done.
    fn label(&self) -> Label;
    /// When it was handed over.
    fn time(&self) -> Timestamp;
    /// What was in force there.
    fn around(&self) -> &Surroundings;
}

/// What somebody published or invoked, and in what.
#[derive(Clone, Debug)]
pub(in crate::bus) struct Label {
    pub(in crate::bus) what: What,
    /// The event of the operation, where anybody wants to know of that.
    pub(in crate::bus) call: Option<EventId>,
    /// What was in force where it was handed over.
    pub(in crate::bus) around: Surroundings,
}

/// A bounded queue, and the tasks that empty it while there is something in it.
pub(in crate::bus) struct Lane<T> {
    /// Names it among all lanes of the process.
    number: u64,
    queue: Queue,
    concurrency: usize,
    source: Source,
    ground: Weak<dyn Ground>,
    state: Mutex<State<T>>,
    report: LaneReport,
}

/// What lanes stand on: the bus.
pub(in crate::bus) trait Ground: Send + Sync {
    /// Where its tasks run.
    fn executor(&self) -> &dyn Executor;
    /// Records what could not be handled, and gives it to whoever wants dead letters.
    fn bury<'g>(&'g self, burial: Burial<'g>) -> Pin<Box<dyn Future<Output = ()> + Send + 'g>>;
    /// The same for what is not done any more, each in what was in force where it was handed over. Nobody waits for those who want
    /// dead letters.
    fn mourn(self: Arc<Self>, labels: Vec<Label>, by: By<'_>, why: &str);
}

/// What became of something that was to be put in.
pub(in crate::bus) enum Pushed<T> {
    /// It is in. If there is a number, which is its own, a task more is to be started, which is counted already: whoever does so says
    /// by [`started`](Lane::started) that he did.
    Taken { starts: Option<u64> },
    /// There was no room, and it was dropped and counted.
    Dropped,
    /// There is no room, and it may wait for some.
    Full(T),
    /// Nothing more gets in.
    Closed(T),
}

/// What was not done when a lane was given up.
#[derive(Debug, Default)]
pub(in crate::bus) struct GivenUp {
    pub(in crate::bus) waiting: Vec<Label>,
    /// What goes on, and may come to an end still.
    pub(in crate::bus) at_work: Vec<Label>,
}

impl<T: Waiting> Lane<T> {
    pub(in crate::bus) fn new(
        queue: Queue,
        concurrency: usize,
        source: Source,
        ground: Weak<dyn Ground>,
    ) -> Arc<Self> {
        static NUMBERS: StaticU64 = StaticU64::new(0);
        let lane = Arc::new(Self {
            number: NUMBERS.fetch_add(1, Ordering::Relaxed),
            queue,
            concurrency: concurrency.max(1),
            source,
            ground,
            state: Mutex::new(State::default()),
            report: LaneReport::new(),
        });
        show_from_now(&lane);
        lane
    }

    pub(in crate::bus) fn queue(&self) -> Queue {
        self.queue
    }

    pub(in crate::bus) fn concurrency(&self) -> usize {
        self.concurrency
    }

    /// How many may wait.
    pub(in crate::bus) fn most(&self) -> usize {
        self.queue.most()
    }

    /// Puts something in, if there is room or may be made.
    pub(in crate::bus) fn push(&self, item: T) -> Pushed<T> {
        let pushed = self.put(item);
        self.show();
        pushed
    }

    fn put(&self, item: T) -> Pushed<T> {
        let mut state = self.lock();
        if state.closed {
            return Pushed::Closed(item);
        }
        let is_full = state.waiting.len() >= self.queue.most() || !state.outside.is_empty();
        if !is_full {
            return self.take_in(&mut state, item);
        }
        let (pushed, gone) = match self.queue.on_overflow() {
            Overflow::Wait => return Pushed::Full(item),
            Overflow::DropNewest => {
                state.lose(&item);
                (Pushed::Dropped, Some(item))
            }
            Overflow::DropOldest => {
                let oldest = state.waiting.pop_front().map(|(_, oldest)| oldest);
                if let Some(oldest) = &oldest {
                    state.lose(oldest);
                }
                (self.take_in(&mut state, item), oldest)
            }
        };
        // As many are lost as it holds, and nobody was told: whoever handles may hang.
        let is_much = state.loss.count() >= self.queue.most() as u64;
        let loss = is_much.then(|| state.take_loss());
        let flushed = state.flushed();
        drop(state);
        flushed.into_iter().for_each(Waker::wake);
        if let Some(loss) = loss {
            loss.tell(&self.source);
        }
        self.mourn(
            gone.into_iter().map(labelled).collect(),
            LossReason::QueueFull,
        );
        pushed
    }

    /// Has a task run that empties it, for the item of this number. That is handed back where there is none, unless another task is
    /// there that does it.
    pub(in crate::bus) fn start(
        &self,
        executor: &dyn Executor,
        task: Task,
        number: u64,
    ) -> Result<(), (SpawnError, T)> {
        let spawned = contain(|| executor.spawn(task));
        let spawned = spawned.unwrap_or_else(|panic| Err(SpawnError::new(panic)));
        let refused = self.started(spawned.is_err().then_some(number));
        match (spawned, refused) {
            (Err(error), Some(item)) => Err((error, item)),
            _ => Ok(()),
        }
    }

    /// A task was started that empties it, or could not be: then the item of this number is handed back, unless another task is
    /// there that does it. What waits where no task is there is lost.
    pub(in crate::bus) fn started(&self, refused: Option<u64>) -> Option<T> {
        let mut state = self.lock();
        state.starting -= 1;
        // Those that are being started may be refused likewise.
        let is_empty = state.workers <= state.starting;
        let refused = refused.filter(|_| is_empty);
        let back = refused.and_then(|number| state.take_back(number));
        let (gone, woken) = state.abandoned();
        drop(state);
        self.show();
        self.tell_of_abandoned(Loss::of(LossReason::TaskDropped), Vec::new(), gone);
        woken.into_iter().for_each(Waker::wake);
        back
    }

    /// Counts and tells of one that was handed back, and is not put in again.
    pub(in crate::bus) fn abandon(&self, item: &T) {
        self.lock().dropped += 1;
        self.show();
        let mut loss = Loss::of(LossReason::TaskDropped);
        loss.add(item.time(), item.around());
        loss.tell(&self.source);
    }

    fn tell_of_abandoned(&self, mut loss: Loss, mut labels: Vec<Label>, gone: VecDeque<(u64, T)>) {
        for (_, item) in gone {
            loss.add(item.time(), item.around());
            labels.push(labelled(item));
        }
        loss.tell(&self.source);
        self.mourn(labels, LossReason::TaskDropped);
    }

    /// Makes dead letters of what is lost, after the loss was told of.
    fn mourn(&self, labels: Vec<Label>, reason: LossReason) {
        if labels.is_empty() {
            return;
        }
        let Some(ground) = self.ground() else {
            labels.into_iter().for_each(discard);
            return;
        };
        let why = match reason {
            LossReason::QueueFull => "was full",
            _ => "is emptied by no task any more",
        };
        let why = format!("its queue {} {why}", self.source.name());
        ground.mourn(labels, self.source.as_by(), &why);
    }

    /// The bus that it is of.
    pub(in crate::bus) fn ground(&self) -> Option<Arc<dyn Ground>> {
        self.ground.upgrade()
    }

    fn take_in(&self, state: &mut State<T>, item: T) -> Pushed<T> {
        let number = state.accept(item);
        let starts = state.workers < self.concurrency;
        state.workers += usize::from(starts);
        state.starting += usize::from(starts);
        Pushed::Taken {
            starts: starts.then_some(number),
        }
    }

    /// Counts and tells of one that could not even wait for room.
    fn lose(&self, item: T) {
        self.lock().lose(&item);
        self.show();
        discard(item);
    }

    /// What is done in place of this lane's tasks.
    fn post(&self) -> Post {
        Post {
            lane: self.number,
            concurrency: self.concurrency,
        }
    }

    /// How many wait, and how many were dropped.
    pub(in crate::bus) fn counts(&self) -> (usize, u64) {
        let state = self.lock();
        (state.waiting.len() + state.outside.len(), state.dropped)
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is left of an item that is dropped: the destructor of what it carries is not ours.
fn labelled<T: Waiting>(item: T) -> Label {
    let label = item.label();
    discard(item);
    label
}

/// A lane, whatever waits in it.
pub(in crate::bus) trait Emptied: Send + Sync {
    fn source(&self) -> &Source;
    /// How many were ever accepted.
    fn accepted(&self) -> u64;
    /// Whether all up to a number are done; else whoever waits by this number of his is woken once they are.
    fn is_flushed(&self, up_to: u64, his: &mut Option<u64>, waker: &Waker) -> bool;
    /// Whoever waited by this number waits no more.
    fn leave(&self, his: u64);
    /// Lets nothing more in. What waits is done, and what waits for room gets in.
    fn close(&self);
    /// Lets nothing more in and takes out what waits, which is told of as a loss. What is at work goes on.
    fn give_up(&self, why: LossReason) -> GivenUp;
    /// Whether its work is being polled on this thread.
    fn is_at_work_here(&self) -> bool;
}

impl<T: Waiting> Emptied for Lane<T> {
    fn source(&self) -> &Source {
        &self.source
    }

    fn accepted(&self) -> u64 {
        self.lock().accepted
    }

    fn is_flushed(&self, up_to: u64, his: &mut Option<u64>, waker: &Waker) -> bool {
        let (is_flushed, unneeded) = self.lock().is_flushed(up_to, his, waker);
        drop(unneeded);
        is_flushed
    }

    fn leave(&self, his: u64) {
        let unneeded = self.lock().leave(his);
        drop(unneeded);
    }

    fn close(&self) {
        let mut woken = Vec::new();
        let mut state = self.lock();
        state.closed = true;
        while let Some(waker) = state.let_in() {
            woken.push(waker);
        }
        drop(state);
        woken.into_iter().for_each(Waker::wake);
    }

    fn give_up(&self, why: LossReason) -> GivenUp {
        let mut state = self.lock();
        state.closed = true;
        let mut woken = Vec::new();
        while let Some(waker) = state.let_in() {
            woken.push(waker);
        }
        let waiting = std::mem::take(&mut state.waiting);
        let at_work = state.at_work.iter().map(|(_, label)| label.clone());
        let at_work = at_work.collect();
        let before = state.take_loss();
        let mut loss = Loss::of(why);
        for (_, item) in &waiting {
            state.dropped += 1;
            loss.add(item.time(), item.around());
        }
        woken.extend(state.flushed());
        drop(state);
        self.show();
        before.tell(&self.source);
        loss.tell(&self.source);
        let labels = waiting
            .into_iter()
            .map(|(_, item)| labelled(item))
            .collect();
        woken.into_iter().for_each(Waker::wake);
        GivenUp {
            waiting: labels,
            at_work,
        }
    }

    fn is_at_work_here(&self) -> bool {
        standstill::at_work() == Some(self.post())
    }
}

/// Waits until all that a lane has accepted so far is done.
pub(in crate::bus) async fn flushed(lane: &dyn Emptied) {
    flushed_up_to(lane, lane.accepted()).await;
}

/// Waits until all that a lane has accepted up to a number is done.
pub(in crate::bus) async fn flushed_up_to(lane: &dyn Emptied, up_to: u64) {
    let look = |his: &mut Option<u64>, context: &mut Context<'_>| {
        if lane.is_flushed(up_to, his, context.waker()) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    };
    wait(look, |his| lane.leave(his)).await;
}

impl<T: Waiting> fmt::Debug for Lane<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (waiting, dropped) = self.counts();
        f.debug_struct("Lane")
            .field("source", &self.source)
            .field("queue", &self.queue)
            .field("waiting", &waiting)
            .field("dropped", &dropped)
            .finish_non_exhaustive()
    }
}
