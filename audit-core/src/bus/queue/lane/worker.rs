//! [`Worker`]: a task that empties a lane.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Poll, Waker};

use crate::clock::Timestamp;
use crate::contain::{contain, discard};
use crate::executor::Task;
use crate::scope::Surroundings;

use super::loss::{Loss, LossReason};
use super::standstill::AtWork;
use super::{Lane, Waiting};

/// After how many it gives way to other tasks.
const TURNS: u32 = 32;

/// A task that empties a lane. Dropped half-way by its executor, what it was at is lost, and all that waits if there is no other.
struct Worker<T: Waiting> {
    lane: Arc<Lane<T>>,
    /// What it is at, when and where that was handed over.
    at_work: Option<(u64, Timestamp, Surroundings)>,
    /// How many were done since a loss was told of.
    done: u64,
    ended: bool,
}

/// A task that does what waits in a lane, until nothing does. It is counted among the lane's workers already.
pub(in crate::bus) fn emptying<T, W>(
    lane: &Arc<Lane<T>>,
    work: impl Fn(T) -> W + Send + Sync + 'static,
) -> Task
where
    T: Waiting,
    W: Future<Output = ()> + Send + 'static,
{
    let mut worker = Worker {
        lane: Arc::clone(lane),
        at_work: None,
        done: 0,
        ended: false,
    };
    Box::pin(async move {
        let mut turns = 0_u32;
        while let Some(item) = worker.next() {
            worker.at(work(item)).await;
            turns = turns.wrapping_add(1);
            if turns.is_multiple_of(TURNS) {
                give_way().await;
            }
        }
    })
}

impl<T: Waiting> Worker<T> {
    /// Ends what it was at, and begins the next.
    fn next(&mut self) -> Option<T> {
        let lane = &*self.lane;
        let mut state = lane.lock();
        self.done += u64::from(self.at_work.is_some());
        // Told of once there is nothing to do, and after as many as it holds: of few as of many.
        let is_time = state.waiting.is_empty() || self.done >= lane.most() as u64;
        if is_time && state.loss.count() > 0 {
            // While this is at work still: whoever waits until all is done waits for what is told of it too.
            let loss = state.take_loss();
            drop(state);
            self.done = 0;
            loss.tell(&lane.source);
            state = lane.lock();
        }
        let at_work = self.at_work.take();
        let done = at_work.and_then(|(number, ..)| state.done(number));
        let next = state.take();
        let has_room = state.waiting.len() < lane.most();
        let let_in = if has_room { state.let_in() } else { None };
        let next = next.or_else(|| state.take());
        let flushed = state.flushed();
        if next.is_none() {
            state.workers -= 1;
            self.ended = true;
        }
        drop(state);
        // What it carried may go with it, and its destructor is not ours.
        discard(done);
        let_in.into_iter().chain(flushed).for_each(Waker::wake);
        lane.show();
        let (number, item) = next?;
        self.at_work = Some((number, item.time(), item.around().clone()));
        Some(item)
    }

    /// Does it, as work of this lane. What panics is done: with this task all that waits would go.
    async fn at<W: Future<Output = ()>>(&self, work: W) {
        let post = self.lane.post();
        let mut work = pin!(Some(work));
        poll_fn(move |context| {
            let _at_work = AtWork::new(post);
            let polled = contain(|| match work.as_mut().as_pin_mut() {
                Some(work) => work.poll(context),
                None => Poll::Ready(()),
            });
            let polled = polled.unwrap_or(Poll::Ready(()));
            if polled.is_ready() {
                let _contained = contain(|| work.set(None));
            }
            polled
        })
        .await;
    }
}

impl<T: Waiting> Drop for Worker<T> {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        let lane = &*self.lane;
        let mut state = lane.lock();
        state.workers -= 1;
        let mut loss = Loss::of(LossReason::TaskDropped);
        let mut labels = Vec::new();
        if let Some((number, time, around)) = self.at_work.take() {
            labels.extend(state.done(number));
            state.dropped += 1;
            loss.add(time, &around);
        }
        let (gone, woken) = state.abandoned();
        drop(state);
        lane.show();
        lane.tell_of_abandoned(loss, labels, gone);
        woken.into_iter().for_each(Waker::wake);
    }
}

/// Lets other tasks go on first.
async fn give_way() {
    let mut gave_way = false;
    poll_fn(|context| {
        if std::mem::replace(&mut gave_way, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
