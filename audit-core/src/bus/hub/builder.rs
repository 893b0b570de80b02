//! [`BusBuilder`]: a bus in the making.

use std::fmt;
use std::sync::Arc;

use crate::bus::Bus;
use crate::bus::queue::Queue;
use crate::executor::{Executor, Threads};

use super::Hub;

/// How many calls that nobody waits for are made at once, unless said otherwise.
const CONCURRENCY: usize = 16;

/// A bus in the making.
#[must_use = "there is no bus before `build`"]
pub struct BusBuilder {
    executor: Option<Arc<dyn Executor>>,
    queue: Queue,
    concurrency: usize,
}

impl BusBuilder {
    pub(in crate::bus) fn new() -> Self {
        Self {
            executor: None,
            queue: Queue::default(),
            concurrency: CONCURRENCY,
        }
    }

    /// Where its tasks run: on threads of its own, unless said otherwise.
    pub fn executor(mut self, executor: impl Executor) -> Self {
        self.executor = Some(Arc::new(executor));
        self
    }

    /// How many may wait of what is published without waiting, and as many again of what is invoked so: 1,024 unless said
    /// otherwise.
    ///
    /// Nobody can wait for room there. Whoever finds none is told so, with [`Overflow::Wait`](crate::bus::Overflow::Wait) as with
    /// [`DropNewest`](crate::bus::Overflow::DropNewest); with [`DropOldest`](crate::bus::Overflow::DropOldest) what has waited
    /// longest makes room, and is counted and told of by a `loss` event.
    pub fn queue(mut self, queue: Queue) -> Self {
        self.queue = queue;
        self
    }

    /// How many calls of [`invoke_nowait`](crate::bus::Handle::invoke_nowait) are made at once: 16 unless said otherwise; 0 counts
    /// as 1.
    pub fn concurrency(mut self, concurrency: usize) -> Self {
        self.concurrency = concurrency;
        self
    }

    /// The bus, with nobody on it.
    pub fn build(self) -> Bus {
        let executor = self.executor;
        let executor = executor.unwrap_or_else(|| Arc::new(Threads::default()));
        Bus::on(Hub::new(executor, self.queue, self.concurrency))
    }
}

impl fmt::Debug for BusBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BusBuilder")
            .field("queue", &self.queue)
            .field("concurrency", &self.concurrency)
            .finish_non_exhaustive()
    }
}
