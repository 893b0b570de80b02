//! Domain events in one process: whoever publishes one and whoever is told of it know nothing of each other, and every use of the
//! bus can be allowed, denied and recorded without a line in either.

mod ambient;
pub(crate) mod argument;
mod contained;
mod dead_letter;
mod error;
mod event;
mod handle;
mod handler;
mod hub;
mod invoke;
mod memo;
pub(crate) mod method;
mod occupancy;
mod operation;
mod payload;
mod policy;
mod publish;
mod registration;
mod registry;
mod runnable;
mod statistics;
mod subscriber;
mod subscription;
mod topic;

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, Weak};

use hub::Hub;

use crate::caller::Caller;

use crate::executor::{Executor, Threads};

pub use ambient::{clear, current, install, invoke, publish};
pub use argument::Parameter;
pub use dead_letter::{DEAD_LETTER, DeadLetter, DeadLetterReason};
pub use error::{Denied, InvokeError, PublishError, RegisterError};
pub use event::DomainEvent;
pub use handle::Handle;
pub use handler::{Handled, Handler, HandlerFuture, Handling, IntoHandled};
pub use payload::{Payload, PayloadError, Read};
pub use policy::{BusPolicy, Operation, Rule, Verdict};
pub use registration::Registration;
pub use runnable::{Answering, Runnable, RunnableFacts};
pub use statistics::CallStats;
pub use subscription::Subscription;

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
        Self::with_executor(Threads::default())
    }

    /// A bus with nobody on it, whose tasks run there.
    pub fn with_executor(executor: impl Executor) -> Self {
        let hub = Hub::new(Arc::new(executor));
        let host = Handle::new(Arc::clone(&hub), Arc::clone(&hub.host));
        Self { hub, host }
    }

    /// The bus in the name of `host`, for whoever assembles the program with the holder of this.
    pub fn handle(&self) -> Handle {
        self.host.clone()
    }

    /// Says what a component, or an instance of one, may do from now on. An instance's own policy stands in place of its
    /// component's. Returns what was said before.
    pub fn set_policy(&self, name: &str, policy: BusPolicy) -> Option<BusPolicy> {
        self.hub.set_policy(name, policy)
    }

    /// The bus in the name of a component's instance.
    pub(crate) fn handle_of(&self, component: &str, instance: &str) -> Handle {
        let bus: Weak<Hub> = Arc::downgrade(&self.hub);
        let caller = Caller::new(component.into(), instance.into(), bus);
        Handle::new(Arc::clone(&self.hub), caller)
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
