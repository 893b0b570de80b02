//! [`Room`]: something that waits for room in a lane.

use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};

use crate::contain::discard;

use super::standstill::{Wait, at_work};
use super::{Lane, Pushed, Waiting};

/// Something that waits for room in a lane. Dropped before it has some, it gets in no more.
pub(in crate::bus) struct Room<T: Waiting> {
    lane: Arc<Lane<T>>,
    /// There until it waits.
    item: Option<T>,
    /// There while it waits.
    ticket: Option<u64>,
    /// That work of another lane waits here.
    wait: Option<Wait>,
}

/// To wait for room would never end: those who could make some wait for this work themselves. It is lost, and counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::bus) struct Standstill;

impl fmt::Display for Standstill {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "its queue is full, and to wait for room would never end: its handlers wait for this one",
        )
    }
}

impl<T: Waiting> Room<T> {
    pub(in crate::bus) fn new(lane: Arc<Lane<T>>, item: T) -> Self {
        Self {
            lane,
            item: Some(item),
            ticket: None,
            wait: None,
        }
    }

    /// Waits until it is in, and says whether a task more is to be started. In a lane that is closed it is handed back.
    pub(in crate::bus) async fn found(mut self) -> Result<Pushed<T>, Standstill> {
        poll_fn(|context| self.poll(context)).await
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<Pushed<T>, Standstill>> {
        if let Some(item) = self.item.take() {
            let item = match self.lane.push(item) {
                Pushed::Full(item) => item,
                other => return Poll::Ready(Ok(other)),
            };
            if let Some(post) = at_work() {
                let Some(wait) = Wait::begin(post, self.lane.number) else {
                    self.lane.lose(item);
                    return Poll::Ready(Err(Standstill));
                };
                self.wait = Some(wait);
            }
            let mut state = self.lane.lock();
            if state.closed {
                return Poll::Ready(Ok(Pushed::Closed(item)));
            }
            // Room that was made meanwhile is taken at once: nobody would tell of it any more.
            if state.waiting.len() < self.lane.most() && state.outside.is_empty() {
                let taken = self.lane.take_in(&mut state, item);
                drop(state);
                self.lane.show();
                return Poll::Ready(Ok(taken));
            }
            self.ticket = Some(state.wait_outside(item, context.waker().clone()));
            drop(state);
            self.lane.show();
            return Poll::Pending;
        }
        let mut state = self.lane.lock();
        let ticket = self.ticket;
        let outside = state.outside.iter_mut();
        if let Some(waiting) = outside
            .into_iter()
            .find(|outside| Some(outside.ticket) == ticket)
        {
            let waker = context.waker();
            let unneeded = (!waiting.waker.will_wake(waker))
                .then(|| std::mem::replace(&mut waiting.waker, waker.clone()));
            drop(state);
            // It may be the last that knows of a task, and that of somebody who waits here.
            discard(unneeded);
            return Poll::Pending;
        }
        drop(state);
        self.ticket = None;
        // Whoever let it in is one of the lane's tasks.
        Poll::Ready(Ok(Pushed::Taken { starts: None }))
    }
}

impl<T: Waiting> Drop for Room<T> {
    fn drop(&mut self) {
        let Some(ticket) = self.ticket.take() else {
            return;
        };
        let mut state = self.lane.lock();
        let place = state.outside.iter().position(|one| one.ticket == ticket);
        let gone = place.and_then(|place| state.outside.remove(place));
        drop(state);
        self.lane.show();
        discard(gone);
    }
}
