//! [`Occupancy`]: how many calls of a handler are under way, and whether more may come.

use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::task::{Poll, Waker};

/// How many calls of a handler are under way, and whether more may come.
#[derive(Debug, Default)]
pub(super) struct Occupancy {
    closed: AtomicBool,
    calls: AtomicUsize,
    /// Who waits until none is under way.
    waiting: Mutex<Vec<Waker>>,
}

/// A call that is under way, until dropped.
#[derive(Debug)]
pub(super) struct Occupied<'o>(&'o Occupancy);

impl Occupancy {
    /// Begins a call, unless none may begin any more.
    #[inline]
    pub(super) fn enter(&self) -> Option<Occupied<'_>> {
        // First counted, then asked: whoever closes and finds nobody is sure that nobody comes.
        self.calls.fetch_add(1, Ordering::SeqCst);
        let occupied = Occupied(self);
        (!self.closed.load(Ordering::SeqCst)).then_some(occupied)
    }

    /// Lets no call begin any more. What is under way goes on.
    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
    }

    /// Whether none may begin any more.
    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::SeqCst)
    }

    /// Waits until no call is under way.
    pub(super) async fn left(&self) {
        poll_fn(|context| {
            // First put down, then asked: whoever leaves last finds us, or we find that he left.
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.push(context.waker().clone());
            drop(waiting);
            if self.calls.load(Ordering::SeqCst) == 0 {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
    }

    #[cold]
    fn wake(&self) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let woken = std::mem::take(&mut *waiting);
        drop(waiting);
        woken.into_iter().for_each(Waker::wake);
    }
}

impl Drop for Occupied<'_> {
    #[inline]
    fn drop(&mut self) {
        let was_last = self.0.calls.fetch_sub(1, Ordering::SeqCst) == 1;
        if was_last && self.0.closed.load(Ordering::SeqCst) {
            self.0.wake();
        }
    }
}
