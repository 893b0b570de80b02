//! Where tasks run, and how they wait: [`Executor`], and threads of our own.

mod block;
mod blocking;
mod task;
#[cfg(test)]
mod tests;
mod threads;
mod timer;
#[cfg(feature = "tokio")]
mod tokio;
mod waiter;
mod watch;
mod within;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::thread;
use std::time::Duration;

pub(crate) use block::{block_on, is_polling};
pub use threads::Threads;
#[cfg(feature = "tokio")]
pub use tokio::Tokio;
pub(crate) use waiter::{Waiters, wait};
pub(crate) use within::{Late, within};

/// A future that owns all it needs.
pub type Task = Pin<Box<dyn Future<Output = ()> + Send + 'static>>;

/// Work that may keep its thread for long.
pub type BlockingTask = Box<dyn FnOnce() + Send + 'static>;

/// Runs tasks, and lets them wait. [`Threads`] has threads of its own; a program with an async runtime hands its tasks there.
pub trait Executor: Send + Sync + 'static {
    /// Has a task run to its end.
    ///
    /// # Errors
    /// It takes no tasks any more, or the operating system refuses a thread.
    fn spawn(&self, task: Task) -> Result<(), SpawnError>;

    /// A future that is done after so long; nothing where there is no timer. A time-out without a timer is refused when it is
    /// asked for, never passed over.
    fn sleep(&self, duration: Duration) -> Option<Task>;

    /// Has work done on a thread that it may keep, and never on one that runs tasks: these would wait for it, and with them the
    /// timer. Unless said otherwise, on a thread of its own.
    ///
    /// # Errors
    /// There is no thread for it.
    fn spawn_blocking(&self, work: BlockingTask) -> Result<(), SpawnError> {
        let named = thread::Builder::new().name("audit-bus-work".to_owned());
        named.spawn(work).map(drop).map_err(SpawnError::new)
    }
}

/// A task that is not run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpawnError {
    message: String,
}

impl SpawnError {
    /// Says why.
    pub fn new(message: impl fmt::Display) -> Self {
        Self {
            message: message.to_string(),
        }
    }
}

impl fmt::Display for SpawnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a task can't be run: {}", self.message)
    }
}

impl std::error::Error for SpawnError {}
