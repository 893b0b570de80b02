//! A subscription's own queue: how events come into it, and how they are handled.

use std::sync::Arc;

use super::super::burial::{Burial, Why};
use super::super::event::DomainEvent;
use super::super::lane::{Pushed, Room, emptying};
use super::super::own_queue::{Ground, Handed, OwnQueue};
use super::Subscriber;
use super::call::{Begun, Call, Called};
use super::stage::Stage;
use crate::scope::Surroundings;

impl Subscriber {
    /// Puts the event into the subscription's own queue.
    pub(super) fn hand_over<'s>(
        self: &'s Arc<Self>,
        queue: &'s OwnQueue,
        event: DomainEvent,
        stage: &Stage<'_>,
    ) -> Called<'s> {
        let handed = Handed {
            event,
            depth: stage.depth,
            call: stage.call,
            around: Surroundings::here(),
        };
        match queue.lane.push(handed) {
            Pushed::Full(handed) => Called::Running(Call::Room {
                subscriber: self,
                queue,
                room: Room::new(Arc::clone(&queue.lane), handed),
            }),
            pushed => self.handed_over(queue, &pushed),
        }
    }

    pub(super) fn handed_over<'s>(
        self: &Arc<Self>,
        queue: &OwnQueue,
        pushed: &Pushed<Handed>,
    ) -> Called<'s> {
        match pushed {
            Pushed::Taken { starts: true } => Called::Done(self.start(queue)),
            Pushed::Closed(_) if self.occupancy.is_closed() => Called::Gone,
            Pushed::Closed(_) => Called::Done(Err(self.lost(&"the bus is closed"))),
            _ => Called::Done(Ok(())),
        }
    }

    /// Starts a task that empties the queue.
    fn start(self: &Arc<Self>, queue: &OwnQueue) -> Result<(), Why> {
        // The task ends with a queue that is empty, so neither keeps the other.
        let Some(ground) = queue.ground.upgrade() else {
            return Err(Why::from("the bus is gone".to_owned()));
        };
        let (this, theirs) = (Arc::clone(self), Arc::clone(&ground));
        let task = emptying(&queue.lane, move |handed| {
            Arc::clone(&this).handle(Arc::clone(&theirs), handed)
        });
        // What waits is counted as lost when the task goes undone.
        ground.spawn(task).map_err(|error| self.lost(&error))
    }

    /// Handles an event from the queue, in what was in force when it was published.
    async fn handle(self: Arc<Self>, ground: Arc<dyn Ground>, handed: Handed) {
        let Handed {
            event,
            depth,
            call,
            around,
        } = handed;
        let handling = async {
            let Some(handler) = &self.handler else { return };
            let begin = || self.begin(&**handler, &event, depth);
            let done = match self.in_force(&event, depth).run(begin) {
                Begun::Done(done) => done,
                Begun::Running(work) => self.finished(work.await),
            };
            if let Err(why) = done {
                let burial = Burial::of_event(&event, call, why);
                let by = self.as_by();
                ground.bury(Burial { by, ..burial }).await;
            }
        };
        around.around(handling).await;
    }
}
