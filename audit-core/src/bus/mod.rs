//! Domain events in one process: whoever publishes one and whoever is told of it know nothing of each other, and every use of the
//! bus can be allowed, denied and recorded without a line in either.

mod error;
mod event;
mod handle;
mod hub;
#[cfg(test)]
#[cfg(audit_model)]
mod interleaving;
mod invoke;
mod listener;
pub(crate) mod method;
mod nowait;
mod occupancy;
mod policy;
mod publish;
mod queue;
mod runnable;
mod subscription;

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, Weak};
use std::time::Duration;

use hub::Hub;

use serde_json::Value;

pub use crate::caller::BRIDGE;
use crate::caller::{Alarm, Caller};
use crate::executor::{Executor, block_on, is_polling};
use crate::runtime::BoxError;

pub use error::{Denied, InvokeError, PublishError, RegisterError, SubscribeError};
pub use event::{
    DEAD_LETTER, DeadLetter, DeadLetterReason, DomainEvent, ForeignEvent, Payload, PayloadError,
    Read, UpcastError,
};
pub(crate) use handle::Departure;
pub use handle::{
    Gateway, GatewayError, Handle, Registration, clear, current, install, invoke, invoke_nowait,
    publish, publish_nowait,
};
pub(crate) use hub::Named;
pub use hub::{
    BusBuilder, CloseError, FlushError, Graph, GraphCall, GraphCaller, GraphTopic, UnfinishedQueue,
};
pub use listener::{
    Handled, Handler, HandlerFuture, Handling, IntoHandled, SubscriptionFacts, SubscriptionStats,
};
pub(crate) use occupancy::{Calling, Occupant, times_here};
pub use policy::{BusPolicy, Operation, Rule, Verdict};
pub use publish::Publication;
pub use queue::{Overflow, Queue};
pub use runnable::{Answering, CallStats, Parameter, Runnable, RunnableFacts};
#[cfg(feature = "schema")]
pub use runnable::{answer_schema, params_schema};
pub use subscription::{Subscription, SubscriptionBuilder, SubscriptionOptions};

/// A bus, held by whoever assembles the program: his [`Handle`], in the name of `host`, and the right to say who may do what.
///
/// ```
/// use audit_core::bus::Bus;
/// use std::sync::atomic::{AtomicU32, Ordering};
///
/// static TOLD: AtomicU32 = AtomicU32::new(0);
/// let bus = Bus::new();
/// let _subscription = bus.subscribe("account.*", |event| {
///     TOLD.fetch_add(1, Ordering::Relaxed);
/// })?;
/// bus.publish_blocking("account.transfer", serde_json::json!({"amount": 150.0}))?;
/// assert_eq!(TOLD.load(Ordering::Relaxed), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Bus {
    hub: Arc<Hub>,
    host: Handle,
}

impl Bus {
    /// A bus with nobody on it, whose tasks run on threads of its own.
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// A bus with nobody on it, whose tasks run there.
    pub fn with_executor(executor: impl Executor) -> Self {
        Self::builder().executor(executor).build()
    }

    /// A bus of which more is to be said.
    pub fn builder() -> BusBuilder {
        BusBuilder::new()
    }

    fn on(hub: Arc<Hub>) -> Self {
        let host = Handle::new(Arc::clone(&hub), Arc::clone(&hub.host));
        Self { hub, host }
    }

    /// The bus in the name of `host`, for whoever assembles the program with the holder of this.
    pub fn handle(&self) -> Handle {
        self.host.clone()
    }

    /// Says what a component, or an instance of one, may do from now on. An instance's own policy stands in place of its
    /// component's. Returns what was said before. The name may be that of somebody who comes later. From the first policy on
    /// `anonymous` may do nothing, whether or not that one stays.
    ///
    /// It is an event of kind `policy`, `bus_policy.set`: for whom, by whom, what was said before and what is said now.
    pub fn set_policy(&self, name: &str, policy: BusPolicy) -> Option<BusPolicy> {
        let after = policy.clone();
        let before = self.hub.set_policy(name, policy);
        policy::change::tell(name, before.as_ref(), Some(&after));
        before
    }

