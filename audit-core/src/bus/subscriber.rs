//! [`Subscriber`]: a handler in its place.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::caller::Caller;
use crate::contain::{Chain, contain, discard, shown};
use crate::pattern::Pattern;
use crate::runtime::BoxError;
use crate::scope::{Entered, Handling as InForce};

use super::contained::Contained;
use super::event::DomainEvent;
use super::handler::{Handler, HandlerFuture, Handling};
use super::occupancy::{Occupancy, Occupied};

/// A handler in its place.
pub(super) struct Subscriber {
    pub(super) pattern: Pattern,
    /// Who subscribed, and acts while it handles.
    caller: Arc<Caller>,
    /// There until it is dropped.
    handler: Option<Box<dyn Handler>>,
    occupancy: Occupancy,
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
            failed: AtomicU64::new(0),
        })
    }

    /// Calls the handler, on a stage that is set for the event.
    #[inline]
    pub(super) fn call<'s>(&'s self, event: &'s DomainEvent, stage: &mut Stage<'s>) -> Called<'s> {
        let (Some(occupied), Some(handler)) = (self.occupancy.enter(), &self.handler) else {
            return Called::Gone;
        };
        stage.set(&self.caller, event);
        match contain(|| handler.handle(event)) {
            Ok(Handling::Done(Ok(()))) => Called::Done(Ok(())),
            Ok(Handling::Done(Err(error))) => Called::Done(Err(self.failed(error))),
            Ok(Handling::Running(work)) => {
                let caller = Arc::clone(&self.caller);
                let in_force = InForce::new(caller, event.because(), stage.depth);
                Called::Running(Call {
                    subscriber: self,
                    _occupied: occupied,
                    work: Contained::new(in_force.around(work)),
                })
            }
            Err(panic) => Called::Done(Err(self.panicked(&panic))),
        }
    }

    /// Calls it no more. What is under way goes on.
    pub(super) fn close(&self) {
        self.occupancy.close();
    }

    /// Waits until no call of it is under way.
    pub(super) async fn left(&self) {
        self.occupancy.left().await;
    }

    #[cold]
    fn failed(&self, error: BoxError) -> String {
        self.failed.fetch_add(1, Ordering::Relaxed);
        shown(Chain(error))
    }

    #[cold]
    fn panicked(&self, panic: &str) -> String {
        self.failed.fetch_add(1, Ordering::Relaxed);
        format!("the handler panicked: {panic}")
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
            Ok(handled) => handled.map_err(|error| self.subscriber.failed(error)),
            Err(panic) => Err(self.subscriber.panicked(&panic)),
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
