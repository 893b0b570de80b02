//! How a bus is flushed and closed.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::bus::event::{DEAD_LETTER, DEAD_LETTERS, DeadLetterReason};
use crate::bus::queue::{Emptied, GivenUp, Label, LossReason, flushed, flushed_up_to};
use crate::executor::{Late, within};

use super::Hub;
use super::mourning::undone;
use super::phase::Phase;

/// A bus that can't be flushed from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FlushError {
    /// It would have to wait on a thread that runs tasks.
    InTask,
    /// It would wait for the work that asks for it.
    Within,
}

/// A bus that is not closed, or not with everything done.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CloseError {
    /// It would have to wait on a thread that runs tasks.
    InTask,
    /// It would wait for the work that asks for it.
    Within,
    /// The bus's executor has no timer for the deadline.
    NoTimer,
    /// It is closed, and some of what was accepted was not done in time. What waited is a `loss` event, and with what is at work
    /// still a dead letter each.
    Unfinished {
        /// How long it might take.
        after: Duration,
        /// The queues that were not empty.
        queues: Vec<UnfinishedQueue>,
    },
}

/// A queue that was not empty when its bus was closed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnfinishedQueue {
    /// A subscription's pattern and whose it is, or `publish_nowait` or `invoke_nowait`.
    pub name: String,
    /// How many waited in it, and are not done.
    pub waiting: usize,
    /// How many were at work. They go on, and may come to an end.
    pub at_work: usize,
}

impl fmt::Display for FlushError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InTask => {
                "`flush_blocking` would keep a thread waiting that runs tasks: use `flush().await`"
            }
            Self::Within => "the bus can't be flushed by work that it would wait for",
        })
    }
}

impl std::error::Error for FlushError {}

