//! A subscription's own queue: how events come into it, and how they are handled.

use std::sync::Arc;

use crate::bus::event::{Burial, DomainEvent, Why};
use crate::bus::queue::{Ground, Handed, OwnQueue, Pushed, Room, emptying};
use crate::scope::Surroundings;

use super::Listener;
use super::call::{Begun, Call, Called};
use super::course::Course;

impl Listener {
    /// Puts the event into the subscription's own queue.
    pub(super) fn hand_over<'s>(
        self: &'s Arc<Self>,
        queue: &'s OwnQueue,
        event: DomainEvent,
        course: &Course,
    ) -> Called<'s> {
        let handed = Handed {
            event,
            depth: course.depth,
            call: course.call,
            around: Surroundings::here(),
        };
        match queue.push(handed) {
            Pushed::Full(handed) => Called::Running(Call::Room {
                listener: self,
                queue,
                room: Room::new(Arc::clone(queue), handed),
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
            Pushed::Taken {
                starts: Some(number),
            } => Called::Done(self.start(queue, *number)),
            Pushed::Closed(_) if self.occupancy.is_closed() => Called::Gone,
            Pushed::Closed(_) => Called::Done(Err(self.lost(&"the bus is closed"))),
            _ => Called::Done(Ok(())),
        }
    }

    /// Starts a task that empties the queue, for whom this event came that has the number.
    fn start(self: &Arc<Self>, queue: &OwnQueue, number: u64) -> Result<(), Why> {
        // The task ends with a queue that is empty, so neither keeps the other.
        let (this, ground) = (Arc::clone(self), queue.ground());
        let theirs = ground.clone();
        let task = emptying(queue, move |handed| {
            Arc::clone(&this).handle(theirs.clone(), handed)
        });
        let Some(ground) = ground else {
            // There is no bus any more that anybody could publish on.
            drop(task);
            queue.started(None);
            return Ok(());
        };
        let started = queue.start(ground.executor(), task, number);
        started.map_err(|(error, handed)| {
            queue.abandon(&handed);
            Why::from(error.to_string())
        })
    }

    /// Handles an event from the queue, in what was in force when it was published.
    async fn handle(self: Arc<Self>, ground: Option<Arc<dyn Ground>>, handed: Handed) {
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
            if let (Err(why), Some(ground)) = (done, ground) {
                let burial = Burial::of_event(&event, call, why);
                let by = self.as_by();
                ground.bury(Burial { by, ..burial }).await;
            }
        };
        around.around(handling).await;
    }
}
