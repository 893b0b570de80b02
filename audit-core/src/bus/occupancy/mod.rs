//! Calls under way: how many a handler has, which are within which on this thread, and where their panics end.

mod calling;
mod contained;
#[cfg(test)]
#[cfg(audit_model)]
mod interleaving;

use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, Waker};

use crate::executor::{Waiters, wait};
use crate::sync::{AtomicU64, Mutex, MutexGuard};

pub(crate) use calling::{Calling, Occupant, times_here};
pub(super) use contained::Contained;

/// How many calls of a handler are under way, how many there were, and whether more may come: one word, so that a call costs two
/// steps that other cores see.
#[derive(Debug, Default)]
pub(super) struct Occupancy {
    /// From the lowest bit on: whether it is closed, how many calls are under way, how many ended.
    word: AtomicU64,
    /// How often those that ended were too many for the word.
    rounds: AtomicU64,
    /// Who waits until none is under way.
    waiting: Mutex<Waiters>,
}

const CLOSED: u64 = 1;
/// One call that is under way: there is room for eight million.
const CALL: u64 = 2;
const UNDER_WAY: u64 = ENDED - CALL;
/// One call that has ended.
const ENDED: u64 = 1 << 24;
/// So many that the next one is too many for the word.
const MOST_ENDED: u64 = u64::MAX / ENDED;

/// A call that is under way, until dropped.
#[derive(Debug)]
pub(super) struct Occupied<'o>(&'o Occupancy);

impl Occupancy {
    /// Begins a call, unless none may begin any more.
    #[inline]
    pub(super) fn enter(&self) -> Option<Occupied<'_>> {
        self.begin().then(|| Occupied(self))
    }

    /// Begins a call, unless none may begin any more, for whoever ends it with [`end`](Self::end).
    #[inline]
    pub(super) fn begin(&self) -> bool {
        // Counted and asked in one step: whoever closes and finds nobody is sure that nobody comes.
        let word = self.word.fetch_add(CALL, Ordering::AcqRel);
        let is_open = word & CLOSED == 0;
        if !is_open {
            self.turn_back();
        }
        is_open
    }

    /// Ends a call that was begun.
    #[inline]
    pub(super) fn end(&self) {
        let step = ENDED - CALL;
        let word = self.word.fetch_add(step, Ordering::AcqRel);
        if word / ENDED == MOST_ENDED {
            self.rounds.fetch_add(1, Ordering::Relaxed);
        }
        if word & CLOSED != 0 {
            self.wake();
        }
    }

    /// Lets no call begin any more. What is under way goes on.
    pub(super) fn close(&self) {
        self.word.fetch_or(CLOSED, Ordering::AcqRel);
    }

    /// How many calls ended.
    pub(super) fn ended(&self) -> u64 {
        let rounds = self.rounds.load(Ordering::Relaxed);
        let ended = self.word.load(Ordering::Relaxed) / ENDED;
        rounds * (MOST_ENDED + 1) + ended
    }

    /// Whether none may begin any more.
    pub(super) fn is_closed(&self) -> bool {
        self.word.load(Ordering::Acquire) & CLOSED != 0
    }

    /// Waits until no call is under way but those that wait for it here: these would wait for themselves.
    pub(super) async fn left(&self) {
        let look = |his: &mut Option<u64>, context: &mut Context<'_>| {
            // First put down, then asked: whoever leaves last finds us, or we find that he left.
            let unneeded = self.waiting().put(his, (), context.waker());
            drop(unneeded);
            let under_way = (self.word.load(Ordering::Acquire) & UNDER_WAY) / CALL;
            if under_way <= times_here(Occupant::of(self)) {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        };
        let leave = |his| {
            let unneeded = self.waiting().remove(his);
            drop(unneeded);
        };
        wait(look, leave).await;
    }

    fn waiting(&self) -> MutexGuard<'_, Waiters> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cold]
    fn turn_back(&self) {
        self.word.fetch_sub(CALL, Ordering::AcqRel);
        self.wake();
    }

    #[cold]
    fn wake(&self) {
        let woken = self.waiting().take(|()| true);
        woken.into_iter().for_each(Waker::wake);
    }
}

impl Drop for Occupied<'_> {
    #[inline]
    fn drop(&mut self) {
        self.0.end();
    }
}
