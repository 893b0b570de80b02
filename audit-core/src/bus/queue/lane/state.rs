//! [`State`]: what waits in a lane, what is at work, and who waits for either.

use std::collections::VecDeque;
use std::task::Waker;

use crate::executor::Waiters;

use super::loss::{Loss, LossReason};
use super::{Label, Waiting};

/// What waits in a lane, what is at work, and who waits for either.
pub(super) struct State<T> {
    /// What was accepted, in order, each by its number.
    pub(super) waiting: VecDeque<(u64, T)>,
    /// What waits for room, in order.
    pub(super) outside: VecDeque<Outside<T>>,
    pub(super) at_work: Vec<(u64, Label)>,
    /// Tasks that empty it.
    pub(super) workers: usize,
    /// How many of them are being started.
    pub(super) starting: usize,
    /// How many were ever accepted, which is the number of the last.
    pub(super) accepted: u64,
    pub(super) dropped: u64,
    pub(super) loss: Loss,
    pub(super) closed: bool,
    next_ticket: u64,
    /// Who waits until all up to a number are done.
    flushing: Waiters<u64>,
}

/// What waits for room, and who is to be told that it has some.
pub(super) struct Outside<T> {
    pub(super) ticket: u64,
    pub(super) item: T,
    pub(super) waker: Waker,
}

impl<T> Default for State<T> {
    fn default() -> Self {
        Self {
            waiting: VecDeque::new(),
            outside: VecDeque::new(),
            at_work: Vec::new(),
            workers: 0,
            starting: 0,
            accepted: 0,
            dropped: 0,
            loss: Loss::default(),
            closed: false,
            next_ticket: 0,
            flushing: Waiters::default(),
        }
    }
}

impl<T: Waiting> State<T> {
    /// Takes one in, and says by which number.
    pub(super) fn accept(&mut self, item: T) -> u64 {
        self.accepted += 1;
        self.waiting.push_back((self.accepted, item));
        self.accepted
    }

    /// Takes one out again, unless it is at work or lost already.
    pub(super) fn take_back(&mut self, number: u64) -> Option<T> {
        let place = self.waiting.iter().position(|one| one.0 == number)?;
        self.waiting.remove(place).map(|(_, item)| item)
    }

    /// Lets one in that waits for room, if there is one.
    pub(super) fn let_in(&mut self) -> Option<Waker> {
        let outside = self.outside.pop_front()?;
        self.accept(outside.item);
        Some(outside.waker)
    }

    /// Puts one down that waits for room, and says by which ticket.
    pub(super) fn wait_outside(&mut self, item: T, waker: Waker) -> u64 {
        self.next_ticket += 1;
        let ticket = self.next_ticket;
        self.outside.push_back(Outside {
            ticket,
            item,
            waker,
        });
        ticket
    }

    /// The next to be done, whose work begins.
    pub(super) fn take(&mut self) -> Option<(u64, T)> {
        let (number, item) = self.waiting.pop_front()?;
        self.at_work.push((number, item.label()));
        Some((number, item))
    }

    /// Ends what was at work. What it carried may go with the label: that is to be dropped where nothing is locked.
    #[must_use]
    pub(super) fn done(&mut self, number: u64) -> Option<Label> {
        let place = self.at_work.iter().position(|one| one.0 == number)?;
        Some(self.at_work.swap_remove(place).1)
    }

    /// Counts one that is lost because the queue is full.
    pub(super) fn lose(&mut self, item: &T) {
        self.dropped += 1;
        self.loss.add(item.time(), item.around());
    }

    pub(super) fn take_loss(&mut self) -> Loss {
        std::mem::replace(&mut self.loss, Loss::of(LossReason::QueueFull))
    }

    /// The first number that is not done yet.
    fn oldest(&self) -> u64 {
        let waiting = self.waiting.front().map(|(number, _)| *number);
        let at_work = self.at_work.iter().map(|(number, _)| *number);
        at_work.chain(waiting).min().unwrap_or(u64::MAX)
    }

    /// Whether all up to a number are done; else this waker is woken once they are. Hands back the waker that is not needed.
    pub(super) fn is_flushed(
        &mut self,
        up_to: u64,
        his: &mut Option<u64>,
        waker: &Waker,
    ) -> (bool, Option<Waker>) {
        if self.oldest() > up_to {
            return (true, None);
        }
        (false, self.flushing.put(his, up_to, waker))
    }

    /// Takes out who waits no more until all up to a number are done.
    pub(super) fn leave(&mut self, his: u64) -> Option<Waker> {
        self.flushing.remove(his)
    }

    /// Who waited for what is done now.
    pub(super) fn flushed(&mut self) -> Vec<Waker> {
        let oldest = self.oldest();
        self.flushing.take(|goal| *goal < oldest)
    }

    /// What waits where no task is there or comes, and who is to be woken for it.
    pub(super) fn abandoned(&mut self) -> (VecDeque<(u64, T)>, Vec<Waker>) {
        let mut woken = Vec::new();
        let mut gone = VecDeque::new();
        if self.workers == 0 && self.starting == 0 {
            while let Some(waker) = self.let_in() {
                woken.push(waker);
            }
            gone = std::mem::take(&mut self.waiting);
            self.dropped += gone.len() as u64;
        }
        woken.extend(self.flushed());
        (gone, woken)
    }
}
