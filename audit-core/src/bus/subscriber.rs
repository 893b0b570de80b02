//! [`Subscriber`]: a handler in its place.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::caller::Caller;
use crate::contain::{Chain, contain, discard, shown};
use crate::pattern::Pattern;
use crate::scope::{Entered, Handling as InForce, Surroundings};

use super::calling::{Calling, Occupant};
use super::contained::Contained;
use super::event::DomainEvent;
use super::handler::{Handled, Handler, HandlerFuture, Handling};
use super::lane::{Emptied as _, Pushed, Room, Why, emptying, flushed};
use super::occupancy::{Occupancy, Occupied};
use super::option::Filter;
use super::own_queue::{Ground, Handed, OwnQueue};
use super::queue::Queue;
use super::upcast::Upcasters;

/// A handler in its place.
pub(super) struct Subscriber {
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

/// What a subscription asked for besides its pattern.
pub(super) struct Asked {
    pub(super) description: String,
    pub(super) filter: Option<Filter>,
    pub(super) schema: Option<(Arc<str>, Arc<Upcasters>)>,
    pub(super) queue: Option<OwnQueue>,
    /// How many events the handler was done with: not all that reach the subscription do so.
    pub(super) handled: AtomicU64,
}

/// What is known of a subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SubscriptionFacts {
    /// Which events it is for.
    pub pattern: Arc<str>,
    /// Whose it is: a component's instance, or `host`.
    pub subscriber: Arc<str>,
    /// What it is for.
    pub description: String,
    /// The schema that its handler reads, if it names one.
    pub schema: Option<Arc<str>>,
    /// Its own queue, if it has one.
    pub queue: Option<Queue>,
    /// How many events its handler is called for at once, where it has a queue.
    pub concurrency: usize,
}

/// How a subscription does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SubscriptionStats {
    /// How many events its handler was done with, whether it failed or not.
    pub handled: u64,
    /// How many became dead letters: its handler failed or panicked, its filter panicked, or the payload could not be brought up.
    pub failed: u64,
    /// How many its queue dropped.
    pub dropped: u64,
    /// How many wait in its queue or for room in it.
    pub waiting: usize,
}

/// What became of a call of a handler.
pub(super) enum Called<'s> {
    /// It is not subscribed any more.
    Gone,
    Done(Result<(), String>),
    Running(Call<'s>),
}

impl Subscriber {
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
        match self.begin(&**handler, event, stage.depth) {
            Begun::Done(done) => Called::Done(done),
            Begun::Running(work) => Called::Running(Call::Handler {
                subscriber: self,
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

    fn in_force(&self, event: &DomainEvent, depth: u16) -> InForce {
        InForce::new(Arc::clone(&self.caller), event.because(), depth)
    }

    /// Brings the event up, asks the filter, and then calls the handler or its queue.
    #[cold]
    fn call_as_asked<'s>(
        self: &'s Arc<Self>,
        asked: &'s Asked,
        event: &'s DomainEvent,
        stage: &mut Stage<'s>,
    ) -> Called<'s> {
        let Some(occupied) = self.occupancy.enter() else {
            return Called::Gone;
        };
        let _here = Calling::new(Occupant::of(&self.occupancy));
        let depth = stage.depth;
        let raised = match &asked.schema {
            None => Ok(None),
            Some((schema, upcasters)) => upcasters.raise(event, schema),
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
            return self.hand_over(queue, event, depth);
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
            subscriber: self,
            _occupied: occupied,
            work: Contained::new(in_force.around(work), &self.occupancy),
        })
    }

