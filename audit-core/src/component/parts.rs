//! [`Parts`]: what a component brings along.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use crate::bus::{Answering, Handler, IntoHandled, Runnable, SubscriptionOptions};
use crate::pattern::{Pattern, PatternError};
use crate::runtime::BoxError;

use super::foreign::Foreign;
use super::health::Health;
use super::service::Service;

/// What a component does when it starts or ends.
pub(super) type Hook =
    Foreign<Box<dyn FnOnce() -> Answering<'static, Result<(), BoxError>> + Send>>;
/// How a component does.
pub(super) type HealthHook = Arc<Foreign<Box<dyn Fn() -> Health + Send + Sync>>>;

/// What a component brings along: what others can invoke, what it is subscribed to, what it does when it starts and ends, and what
/// it has for others.
#[derive(Default)]
#[must_use = "it is nothing before an assembly has it"]
pub struct Parts {
    pub(super) runnables: Vec<(String, Foreign<Runnable>)>,
    /// Those whose name is the whole of it.
    pub(super) free_runnables: Vec<(String, Foreign<Runnable>)>,
    pub(super) subscriptions: Vec<Subscribing>,
    pub(super) services: Vec<Service>,
    pub(super) activate: Option<Hook>,
    pub(super) deactivate: Option<Hook>,
    pub(super) health: Option<HealthHook>,
    pub(super) background: Vec<(String, Hook)>,
}

/// A pattern, what is asked for besides, and the handler.
pub(super) type Subscribing = (
    Pattern,
    Foreign<SubscriptionOptions>,
    Foreign<Box<dyn Handler>>,
);

impl Parts {
    /// Nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Something that can be invoked, by its name behind the instance's: `accounts.transfer`.
    pub fn runnable(mut self, name: impl Into<String>, runnable: Runnable) -> Self {
        self.runnables.push((name.into(), Foreign::new(runnable)));
        self
    }

    /// A handler for each event whose name the pattern stands for.
    ///
    /// # Errors
    /// The pattern is too long.
    pub fn subscribe(self, topic: &str, handler: impl Handler) -> Result<Self, PatternError> {
        self.subscribe_with(topic, SubscriptionOptions::new(), handler)
    }

    /// The same with a queue of its own, a filter or a schema.
    ///
    /// # Errors
    /// The pattern is too long.
    pub fn subscribe_with(
        mut self,
        topic: &str,
        options: SubscriptionOptions,
        handler: impl Handler,
    ) -> Result<Self, PatternError> {
        let pattern = Pattern::new(topic)?;
        self.subscribe_to(pattern, options, Box::new(handler));
        Ok(self)
    }

    /// The same with a pattern that is read already.
    pub(super) fn subscribe_to(
        &mut self,
        pattern: Pattern,
        options: SubscriptionOptions,
        handler: Box<dyn Handler>,
    ) {
        let (options, handler) = (Foreign::new(options), Foreign::new(handler));
        self.subscriptions.push((pattern, options, handler));
    }

    /// A service for others, found by its type. The component's [facts](super::ComponentFacts::provides) name it too: one that is
    /// named and not brought along is an error when the component starts, and so is the reverse.
    pub fn provide<T: Clone + Send + Sync + 'static>(mut self, service: T) -> Self {
        self.services.push(Service::new(service));
        self
    }

    /// What it does when it starts, before anything reaches it.
    pub fn activate<W>(mut self, work: impl FnOnce() -> W + Send + 'static) -> Self
    where
        W: Future<Output: IntoHandled> + Send + 'static,
    {
        self.activate = Some(hook(work));
        self
    }

    /// What it does when it ends, once nothing reaches it any more. It is left out where what was under way took all the time there
    /// was: then something may still be at work.
    pub fn deactivate<W>(mut self, work: impl FnOnce() -> W + Send + 'static) -> Self
    where
        W: Future<Output: IntoHandled> + Send + 'static,
    {
        self.deactivate = Some(hook(work));
        self
    }

    /// Work that goes on while it is active, on the bus's executor and in its name. The component has failed when it fails or
    /// panics; it may be done before the component ends. When that ends it is dropped wherever it waits, once nothing else is
    /// under way and before [`deactivate`](Self::deactivate). Only work that ends its component itself, because it ends the assembly,
    /// goes on to its own end.
    pub fn background<W>(
        mut self,
        name: impl Into<String>,
        work: impl FnOnce() -> W + Send + 'static,
    ) -> Self
    where
        W: Future<Output: IntoHandled> + Send + 'static,
    {
        self.background.push((name.into(), hook(work)));
        self
    }

    /// What it does when it starts, and the rest.
    pub(super) fn without_activate(mut self) -> (Option<Hook>, Self) {
        (self.activate.take(), self)
    }

    /// How it does, whenever somebody asks.
    pub fn health(mut self, health: impl Fn() -> Health + Send + Sync + 'static) -> Self {
        self.health = Some(Arc::new(Foreign::new(Box::new(health))));
        self
    }
}

fn hook<W>(work: impl FnOnce() -> W + Send + 'static) -> Hook
where
    W: Future<Output: IntoHandled> + Send + 'static,
{
    Foreign::new(Box::new(move || {
        let work = work();
        Box::pin(async move { work.await.into_handled() })
    }))
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let runnables = self.runnables.iter().chain(&self.free_runnables);
        let runnables: Vec<&str> = runnables.map(|(name, _)| &**name).collect();
        let topics: Vec<&str> = self
            .subscriptions
            .iter()
            .map(|(topic, ..)| topic.as_str())
            .collect();
        f.debug_struct("Parts")
            .field("runnables", &runnables)
            .field("subscriptions", &topics)
            .finish_non_exhaustive()
    }
}