    /// Puts back what was in force for a name before this policy was set, unless somebody set another since.
    pub(crate) fn put_back_policy(&self, name: &str, set: &BusPolicy, before: Option<&BusPolicy>) {
        if self.hub.put_back_policy(name, set, before) {
            policy::change::tell(name, Some(set), before);
        }
    }

    /// Whether somebody may do something, and by which rule; nothing is done and nothing recorded. The caller is an instance, a
    /// component, `host` or `anonymous`. Whoever is not there is judged as one of that name would be who came now: an
    /// instance that an assembly has and that has not started by what is set for its component, too.
    ///
    /// ```
    /// use audit_core::bus::{Bus, BusPolicy, Operation};
    ///
    /// let bus = Bus::new();
    /// bus.set_policy("web", BusPolicy::new().invoke_deny(["admin.*"])?);
    /// let verdict = bus.explain("web", Operation::Invoke, "admin.delete");
    /// assert_eq!(verdict.to_string(), "denied by rule `invoke_deny: admin.*`");
    /// # Ok::<(), audit_core::PatternError>(())
    /// ```
    pub fn explain(&self, caller: &str, operation: Operation, target: &str) -> Verdict {
        let known = self.hub.callers();
        let known = known.into_iter().find(|one| &**one.instance() == caller);
        let bus: Weak<Hub> = Arc::downgrade(&self.hub);
        let caller = known.unwrap_or_else(|| {
            let component = self.hub.directory.component_of(caller);
            let component = component.unwrap_or_else(|| caller.into());
            Caller::new(component, caller.into(), bus, None)
        });
        self.hub
            .with_policies(|policies| policies.judge(&caller, operation, target))
    }

    /// Who may invoke whom, who may publish what, and who hears of what, as it is now.
    pub fn graph(&self) -> Graph {
        Graph::of(&self.hub)
    }

    /// The bus in the name of a component's instance, of which the alarm is told why it can't go on.
    pub(crate) fn handle_of(&self, component: &str, instance: &str, alarm: Alarm) -> Handle {
        let bus: Weak<Hub> = Arc::downgrade(&self.hub);
        let caller = Caller::new(component.into(), instance.into(), bus, Some(alarm));
        self.hub.directory.come(&caller);
        Handle::new(Arc::clone(&self.hub), caller)
    }

    /// Whether somebody uses this bus, and no other.
    pub(crate) fn is_of(&self, caller: &Caller) -> bool {
        let his = caller.bus().and_then(|bus| bus.downcast::<Hub>().ok());
        his.is_some_and(|his| Arc::ptr_eq(&his, &self.hub))
    }

    /// The components of an assembly are these from now on.
    ///
    /// # Errors
    /// The names among theirs that a bridge has, each with whose it is.
    pub(crate) fn settle(&self, components: Vec<Named>) -> Result<(), Vec<(Arc<str>, Named)>> {
        self.hub.directory.settle(components)
    }

    /// What the bridges are called that are there.
    pub(crate) fn gateways(&self) -> Vec<Arc<str>> {
        self.hub.directory.gateways()
    }

    /// Where its tasks run.
    pub(crate) fn executor(&self) -> Arc<dyn Executor> {
        Arc::clone(&self.hub.executor)
    }

    /// What can be invoked, sorted by name, with what is to be known of it and how its calls went. What is internal is not listed.
    pub fn runnables(&self) -> Vec<(Arc<str>, RunnableFacts, CallStats)> {
        let all = self.hub.registered();
        let listed = all.iter().filter_map(|registered| {
            let facts = registered.facts().filter(|facts| !facts.internal)?;
            let name = Arc::clone(&registered.name);
            Some((name, facts.clone(), registered.calls.stats()))
        });
        listed.collect()
    }

