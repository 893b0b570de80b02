//! [`Call`]: a call of a handler that is under way.

use std::sync::Arc;

use crate::bus::event::Why;
use crate::bus::occupancy::{Contained, Occupied};
use crate::bus::queue::{Handed, OwnQueue, Room};

use super::Listener;
use super::handler::HandlerFuture;

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
        listener: &'s Listener,
        _occupied: Occupied<'s>,
        work: Contained<HandlerFuture<'s>>,
    },
    /// The event waits for room in the subscription's own queue.
    Room {
        listener: &'s Arc<Listener>,
        queue: &'s OwnQueue,
        room: Room<Handed>,
    },
}

impl Call<'_> {
    /// Waits until it is done.
    pub(in crate::bus) async fn done(self) -> Result<(), Why> {
        match self {
            Self::Handler { listener, work, .. } => {
                let done = work.await;
                listener.finished(done)
            }
            Self::Room {
                listener,
                queue,
                room,
            } => match room.found().await {
                Ok(pushed) => match listener.handed_over(queue, &pushed) {
                    Called::Done(done) => done,
                    _ => Ok(()),
                },
                Err(standstill) => Err(listener.lost(&standstill)),
            },
        }
    }
}