    /// Puts the event into the subscription's own queue.
    fn hand_over<'s>(
        self: &'s Arc<Self>,
        queue: &'s OwnQueue,
        event: DomainEvent,
        depth: u16,
    ) -> Called<'s> {
        let handed = Handed {
            event,
            depth,
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

    fn handed_over<'s>(self: &Arc<Self>, queue: &OwnQueue, pushed: &Pushed<Handed>) -> Called<'s> {
        match pushed {
            Pushed::Taken { starts: true } => Called::Done(self.start(queue)),
            Pushed::Closed(_) if self.occupancy.is_closed() => Called::Gone,
            Pushed::Closed(_) => Called::Done(Err(self.lost(&"the bus is closed"))),
            _ => Called::Done(Ok(())),
        }
    }

    /// Starts a task that empties the queue.
    fn start(self: &Arc<Self>, queue: &OwnQueue) -> Result<(), String> {
        // The task ends with a queue that is empty, so neither keeps the other.
        let Some(ground) = queue.ground.upgrade() else {
            return Err("the bus is gone".to_owned());
        };
        let (this, theirs) = (Arc::clone(self), Arc::clone(&ground));
        let task = emptying(&queue.lane, move |handed| {
            Arc::clone(&this).handle(Arc::clone(&theirs), handed)
        });
        // What waits is counted as lost when the task goes undone.
        ground.spawn(task).map_err(|error| self.lost(&error))
    }

    /// Counts a failure, and says why.
    #[cold]
    fn lost(&self, error: &dyn fmt::Display) -> String {
        self.failed.fetch_add(1, Ordering::Relaxed);
        error.to_string()
    }

    /// Handles an event from the queue, in what was in force when it was published.
    async fn handle(self: Arc<Self>, ground: Arc<dyn Ground>, handed: Handed) {
        let Handed {
            event,
            depth,
            around,
        } = handed;
        let handling = async {
            let Some(handler) = &self.handler else { return };
            let begin = || self.begin(&**handler, &event, depth);
            let done = match self.in_force(&event, depth).run(begin) {
                Begun::Done(done) => done,
                Begun::Running(work) => self.finished(work.await),
            };
            if let Err(error) = done {
                ground.bury(&event, error).await;
            }
        };
        around.around(handling).await;
    }

    /// Who subscribed.
    pub(super) fn owner(&self) -> &Arc<Caller> {
        &self.caller
    }

    /// Calls it no more. What is under way goes on, and so does what waits in its queue.
    pub(super) fn close(&self) {
        self.occupancy.close();
        if let Some(queue) = self.queue() {
            queue.lane.close();
        }
    }

    /// Waits until no call of it is under way, and nothing waits in its queue. False if that can't be: it is asked for by work of
    /// the queue, behind which the rest is handled.
    pub(super) async fn left(&self) -> bool {
        self.occupancy.left().await;
        let Some(queue) = self.queue() else {
            return true;
        };
        if queue.lane.is_at_work_here() {
            return false;
        }
        flushed(&*queue.lane).await;
        true
    }

    /// Gives up what waits in its queue.
    pub(super) fn give_up(&self) -> Vec<super::lane::Label> {
        let queue = self.queue();
        queue.map_or_else(Vec::new, |queue| {
            queue.lane.give_up(Why::SubscriptionDropped).waiting
        })
    }

    pub(super) fn queue(&self) -> Option<&OwnQueue> {
        self.asked.as_ref()?.queue.as_ref()
    }

    /// What is known of it.
    pub(super) fn facts(&self) -> SubscriptionFacts {
        let asked = self.asked.as_deref();
        let lane = self.queue().map(|queue| &queue.lane);
        let schema = asked.and_then(|asked| asked.schema.as_ref());
        SubscriptionFacts {
            pattern: self.pattern.as_str().into(),
            subscriber: Arc::clone(self.caller.instance()),
            description: asked.map_or_else(String::new, |asked| asked.description.clone()),
            schema: schema.map(|(schema, _)| Arc::clone(schema)),
            queue: lane.map(|lane| lane.queue()),
            concurrency: lane.map_or(1, |lane| lane.concurrency()),
        }
    }

    /// How it does.
    pub(super) fn stats(&self) -> SubscriptionStats {
        let (waiting, dropped) = self
            .queue()
            .map(|queue| queue.lane.counts())
            .unwrap_or_default();
        SubscriptionStats {
            handled: match &self.asked {
                Some(asked) => asked.handled.load(Ordering::Relaxed),
                None => self.occupancy.ended(),
            },
            failed: self.failed.load(Ordering::Relaxed),
            dropped,
            waiting,
        }
    }

    #[inline]
    fn ended(&self, handled: Handled) -> Result<(), String> {
        if let Some(asked) = &self.asked {
            asked.handled.fetch_add(1, Ordering::Relaxed);
        }
        match handled {
            Ok(()) => Ok(()),
            Err(error) => Err(self.lost(&shown(Chain(error)))),
        }
    }

    fn finished(&self, done: Result<Handled, String>) -> Result<(), String> {
        match done {
            Ok(handled) => self.ended(handled),
            Err(panic) => self.panicked(&panic),
        }
    }

    #[cold]
    fn panicked(&self, panic: &str) -> Result<(), String> {
        if let Some(asked) = &self.asked {
            asked.handled.fetch_add(1, Ordering::Relaxed);
        }
        Err(self.lost(&format_args!("the handler panicked: {panic}")))
    }
}

impl Drop for Subscriber {
    /// A handler's destructor is not ours.
    fn drop(&mut self) {
        discard(self.handler.take());
        discard(self.asked.take());
    }
}

impl fmt::Debug for Subscriber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscriber")
            .field("pattern", &self.pattern.as_str())
            .field("caller", &self.caller)
            .finish_non_exhaustive()
    }
}

/// A handler that has begun.
enum Begun<'s> {
    Done(Result<(), String>),
    Running(Contained<HandlerFuture<'s>>),
}

/// A call that is under way.
pub(super) enum Call<'s> {
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
    pub(super) async fn done(self) -> Result<(), String> {
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

/// Who handles an event, and because of what, as it is in force on this thread. One who subscribed several times in a row is set
/// on it once.
pub(super) struct Stage<'s> {
    caller: Option<&'s Arc<Caller>>,
    entered: Option<Entered>,
    /// How deep in other handlers.
    depth: u16,
}

impl<'s> Stage<'s> {
    /// An empty one.
    pub(super) fn new(depth: u16) -> Self {
        Self {
            caller: None,
            entered: None,
            depth,
        }
    }

    #[inline]
    fn set(&mut self, caller: &'s Arc<Caller>, event: &DomainEvent) {
        if self.caller.is_some_and(|on_it| Arc::ptr_eq(on_it, caller)) {
            return;
        }
        // The one before leaves first: scopes lie on each other.
        self.entered = None;
        let in_force = InForce::new(Arc::clone(caller), event.because(), self.depth);
        self.entered = Some(in_force.enter());
        self.caller = Some(caller);
    }
}
