//! [`Call`]: a call of a handler that is under way.

use std::sync::Arc;

use super::super::burial::Why;
use super::super::contained::Contained;
use super::super::handler::HandlerFuture;
use super::super::lane::Room;
use super::super::occupancy::Occupied;
use super::super::own_queue::{Handed, OwnQueue};
use super::Subscriber;

/// What became of a call of a handler.
pub(in crate::bus) enum Called<'s> {
    /// It is not subscribed any more.
    Gone,
    Done(Result<(), Why>),
    Running(Call<'s>),
}

/// A handler that has begun.
pub(super) enum Begun<'s> {
    Done(Result<(), Why>),
    Running(Contained<HandlerFuture<'s>>),
}

/// A call that is under way.
pub(in crate::bus) enum Call<'s> {
    Handler {
        subscriber: &'s Subscriber,
        _occupied: Occupied<'s>,
        work: Contained<HandlerFuture<'s>>,
    },
    /// The event waits for room in the subscription's own queue.
    Room {
        subscriber: &'s Arc<Subscriber>,
        queue: &'s OwnQueue,
        room: Room<Handed>,
    },
}

impl Call<'_> {
    /// Waits until it is done.
    pub(in crate::bus) async fn done(self) -> Result<(), Why> {
        match self {
            Self::Handler {
                subscriber, work, ..
            } => {
                let done = work.await;
                subscriber.finished(done)
            }
            Self::Room {
                subscriber,
                queue,
                room,
            } => match room.found().await {
                Ok(pushed) => match subscriber.handed_over(queue, &pushed) {
                    Called::Done(done) => done,
                    _ => Ok(()),
                },
                Err(standstill) => Err(subscriber.lost(&standstill)),
            },
        }
    }
}
