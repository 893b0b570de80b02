//! [`SubscriptionOptions`]: what a subscription asks for besides its pattern.

use std::fmt;
use std::sync::Arc;

use crate::bus::event::DomainEvent;
use crate::bus::listener::Filter;
use crate::bus::queue::Queue;

/// What a subscription asks for besides its pattern. Without any of it, its handler is called by the publisher, which waits for it.
///
/// ```
/// use audit_core::bus::{Overflow, Queue, SubscriptionOptions};
///
/// let options = SubscriptionOptions::new()
///     .description("keeps the books")
///     .queue(Queue::bounded(1024).overflow(Overflow::DropOldest))
///     .concurrency(4);
/// ```
#[derive(Default)]
#[must_use = "they are nothing before somebody subscribes with them"]
pub struct SubscriptionOptions {
    pub(in crate::bus) description: String,
    pub(in crate::bus) queue: Option<Queue>,
    pub(in crate::bus) concurrency: Option<usize>,
    pub(in crate::bus) filter: Option<Filter>,
    pub(in crate::bus) schema: Option<Arc<str>>,
}

impl SubscriptionOptions {
    /// Nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// What it is for.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    /// A queue of its own: the publisher puts the event in and goes on, and a task handles it, one event after another in the order
    /// in which they came.
    ///
    /// What waits there shares the payload with all others; each event in it costs some ten bytes beside that, and keeps its
    /// payload in memory as long as it waits.
    ///
    /// What waits there is in memory alone: it is lost with a process that is killed, and whoever handed the event over (a bridge to other processes
    /// among them) took it for handled. What must be handled at least once is subscribed to without a queue.
    pub fn queue(mut self, queue: Queue) -> Self {
        self.queue = Some(queue);
        self
    }

    /// So many events of its queue are handled at once, in no order; 0 counts as 1. It has a queue even if none is asked for.
    pub fn concurrency(mut self, concurrency: usize) -> Self {
        self.concurrency = Some(concurrency);
        self
    }

    /// Only the events of which this is true: asked by the publisher, before its queue. A panic is a dead letter.
    pub fn filter(mut self, filter: impl Fn(&DomainEvent) -> bool + Send + Sync + 'static) -> Self {
        self.filter = Some(Box::new(filter));
        self
    }

    /// The schema of payloads that its handler reads, such as `account.transfer/v2`. An event of an older one is brought up to it by
    /// [`Bus::upcast`](crate::bus::Bus::upcast) before filter and handler see it; one of a schema from which nothing leads there is
    /// a dead letter. One whose publisher named none is seen as it is.
    pub fn schema(mut self, schema: impl Into<Arc<str>>) -> Self {
        self.schema = Some(schema.into());
        self
    }

    pub(in crate::bus) fn is_nothing(&self) -> bool {
        self.description.is_empty()
            && self.queue.is_none()
            && self.concurrency.is_none()
            && self.filter.is_none()
            && self.schema.is_none()
    }
}

impl fmt::Debug for SubscriptionOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SubscriptionOptions")
            .field("description", &self.description)
            .field("queue", &self.queue)
            .field("concurrency", &self.concurrency)
            .field("schema", &self.schema)
            .finish_non_exhaustive()
    }
}
