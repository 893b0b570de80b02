//! [`SubscriptionBuilder`]: a subscription in the making.

use std::fmt;
use std::future::Future;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Weak};

use crate::bus::error::SubscribeError;
use crate::bus::event::DomainEvent;
use crate::bus::hub::Hub;
use crate::bus::listener::{Asked, Awaited, Direct, Handler, IntoHandled, Listener};
use crate::bus::queue::{Lane, Queue, Source};
use crate::caller::Caller;
use crate::pattern::Pattern;

use super::Subscription;
use super::option::SubscriptionOptions;

/// A subscription in the making: what it asks for, and at last its handler.
///
/// ```
/// use audit_core::bus::{Bus, Overflow, Queue};
///
/// let bus = Bus::new();
/// let subscription = bus
///     .subscription("account.*")
///     .description("tells whoever got something")
///     .queue(Queue::bounded(1024).overflow(Overflow::DropOldest))
///     .filter(|event| event.payload().json().is_ok_and(|data| data["amount"] != 0))
///     .handle(|event| println!("{}", event.name()))?;
/// bus.publish_blocking("account.transfer", serde_json::json!({"amount": 150.0}))?;
/// bus.flush_blocking()?;
/// assert_eq!(subscription.stats().handled, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "nothing is subscribed to before there is a handler"]
pub struct SubscriptionBuilder<'h> {
    hub: &'h Arc<Hub>,
    caller: &'h Arc<Caller>,
    topic: &'h str,
    options: SubscriptionOptions,
}

impl<'h> SubscriptionBuilder<'h> {
    pub(in crate::bus) fn new(hub: &'h Arc<Hub>, caller: &'h Arc<Caller>, topic: &'h str) -> Self {
        Self {
            hub,
            caller,
            topic,
            options: SubscriptionOptions::new(),
        }
    }

    /// What it is for.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.options = self.options.description(description);
        self
    }

    /// A queue of its own: see [`SubscriptionOptions::queue`].
    pub fn queue(mut self, queue: Queue) -> Self {
        self.options = self.options.queue(queue);
        self
    }

    /// So many events of its queue are handled at once: see [`SubscriptionOptions::concurrency`].
    pub fn concurrency(mut self, concurrency: usize) -> Self {
        self.options = self.options.concurrency(concurrency);
        self
    }

    /// Only the events of which this is true: see [`SubscriptionOptions::filter`].
    pub fn filter(mut self, filter: impl Fn(&DomainEvent) -> bool + Send + Sync + 'static) -> Self {
        self.options = self.options.filter(filter);
        self
    }

    /// The schema of payloads that its handler reads: see [`SubscriptionOptions::schema`].
    pub fn schema(mut self, schema: impl Into<Arc<str>>) -> Self {
        self.options = self.options.schema(schema);
        self
    }

    /// Calls this closure for each event. It may return nothing or a result.
    ///
    /// # Errors
    /// The pattern is too long, or whoever subscribes has ended.
    pub fn handle<R: IntoHandled>(
        self,
        handler: impl Fn(&DomainEvent) -> R + Send + Sync + 'static,
    ) -> Result<Subscription, SubscribeError> {
        self.handler(Direct(handler))
    }

    /// The same with a closure whose future is awaited.
    ///
    /// # Errors
    /// The pattern is too long, or whoever subscribes has ended.
    pub fn handle_async<W>(
        self,
        handler: impl Fn(DomainEvent) -> W + Send + Sync + 'static,
    ) -> Result<Subscription, SubscribeError>
    where
        W: Future<Output: IntoHandled> + Send + 'static,
    {
        self.handler(Awaited(handler))
    }

    /// The same with a handler of a type of your own.
    ///
    /// # Errors
    /// The pattern is too long, or whoever subscribes has ended.
    pub fn handler(self, handler: impl Handler) -> Result<Subscription, SubscribeError> {
        let pattern = Pattern::new(self.topic)?;
        let handler = Box::new(handler);
        subscribe(self.hub, self.caller, pattern, self.options, handler)
    }
}

impl fmt::Debug for SubscriptionBuilder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SubscriptionBuilder")
            .field("topic", &self.topic)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// Subscribes.
///
/// # Errors
/// Whoever subscribes has ended.
pub(in crate::bus) fn subscribe(
    hub: &Arc<Hub>,
    caller: &Arc<Caller>,
    pattern: Pattern,
    options: SubscriptionOptions,
    handler: Box<dyn Handler>,
) -> Result<Subscription, SubscribeError> {
    let asked = (!options.is_nothing()).then(|| asked(hub, caller, &pattern, options));
    let listener = Listener::new(pattern, Arc::clone(caller), handler, asked);
    hub.add(Arc::clone(&listener))?;
    Ok(Subscription::new(Arc::downgrade(hub), listener))
}

fn asked(
    hub: &Arc<Hub>,
    caller: &Caller,
    pattern: &Pattern,
    options: SubscriptionOptions,
) -> Asked {
    let SubscriptionOptions {
        description,
        queue,
        concurrency,
        filter,
        schema,
    } = options;
    let queue = queue.or_else(|| concurrency.map(|_| Queue::default()));
    let queue = queue.map(|queue| {
        let source = Source {
            queue: "subscription",
            subscription: Some((Arc::clone(caller.instance()), pattern.as_str().into())),
        };
        let ground: Weak<Hub> = Arc::downgrade(hub);
        Lane::new(queue, concurrency.unwrap_or(1), source, ground)
    });
    Asked {
        description,
        filter,
        schema: schema.map(|schema| (schema, Arc::clone(&hub.upcasters))),
        queue,
        handled: AtomicU64::new(0),
    }
}