    /// Who is subscribed to what, sorted by pattern, with what was asked for and how it goes.
    pub fn subscriptions(&self) -> Vec<(SubscriptionFacts, SubscriptionStats)> {
        let patterns = self.patterns().into_iter();
        let listeners = patterns.flat_map(|(pattern, _)| self.hub.subscribed(&pattern));
        listeners
            .map(|listener| (listener.facts(), listener.stats()))
            .collect()
    }

    /// Brings payloads of one schema up to another, for subscriptions that read that or a later one
    /// ([`SubscriptionOptions::schema`]). Steps follow each other: from v1 to v2, and from there to v3. What is recorded is what
    /// was published.
    ///
    /// A step that fails or panics is a dead letter of the handler that would have got its payload, and of no other.
    ///
    /// ```
    /// # let bus = audit_core::bus::Bus::new();
    /// bus.upcast("account.transfer/v1", "account.transfer/v2", |mut data| {
    ///     let amount = data["amount"].as_f64().ok_or("`amount` is no number")?;
    ///     data["amount"] = format!("{amount:.2}").into();
    ///     Ok::<_, &str>(data)
    /// })?;
    /// # Ok::<(), audit_core::bus::UpcastError>(())
    /// ```
    ///
    /// # Errors
    /// Something brings the schema up already, or this would lead in a circle.
    pub fn upcast<E: Into<BoxError>>(
        &self,
        from: &str,
        to: &str,
        raise: impl Fn(Value) -> Result<Value, E> + Send + Sync + 'static,
    ) -> Result<(), UpcastError> {
        let raise = move |payload| raise(payload).map_err(Into::into);
        self.hub.upcasters.add(from, to, Box::new(raise))
    }

    /// Waits until all is done that was accepted so far: what was published and invoked without waiting, then what waits in the
    /// queues of subscriptions. What is accepted meanwhile is not waited for.
    ///
    /// # Errors
    /// It is asked for by work that it would wait for.
    pub async fn flush(&self) -> Result<(), FlushError> {
        self.hub.flush().await
    }

    /// The same from code that is not async.
    ///
    /// # Errors
    /// As [`flush`](Self::flush); or this thread runs tasks, which it would keep waiting.
    pub fn flush_blocking(&self) -> Result<(), FlushError> {
        if is_polling() {
            return Err(FlushError::InTask);
        }
        block_on(self.flush())
    }

    /// Takes nothing new from now on, and does all that was accepted: what was published and invoked without waiting, and what waits
    /// in the queues of subscriptions. Handlers that are at work may publish and invoke until that is done. What is not done by the
    /// deadline is given up: it is told of by a `loss` event and becomes dead letters, for which there is as long once more.
    ///
    /// What somebody awaits, a `publish(..).await` that is under way, he awaits himself. A bus that is dropped without this has what
    /// was accepted done all the same, as long as its executor runs tasks; what that drops is told of by a `loss` event.
    ///
    /// # Errors
    /// It is closed, and not all was done in time: the queues are named. Or it is not closed: it is asked for by work that it would
    /// wait for, or there is no timer.
    pub async fn close(&self, deadline: Duration) -> Result<(), CloseError> {
        self.hub.close(deadline).await
    }

    /// The same from code that is not async.
    ///
    /// # Errors
    /// As [`close`](Self::close); or this thread runs tasks, which it would keep waiting.
    pub fn close_blocking(&self, deadline: Duration) -> Result<(), CloseError> {
        if is_polling() {
            return Err(CloseError::InTask);
        }
        block_on(self.close(deadline))
    }

    /// The patterns that somebody is subscribed to, sorted, each with how many these are.
    pub fn patterns(&self) -> Vec<(Arc<str>, usize)> {
        let mut patterns = self.hub.patterns();
        patterns.sort_unstable();
        patterns
    }
}

impl Default for Bus {
    fn default() -> Self {
        Self::new()
    }
}

impl Deref for Bus {
    type Target = Handle;

    fn deref(&self) -> &Handle {
        &self.host
    }
}

impl fmt::Debug for Bus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bus")
            .field("patterns", &self.patterns())
            .finish_non_exhaustive()
    }
}
