//! A handler in its place: what a handler is, and how an event reaches it.

mod asked;
mod call;
mod course;
mod facts;
mod handler;
mod queued;
mod stage;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::caller::Caller;
use crate::contain::{contain, discard};
use crate::pattern::Pattern;
use crate::scope::Deed;

use super::event::{By, DomainEvent, Why};
use super::occupancy::{Calling, Contained, Occupancy, Occupant};
use super::queue::{Emptied as _, Label, LossReason, OwnQueue, flushed};

pub(super) use asked::{Asked, Filter};
use call::Begun;
pub(super) use call::{Call, Called};
pub(super) use course::Course;
pub use facts::{SubscriptionFacts, SubscriptionStats};
pub(super) use handler::{Awaited, Direct};
pub use handler::{Handled, Handler, HandlerFuture, Handling, IntoHandled};
pub(super) use stage::Stage;

/// A handler in its place.
pub(super) struct Listener {
    pub(super) pattern: Pattern,
    /// Who subscribed, and acts while it handles.
    caller: Arc<Caller>,
    /// There until it is dropped.
    handler: Option<Box<dyn Handler>>,
    occupancy: Occupancy,
    failed: AtomicU64,
    /// Most ask for nothing.
    asked: Option<Box<Asked>>,
}

impl Listener {
    pub(super) fn new(
        pattern: Pattern,
        caller: Arc<Caller>,
        handler: Box<dyn Handler>,
        asked: Option<Asked>,
    ) -> Arc<Self> {
        Arc::new(Self {
            pattern,
            caller,
            handler: Some(handler),
            occupancy: Occupancy::default(),
            failed: AtomicU64::new(0),
            asked: asked.map(Box::new),
        })
    }

    /// Calls the handler, on a stage that is set for the event, or puts the event into its queue.
    #[inline]
    pub(super) fn call<'s>(
        self: &'s Arc<Self>,
        event: &'s DomainEvent,
        stage: &mut Stage<'s>,
    ) -> Called<'s> {
        match &self.asked {
            None => self.call_handler(event, stage),
            Some(asked) => self.call_as_asked(asked, event, stage),
        }
    }

    #[inline]
    fn call_handler<'s>(&'s self, event: &'s DomainEvent, stage: &mut Stage<'s>) -> Called<'s> {
        let (Some(occupied), Some(handler)) = (self.occupancy.enter(), &self.handler) else {
            return Called::Gone;
        };
        stage.set(&self.caller, event);
        match self.begin(&**handler, event, stage.course.depth) {
            Begun::Done(done) => Called::Done(done),
            Begun::Running(work) => Called::Running(Call::Handler {
                listener: self,
                _occupied: occupied,
                work,
            }),
        }
    }

    /// Lets the handler begin, where its caller is in force already.
    #[inline]
    fn begin<'s>(
        &'s self,
        handler: &'s dyn Handler,
        event: &'s DomainEvent,
        depth: u16,
    ) -> Begun<'s> {
        let _here = Calling::new(Occupant::of(&self.occupancy));
        match contain(|| handler.handle(event)) {
            Ok(Handling::Done(handled)) => Begun::Done(self.ended(handled)),
            Ok(Handling::Running(work)) => {
                let work = self.in_force(event, depth).around(work);
                Begun::Running(Contained::new(work, &self.occupancy))
            }
            Err(panic) => Begun::Done(self.panicked(&panic)),
        }
    }

    fn in_force(&self, event: &DomainEvent, depth: u16) -> Deed {
        Deed::new(Arc::clone(&self.caller), event.because(), depth)
    }

    /// Counts a failure, and says why.
    #[cold]
    fn lost(&self, error: &dyn fmt::Display) -> Why {
        self.failed.fetch_add(1, Ordering::Relaxed);
        Why::from(error.to_string())
    }

    /// As records of what it failed to do name it.
    pub(super) fn as_by(&self) -> By<'_> {
        let asked = self.asked.as_deref();
        By {
            owner: Some(self.caller.instance()),
            pattern: Some(self.pattern.as_str()),
            description: asked.map_or("", |asked| &asked.description),
        }
    }

    /// Who subscribed.
    pub(super) fn owner(&self) -> &Arc<Caller> {
        &self.caller
    }

    /// Calls it no more. What is under way goes on, and so does what waits in its queue.
    pub(super) fn close(&self) {
        self.occupancy.close();
        if let Some(queue) = self.queue() {
            queue.close();
        }
    }

    /// Waits until no call of it is under way, and nothing waits in its queue. False if that can't be: it is asked for by work of
    /// the queue, behind which the rest is handled.
    pub(super) async fn left(&self) -> bool {
        self.occupancy.left().await;
        let Some(queue) = self.queue() else {
            return true;
        };
        if queue.is_at_work_here() {
            return false;
        }
        flushed(&**queue).await;
        true
    }

    /// Gives up what waits in its queue.
    pub(super) fn give_up(&self) -> Vec<Label> {
        let queue = self.queue();
        queue.map_or_else(Vec::new, |queue| {
            queue.give_up(LossReason::SubscriptionDropped).waiting
        })
    }

    pub(super) fn queue(&self) -> Option<&OwnQueue> {
        self.asked.as_ref()?.queue.as_ref()
    }

    #[inline]
    fn ended(&self, handled: Handled) -> Result<(), Why> {
        if let Some(asked) = &self.asked {
            asked.handled.fetch_add(1, Ordering::Relaxed);
        }
        match handled {
            Ok(()) => Ok(()),
            Err(error) => {
                self.failed.fetch_add(1, Ordering::Relaxed);
                Err(Why::failed(&error))
            }
        }
    }

    fn finished(&self, done: Result<Handled, String>) -> Result<(), Why> {
        match done {
            Ok(handled) => self.ended(handled),
            Err(panic) => self.panicked(&panic),
        }
    }

    #[cold]
    fn panicked(&self, panic: &str) -> Result<(), Why> {
        if let Some(asked) = &self.asked {
            asked.handled.fetch_add(1, Ordering::Relaxed);
        }
        Err(self.lost(&format_args!("the handler panicked: {panic}")))
    }
}

impl Drop for Listener {
    /// A handler's destructor is not ours.
    fn drop(&mut self) {
        discard(self.handler.take());
        discard(self.asked.take());
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listener")
            .field("pattern", &self.pattern.as_str())
            .field("caller", &self.caller)
            .finish_non_exhaustive()
    }
}
