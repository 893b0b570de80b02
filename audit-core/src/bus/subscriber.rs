//! [`Subscriber`]: a handler in its place.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll};

use crate::caller::Caller;
use crate::contain::{contain, discard, shown};
use crate::pattern::Pattern;
use crate::scope::{Handling as InForce, ScopedFuture};

use super::event::DomainEvent;
use super::handler::{Handled, Handler, HandlerFuture, Handling};

/// A handler in its place.
pub(super) struct Subscriber {
    pub(super) pattern: Pattern,
    /// Who subscribed, and acts while it handles.
    caller: Arc<Caller>,
    /// There until it is dropped.
    handler: Option<Box<dyn Handler>>,
    /// Whether it is called still.
    open: AtomicBool,
    /// How many calls of it are under way.
    running: AtomicUsize,
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
            open: AtomicBool::new(true),
            running: AtomicUsize::new(0),
            handled: AtomicU64::new(0),
            failed: AtomicU64::new(0),
        })
    }

    /// Calls the handler, so deep in others.
    pub(super) fn call<'s>(&'s self, event: &'s DomainEvent, depth: u16) -> Called<'s> {
        let under_way = UnderWay::new(self);
        let (true, Some(handler)) = (self.open.load(Ordering::SeqCst), &self.handler) else {
            return Called::Gone;
        };
        let in_force = || InForce::new(Arc::clone(&self.caller), event.cause(), depth);
        match contain(|| in_force().run(|| handler.handle(event))) {
            Ok(Handling::Done(handled)) => Called::Done(self.ended(handled)),
            Ok(Handling::Running(work)) => Called::Running(Call {
                subscriber: under_way,
                work: Some(in_force().around(work)),
            }),
            Err(panic) => Called::Done(self.panicked(&panic)),
        }
    }

    /// Calls it no more. What is under way goes on.
    pub(super) fn close(&self) {
        self.open.store(false, Ordering::SeqCst);
    }

    /// Whether no call of it is under way.
    pub(super) fn is_idle(&self) -> bool {
        self.running.load(Ordering::SeqCst) == 0
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

/// A call of a handler that is under way, until dropped.
struct UnderWay<'s>(&'s Subscriber);

impl<'s> UnderWay<'s> {
    fn new(subscriber: &'s Subscriber) -> Self {
        subscriber.running.fetch_add(1, Ordering::SeqCst);
        Self(subscriber)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A handler's future, whose panics end here.
pub(super) struct Call<'s> {
    subscriber: UnderWay<'s>,
    /// There until it is done.
    work: Option<ScopedFuture<HandlerFuture<'s>>>,
}

impl Future for Call<'_> {
    type Output = Result<(), String>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(work) = &mut self.work else {
            return Poll::Pending;
        };
        let ended = match contain(|| Pin::new(work).poll(context)) {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(handled)) => self.subscriber.0.ended(handled),
            Err(panic) => self.subscriber.0.panicked(&panic),
        };
        discard(self.work.take());
        Poll::Ready(ended)
    }
}

impl Drop for Call<'_> {
    /// A future's destructor is not ours.
    fn drop(&mut self) {
        discard(self.work.take());
    }
}
