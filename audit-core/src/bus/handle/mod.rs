//! What a program holds: the bus in a name, the bus for code without a handle, what it registered, and a door for other processes.

mod ambient;
mod departure;
mod gateway;
mod registration;

use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::caller::Caller;
use crate::clock::{Clock as _, SystemClock};
use crate::executor::{block_on, is_polling};
use crate::pattern::Pattern;
use crate::runtime::BoxError;
use crate::scope::{Because, Deed};

use super::error::{InvokeError, PublishError, RegisterError, SubscribeError};
use super::event::{DomainEvent, Payload};
use super::hub::Hub;
use super::listener::{Awaited, Direct, Handler, IntoHandled};
use super::publish::Publication;
use super::runnable::{Registered, Runnable};
use super::subscription::{Subscription, SubscriptionBuilder, SubscriptionOptions, subscribe};

pub use ambient::{clear, current, install, invoke, invoke_nowait, publish, publish_nowait};
pub(crate) use departure::Departure;
pub use gateway::{Gateway, GatewayError};
pub use registration::Registration;

/// The bus, as one of those sees it who use it: the host, or a component. Whatever is done with it is done in that one's name.
/// Cheap to clone; it may go to other tasks and threads.
///
/// What a component subscribes and registers with its own ends with the component, kept or not; after that nothing more can be, while
/// what was under way may still publish and invoke, as far as the policy allows that it had, and any that is set since.
///
/// A handle keeps its bus: a handler that holds one, subscribed to that very bus and kept, keeps both as long as the program runs.
/// [`bus::current`](super::current) finds the bus where a handler runs without holding it.
#[derive(Clone)]
pub struct Handle {
    hub: Arc<Hub>,
    caller: Arc<Caller>,
}

impl Handle {
    pub(super) fn new(hub: Arc<Hub>, caller: Arc<Caller>) -> Self {
        Self { hub, caller }
    }

    pub(super) fn hub(&self) -> &Arc<Hub> {
        &self.hub
    }

    pub(super) fn who(&self) -> &Arc<Caller> {
        &self.caller
    }

    /// In whose name it acts: a component's instance, or `host`.
    pub fn caller(&self) -> &str {
        self.caller.instance()
    }