impl fmt::Display for CloseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InTask => f.write_str(
                "`close_blocking` would keep a thread waiting that runs tasks: use `close(..).await`",
            ),
            Self::Within => f.write_str("the bus can't be closed by work that it would wait for"),
            Self::NoTimer => {
                f.write_str("the bus can't be closed by a deadline: its executor has no timer")
            }
            Self::Unfinished { after, queues } => {
                let (waiting, at_work) = queues.iter().fold((0, 0), |(waiting, at_work), queue| {
                    (waiting + queue.waiting, at_work + queue.at_work)
                });
                write!(
                    f,
                    "the bus was closed after {after:?} with {waiting} waiting and {at_work} at work, in "
                )?;
                for (place, queue) in queues.iter().enumerate() {
                    let comma = if place == 0 { "" } else { ", " };
                    write!(f, "{comma}{}", queue.name)?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for CloseError {}

impl Hub {
    /// Waits until all that was accepted so far is done.
    pub(in crate::bus) async fn flush(&self) -> Result<(), FlushError> {
        if self.is_at_work_here() {
            return Err(FlushError::Within);
        }
        // What is published there may be put into the queues of subscriptions, which are asked afterwards.
        let (publications, calls) = (self.publications.accepted(), self.calls.accepted());
        flushed_up_to(&*self.publications, publications).await;
        flushed_up_to(&*self.calls, calls).await;
        let lanes = self.lanes().into_iter();
        let goals: Vec<_> = lanes.map(|lane| (lane.accepted(), lane)).collect();
        for (goal, lane) in goals {
            flushed_up_to(&*lane, goal).await;
        }
        Ok(())
    }

    /// Takes nothing new, does what was accepted, and gives up what is not done in time.
    pub(in crate::bus) async fn close(&self, deadline: Duration) -> Result<(), CloseError> {
        if self.is_at_work_here() {
            return Err(CloseError::Within);
        }
        if self.executor.sleep(deadline).is_none() {
            return Err(CloseError::NoTimer);
        }
        self.go_on_to(Phase::Closing);
        // What is not done then is found below.
        let emptied = Box::pin(self.emptied());
        let _late: Result<(), Late> = within(&*self.executor, deadline, emptied).await;
        // Whoever closed it before may have gone before he was done. What is at work is told of by the first alone.
        let is_first = self.go_on_to(Phase::Closed) != Phase::Closed;
        let all = self.lanes().into_iter();
        let (last, lanes): (Vec<_>, Vec<_>) = all.partition(|lane| is_last(&**lane));
        let mut queues = Vec::new();
        let mut letters = Vec::new();
        for lane in &lanes {
            let mut given_up = lane.give_up(LossReason::BusClosed);
            queues.extend(unfinished(&**lane, &given_up));
            if !is_first {
                given_up.at_work.clear();
            }
            letters.extend(mourned(lane, given_up, deadline));
        }
        // Whoever wants dead letters has as long once more.
        let telling = Box::pin(async {
            for (lane, label, why) in letters {
                let around = label.around.clone();
                let (by, reason) = (lane.source().as_by(), DeadLetterReason::Timeout);
                let burial = undone(label, by, reason, why);
                around.around(Box::pin(self.bury(burial))).await;
            }
            for lane in &last {
                flushed(&**lane).await;
            }
        });
        let _late = within(&*self.executor, deadline, telling).await;
        for lane in &last {
            queues.extend(unfinished(&**lane, &lane.give_up(LossReason::BusClosed)));
        }
        if queues.is_empty() {
            return Ok(());
        }
        let after = deadline;
        Err(CloseError::Unfinished { after, queues })
    }

    /// Waits until all is done, lets nothing more in, and waits for what got in meanwhile.
    async fn emptied(&self) {
        self.drained().await;
        // Whoever was allowed to before the bus began to close may put something in until here, and is told that it is accepted.
        self.publications.close();
        self.calls.close();
        // What comes of it still finds the queues of subscriptions open.
        self.drained().await;
        let mut lanes = self.lanes();
        lanes.retain(|lane| !is_last(&**lane));
        for lane in &lanes {
            lane.close();
        }
        for lane in &lanes {
            flushed(&**lane).await;
        }
    }

    /// Waits until nothing waits, nothing is at work, and nothing came of it.
    async fn drained(&self) {
        loop {
            let lanes = self.lanes();
            let accepted = || lanes.iter().map(|lane| lane.accepted()).sum::<u64>();
            let before = accepted();
            for lane in &lanes {
                flushed(&**lane).await;
            }
            if accepted() == before && self.lanes().len() <= lanes.len() {
                return;
            }
        }
    }

    fn is_at_work_here(&self) -> bool {
        self.lanes().iter().any(|lane| lane.is_at_work_here())
    }
}

/// Whether dead letters wait there: what is given up elsewhere becomes one.
fn is_last(lane: &dyn Emptied) -> bool {
    let source = lane.source();
    let subscription = source.subscription.as_ref();
    source.queue == DEAD_LETTERS
        || subscription.is_some_and(|(_, pattern)| &**pattern == DEAD_LETTER)
}

fn unfinished(lane: &dyn Emptied, given_up: &GivenUp) -> Option<UnfinishedQueue> {
    let (waiting, at_work) = (given_up.waiting.len(), given_up.at_work.len());
    (waiting + at_work > 0).then(|| UnfinishedQueue {
        name: lane.source().name(),
        waiting,
        at_work,
    })
}

/// Each that was not done, where it was, and why it was not.
fn mourned(
    lane: &Arc<dyn Emptied>,
    given_up: GivenUp,
    after: Duration,
) -> impl Iterator<Item = (Arc<dyn Emptied>, Label, String)> {
    let GivenUp { waiting, at_work } = given_up;
    let waiting = waiting.into_iter().map(|label| (label, "waited in"));
    let at_work = at_work.into_iter().map(|label| (label, "was at work in"));
    waiting.chain(at_work).map(move |(label, what)| {
        let name = lane.source().name();
        let why = format!("the bus was closed after {after:?} while it {what} {name}");
        (Arc::clone(lane), label, why)
    })
}
