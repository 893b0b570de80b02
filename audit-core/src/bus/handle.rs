//! [`Handle`]: the bus, as one of those sees it who use it.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::caller::Caller;
use crate::clock::{Clock as _, EventId, IdSource as _, RandomIds, SystemClock, Timestamp};
use crate::executor::{block_on, is_polling};
use crate::pattern::{Pattern, PatternError};
use crate::runtime::BoxError;
use crate::scope::{Cause, Handling as InForce};

use super::error::{InvokeError, PublishError, RegisterError};
use super::event::DomainEvent;
use super::handler::{Awaited, Direct, Handler, IntoHandled};
use super::hub::Hub;
use super::payload::Payload;
use super::registration::Registration;
use super::registry::Registered;
use super::runnable::Runnable;
use super::subscriber::Subscriber;
use super::subscription::Subscription;

/// The bus, as one of those sees it who use it: the host, or a component. Whatever is done with it is done in that one's name.
/// Cheap to clone; it may go to other tasks and threads.
#[derive(Clone)]
pub struct Handle {
    hub: Arc<Hub>,
    caller: Arc<Caller>,
}

impl Handle {
    pub(super) fn new(hub: Arc<Hub>, caller: Arc<Caller>) -> Self {
        Self { hub, caller }
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
    /// Nobody was told: a policy denies it, the name is reserved, handlers publish within handlers without end, or the record of
    /// the publication is to be on disk first and is not.
    pub async fn publish<T: Serialize + Send + Sync + 'static>(
        &self,
        name: &str,
        data: T,
    ) -> Result<DomainEvent, PublishError> {
        let payload = Payload::new(data);
        self.hub.publish(&self.caller, name, payload, None).await
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
    pub async fn invoke<P, A>(&self, name: &str, params: P) -> Result<A, InvokeError>
    where
        P: Serialize + Send + Sync + 'static,
        A: DeserializeOwned + Send + 'static,
    {
        self.hub.invoke(&self.caller, name, params).await
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

    /// Whether anybody has this very name.
    pub fn is_registered(&self, name: &str) -> bool {
        self.hub.target(&self.caller, name).registered.is_some()
    }

    /// Lets others invoke a runnable by this name, until the registration ends.
    ///
    /// # Errors
    /// The name is taken or the bus's own, or it has a time-out and there is no timer.
    pub fn register(&self, name: &str, runnable: Runnable) -> Result<Registration, RegisterError> {
        let registered = Registered::new(name.into(), Arc::clone(&self.caller), runnable);
        self.hub.register(Arc::clone(&registered))?;
        Ok(Registration::new(Arc::downgrade(&self.hub), registered))
    }

    /// Calls this closure for each event whose name the pattern stands for, from now on until the subscription ends. It may return
    /// nothing or a result.
    ///
    /// # Errors
    /// The pattern is too long.
    pub fn subscribe<R: IntoHandled>(
        &self,
        topic: &str,
        handler: impl Fn(&DomainEvent) -> R + Send + Sync + 'static,
    ) -> Result<Subscription, PatternError> {
        self.subscribe_handler(topic, Direct(handler))
    }

    /// The same with a closure whose future is awaited.
    ///
    /// # Errors
    /// The pattern is too long.
    pub fn subscribe_async<W>(
        &self,
        topic: &str,
        handler: impl Fn(DomainEvent) -> W + Send + Sync + 'static,
    ) -> Result<Subscription, PatternError>
    where
        W: Future<Output: IntoHandled> + Send + 'static,
    {
        self.subscribe_handler(topic, Awaited(handler))
    }

    /// The same with a handler of a type of your own.
    ///
    /// # Errors
    /// The pattern is too long.
    pub fn subscribe_handler(
        &self,
        topic: &str,
        handler: impl Handler,
    ) -> Result<Subscription, PatternError> {
        Ok(self.subscribe_to(Pattern::new(topic)?, Box::new(handler)))
    }

    /// The same with a pattern that is read already.
    pub(crate) fn subscribe_to(&self, pattern: Pattern, handler: Box<dyn Handler>) -> Subscription {
        let caller = Arc::clone(&self.caller);
        let subscriber = Subscriber::new(pattern, caller, handler);
        self.hub.add(Arc::clone(&subscriber));
        Subscription::new(Arc::downgrade(&self.hub), subscriber)
    }

    /// Says that the component in whose name this is can't go on. Its assembly starts it anew, as its
    /// [`Supervision`](crate::component::Supervision) says. What a component says that has ended or was started anew since changes
    /// nothing. False if it is no component's.
    pub fn fail(&self, error: impl Into<BoxError>) -> bool {
        self.caller.alarm(error.into())
    }

    /// What is in force while code of whoever this is in the name of runs.
    pub(crate) fn enter(&self) -> InForce {
        InForce::new(Arc::clone(&self.caller), Arc::new(Beginning::now()), 0)
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle")
            .field("caller", &self.caller())
            .finish_non_exhaustive()
    }
}

/// What leads to all that a component does by itself.
struct Beginning(Timestamp);

impl Beginning {
    fn now() -> Self {
        Self(SystemClock.wall_at(SystemClock.monotonic_nanos()))
    }
}

impl Cause for Beginning {
    fn id(&self) -> EventId {
        RandomIds.next_id(self.0)
    }
}