    /// Publishes an event. Those who are subscribed to the very name are told first, then those of other patterns in the order in
    /// which these were first subscribed to; each is awaited before the next. What a handler fails to do is a dead letter and
    /// reaches neither the others nor the publisher.
    ///
    /// # Errors
    /// Nobody was told: a policy denies it, the name is reserved, handlers publish within handlers without end (64 deep at most, and
    /// 100,000 because of one outermost publication), or the record of the publication is to be on disk first and is not.
    // No `async fn`: that would be one more future around the future, with everything in it twice.
    pub fn publish<T: Serialize + Send + Sync + 'static>(
        &self,
        name: &str,
        data: T,
    ) -> impl Future<Output = Result<DomainEvent, PublishError>> + Send {
        self.hub.publish(&self.caller, name, data, None)
    }

    /// Publishes an event from code that is not async: the thread waits until all handlers were called.
    ///
    /// # Errors
    /// As [`publish`](Self::publish); or this thread runs tasks, which it would keep waiting.
    pub fn publish_blocking<T: Serialize + Send + Sync + 'static>(
        &self,
        name: &str,
        data: T,
    ) -> Result<DomainEvent, PublishError> {
        if is_polling() {
            return Err(PublishError::InTask);
        }
        block_on(self.publish(name, data))
    }

    /// Invokes whoever has the very name, and hands back the answer. Parameters and answer go as they are where the runnable has the
    /// same types, and as JSON where it has others; `serde_json::Value` is JSON at once.
    ///
    /// # Errors
    /// Nobody was called: a policy denies it, nobody has the name, a role is missing, handlers call within handlers without end, or
    /// the record of the call is to be on disk first and is not. Or the call has no answer: it failed, panicked or took too long,
    /// or parameters or answer do not fit.
    pub fn invoke<P, A>(
        &self,
        name: &str,
        params: P,
    ) -> impl Future<Output = Result<A, InvokeError>> + Send
    where
        P: Serialize + Send + Sync + 'static,
        A: DeserializeOwned + Send + 'static,
    {
        self.hub.invoke(&self.caller, name, params)
    }

    /// The same from code that is not async: the thread waits for the answer.
    ///
    /// # Errors
    /// As [`invoke`](Self::invoke); or this thread runs tasks, which it would keep waiting.
    pub fn invoke_blocking<P, A>(&self, name: &str, params: P) -> Result<A, InvokeError>
    where
        P: Serialize + Send + Sync + 'static,
        A: DeserializeOwned + Send + 'static,
    {
        if is_polling() {
            return Err(InvokeError::InTask);
        }
        block_on(self.invoke(name, params))
    }

    /// An event that is about to be published, to say more of it than its name and payload: its schema.
    ///
    /// ```
    /// # let bus = audit_core::bus::Bus::new();
    /// let data = serde_json::json!({"from": "alice", "to": "bob", "amount": "150.00"});
    /// bus.event("account.transfer", data)
    ///     .schema("account.transfer/v2")
    ///     .publish_blocking()?;
    /// # Ok::<(), audit_core::bus::PublishError>(())
    /// ```
    pub fn event<'h, T>(&'h self, name: &'h str, data: T) -> Publication<'h>
    where
        T: Serialize + Send + Sync + 'static,
    {
        Publication::new(&self.hub, &self.caller, name, Payload::new(data))
    }

    /// Publishes an event without waiting for anybody who is told, from any thread, with or without an async runtime, and from
    /// within handlers too. It is judged at once; then it waits in the bus's queue
    /// ([`BusBuilder::queue`](super::BusBuilder::queue)) until a task publishes it, one after another in the order in which they
    /// came. What is in force here is in force there.
    ///
    /// # Errors
    /// Nobody will be told: as [`publish`](Self::publish) denies it, the bus's queue is full, or the bus is closed. That its record
    /// could not be put on disk first is found out later, and a dead letter.
    pub fn publish_nowait<T: Serialize + Send + Sync + 'static>(
        &self,
        name: &str,
        data: T,
    ) -> Result<DomainEvent, PublishError> {
        let payload = Payload::new(data);
        self.hub.publish_nowait(&self.caller, name, payload, None)
    }

    /// Invokes whoever has the very name without waiting for the answer, which is thrown away. It is judged at once; then it waits
    /// in the bus's queue until a task makes the call, several at once and in no order. A call that fails is a dead letter.
    ///
    /// # Errors
    /// Nobody will be called: as [`invoke`](Self::invoke) denies it, nobody has the name (which is a dead letter too), the bus's
    /// queue is full, or the bus is closed.
    pub fn invoke_nowait<P: Serialize + Send + Sync + 'static>(
        &self,
        name: &str,
        params: P,
    ) -> Result<(), InvokeError> {
        self.hub.invoke_nowait(&self.caller, name, params)
    }

    /// Whether anybody has this very name.
    pub fn is_registered(&self, name: &str) -> bool {
        self.hub
            .target(&self.caller, name, |target| target.registered.is_some())
    }

    /// Lets others invoke a runnable by this name, until the registration ends.
    ///
    /// # Errors
    /// The name is taken or the bus's own, it has a time-out and there is no timer, or whoever registers has ended.
    pub fn register(&self, name: &str, runnable: Runnable) -> Result<Registration, RegisterError> {
        let registered = Registered::new(name.into(), Arc::clone(&self.caller), runnable);
        self.hub.register(Arc::clone(&registered))?;
        Ok(Registration::new(Arc::downgrade(&self.hub), registered))
    }

    /// Calls this closure for each event whose name the pattern stands for, from now on until the subscription ends. It may return
    /// nothing or a result.
    ///
    /// # Errors
    /// The pattern is too long, or whoever subscribes has ended.
    pub fn subscribe<R: IntoHandled>(
        &self,
        topic: &str,
        handler: impl Fn(&DomainEvent) -> R + Send + Sync + 'static,
    ) -> Result<Subscription, SubscribeError> {
        self.subscribe_handler(topic, Direct(handler))
    }

    /// The same with a closure whose future is awaited.
    ///
    /// # Errors
    /// The pattern is too long, or whoever subscribes has ended.
    pub fn subscribe_async<W>(
        &self,
        topic: &str,
        handler: impl Fn(DomainEvent) -> W + Send + Sync + 'static,
    ) -> Result<Subscription, SubscribeError>
    where
        W: Future<Output: IntoHandled> + Send + 'static,
    {
        self.subscribe_handler(topic, Awaited(handler))
    }

    /// The same with a handler of a type of your own.
    ///
    /// # Errors
    /// The pattern is too long, or whoever subscribes has ended.
    pub fn subscribe_handler(
        &self,
        topic: &str,
        handler: impl Handler,
    ) -> Result<Subscription, SubscribeError> {
        self.subscribe_with(topic, SubscriptionOptions::new(), handler)
    }

    /// A subscription that asks for more than its pattern: a queue of its own, a filter, a schema.
    pub fn subscription<'h>(&'h self, topic: &'h str) -> SubscriptionBuilder<'h> {
        SubscriptionBuilder::new(&self.hub, &self.caller, topic)
    }

    /// The same with options that are made already.
    ///
    /// # Errors
    /// The pattern is too long, or whoever subscribes has ended.
    pub fn subscribe_with(
        &self,
        topic: &str,
        options: SubscriptionOptions,
        handler: impl Handler,
    ) -> Result<Subscription, SubscribeError> {
        self.subscribe_to(Pattern::new(topic)?, options, Box::new(handler))
    }

    /// The same with a pattern that is read already.
    ///
    /// # Errors
    /// Whoever subscribes has ended.
    pub(crate) fn subscribe_to(
        &self,
        pattern: Pattern,
        options: SubscriptionOptions,
        handler: Box<dyn Handler>,
    ) -> Result<Subscription, SubscribeError> {
        subscribe(&self.hub, &self.caller, pattern, options, handler)
    }

    /// Says that the component in whose name this is can't go on. Its assembly starts it anew, as its
    /// [`Supervision`](crate::component::Supervision) says. What a component says that has ended or was started anew since changes
    /// nothing. False if it is no component's.
    pub fn fail(&self, error: impl Into<BoxError>) -> bool {
        self.caller.alarm(error.into())
    }

    /// What is in force while code of whoever this is in the name of runs.
    pub(crate) fn enter(&self) -> Deed {
        let began = SystemClock.wall_at(SystemClock.monotonic_nanos());
        Deed::new(
            Arc::clone(&self.caller),
            Because::Call(None, began, None),
            0,
        )
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle")
            .field("caller", &self.caller())
            .finish_non_exhaustive()
    }
}
