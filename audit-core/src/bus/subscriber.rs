//! [`Subscriber`]: a handler in its place.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::caller::Caller;
use crate::contain::{contain, discard, shown};
use crate::pattern::Pattern;
use crate::scope::Handling as InForce;

use super::contained::Contained;
use super::event::DomainEvent;
use super::handler::{Handled, Handler, HandlerFuture, Handling};
use super::occupancy::{Occupancy, Occupied};

/// A handler in its place.
pub(super) struct Subscriber {
    pub(super) pattern: Pattern,
    /// Who subscribed, and acts while it handles.
    caller: Arc<Caller>,
    /// There until it is dropped.
    handler: Option<Box<dyn Handler>>,
    occupancy: Occupancy,
    handled: AtomicU64,
    failed: AtomicU64,
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
    ) -> Arc<Self> {
        Arc::new(Self {
            pattern,
            caller,
            handler: Some(handler),
            occupancy: Occupancy::default(),
            handled: AtomicU64::new(0),
            failed: AtomicU64::new(0),
        })
    }

    /// Calls the handler, so deep in others.
    pub(super) fn call<'s>(&'s self, event: &'s DomainEvent, depth: u16) -> Called<'s> {
        let (Some(occupied), Some(handler)) = (self.occupancy.enter(), &self.handler) else {
            return Called::Gone;
        };
        let in_force = || InForce::new(Arc::clone(&self.caller), event.cause(), depth);
        match contain(|| in_force().run(|| handler.handle(event))) {
            Ok(Handling::Done(handled)) => Called::Done(self.ended(handled)),
            Ok(Handling::Running(work)) => Called::Running(Call {
                subscriber: self,
                _occupied: occupied,
                work: Contained::new(in_force().around(work)),
            }),
            Err(panic) => Called::Done(self.panicked(&panic)),
        }
    }

    /// Who subscribed.
    pub(super) fn owner(&self) -> &Arc<Caller> {
        &self.caller
    }

    /// Calls it no more. What is under way goes on.
    pub(super) fn close(&self) {
        self.occupancy.close();
    }

    /// Waits until no call of it is under way.
    pub(super) async fn left(&self) {
        self.occupancy.left().await;
    }

    fn ended(&self, handled: Handled) -> Result<(), String> {
        self.handled.fetch_add(1, Ordering::Relaxed);
        let Err(error) = handled else { return Ok(()) };
        self.failed.fetch_add(1, Ordering::Relaxed);
        Err(shown(crate::contain::Chain(error)))
    }

    #[cold]
    fn panicked(&self, panic: &str) -> Result<(), String> {
        self.handled.fetch_add(1, Ordering::Relaxed);
        self.failed.fetch_add(1, Ordering::Relaxed);
        Err(format!("the handler panicked: {panic}"))
    }
}

impl Drop for Subscriber {
    /// A handler's destructor is not ours.
    fn drop(&mut self) {
        discard(self.handler.take());
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

/// A call that is under way.
pub(super) struct Call<'s> {
    subscriber: &'s Subscriber,
    _occupied: Occupied<'s>,
    work: Contained<HandlerFuture<'s>>,
}

impl Call<'_> {
    /// Waits until it is done.
    pub(super) async fn done(self) -> Result<(), String> {
        match self.work.await {
            Ok(handled) => self.subscriber.ended(handled),
            Err(panic) => self.subscriber.panicked(&panic),
        }
    }
}
