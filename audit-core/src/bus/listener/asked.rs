//! [`Asked`]: what a subscription asked for besides its pattern, and how an event reaches one that did.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use crate::bus::event::{DomainEvent, Upcasters};
use crate::bus::occupancy::{Calling, Contained, Occupant, Occupied};
use crate::bus::queue::OwnQueue;
use crate::contain::contain;

use super::Listener;
use super::call::{Call, Called};
use super::handler::{HandlerFuture, Handling};
use super::stage::Stage;

/// Which events a subscription is for.
pub(in crate::bus) type Filter = Box<dyn Fn(&DomainEvent) -> bool + Send + Sync>;

/// What a subscription asked for besides its pattern.
pub(in crate::bus) struct Asked {
    pub(in crate::bus) description: String,
    pub(in crate::bus) filter: Option<Filter>,
    pub(in crate::bus) schema: Option<(Arc<str>, Arc<Upcasters>)>,
    pub(in crate::bus) queue: Option<OwnQueue>,
    /// How many events the handler was done with: not all that reach the subscription do so.
    pub(in crate::bus) handled: AtomicU64,
}

impl Listener {
    /// Brings the event up, asks the filter, and then calls the handler or its queue.
    #[cold]
    pub(super) fn call_as_asked<'s>(
        self: &'s Arc<Self>,
        asked: &'s Asked,
        event: &'s DomainEvent,
        stage: &mut Stage<'s>,
    ) -> Called<'s> {
        let Some(occupied) = self.occupancy.enter() else {
            return Called::Gone;
        };
        let _here = Calling::new(Occupant::of(&self.occupancy));
        // Whoever handled it before has nothing to do with what comes now.
        stage.clear();
        let course = stage.course;
        let depth = course.depth;
        let raised = match &asked.schema {
            Some((schema, upcasters)) if Upcasters::are_needed(event, schema) => course
                .raised(schema, || upcasters.raise(event, schema, depth))
                .map(Some),
            _ => Ok(None),
        };
        let raised = match raised {
            Ok(raised) => raised,
            Err(error) => return Called::Done(Err(self.lost(&error))),
        };
        let seen = raised.as_ref().unwrap_or(event);
        if let Some(filter) = &asked.filter {
            match contain(|| self.in_force(seen, depth).run(|| filter(seen))) {
                Ok(true) => {}
                Ok(false) => return Called::Done(Ok(())),
                Err(panic) => {
                    let why = format_args!("the filter panicked: {panic}");
                    return Called::Done(Err(self.lost(&why)));
                }
            }
        }
        if let Some(queue) = &asked.queue {
            let event = seen.clone();
            return self.hand_over(queue, event, course);
        }
        match raised {
            None => self.call_handler(event, stage),
            Some(raised) => self.call_owned(raised, depth, occupied),
        }
    }

    /// Calls the handler with an event that nobody else has.
    fn call_owned<'s>(
        &'s self,
        event: DomainEvent,
        depth: u16,
        occupied: Occupied<'s>,
    ) -> Called<'s> {
        let Some(handler) = &self.handler else {
            return Called::Gone;
        };
        let in_force = self.in_force(&event, depth);
        let work: HandlerFuture<'s> = Box::pin(async move {
            match handler.handle(&event) {
                Handling::Done(handled) => handled,
                Handling::Running(work) => work.await,
            }
        });
        Called::Running(Call::Handler {
            listener: self,
            _occupied: occupied,
            work: Contained::new(in_force.around(work), &self.occupancy),
        })
    }
}
