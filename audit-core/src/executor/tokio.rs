//! [`Tokio`]: an executor on a runtime of tokio.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::runtime::Handle;

use super::block::Polling;
use super::{BlockingTask, Executor, SpawnError, Task};
use crate::contain::contain;

/// Runs the bus's tasks on a runtime of tokio, and waits by its timer (feature `tokio`).
///
/// The runtime must be there as long as the bus: a task that it drops when it is shut down has not come to its end. A runtime of
/// one thread runs tasks only while something is waited for in its `block_on`.
///
/// ```
/// use audit_core::Tokio;
/// use audit_core::bus::Bus;
///
/// let runtime = tokio::runtime::Builder::new_multi_thread().enable_time().build()?;
/// let bus = Bus::with_executor(Tokio::new(runtime.handle().clone()));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone)]
pub struct Tokio {
    handle: Handle,
    has_timer: bool,
}

impl Tokio {
    /// On this runtime. One that was built without `enable_time` has no timer, which costs it the message of a panic on the standard
    /// error output, once: there is no other way to ask.
    pub fn new(handle: Handle) -> Self {
        let has_timer = contain(|| drop(sleep(&handle, Duration::ZERO))).is_ok();
        Self { handle, has_timer }
    }

    /// On the runtime in which this is called; nothing outside of one.
    pub fn current() -> Option<Self> {
        Handle::try_current().ok().map(Self::new)
    }
}

fn sleep(handle: &Handle, duration: Duration) -> tokio::time::Sleep {
    let _entered = handle.enter();
    tokio::time::sleep(duration)
}

impl Executor for Tokio {
    fn spawn(&self, task: Task) -> Result<(), SpawnError> {
        let is_over = Arc::new(AtomicBool::new(false));
        let polled = Polled {
            task,
            is_over: Arc::clone(&is_over),
        };
        let running = self.handle.spawn(polled);
        // One that has ended already without having come to its end was dropped: by a runtime that takes none any more.
        if running.is_finished() && !is_over.load(Ordering::Acquire) {
            return Err(shut_down());
        }
        Ok(())
    }

    fn spawn_blocking(&self, work: BlockingTask) -> Result<(), SpawnError> {
        let has_begun = Arc::new(AtomicBool::new(false));
        let begins = Arc::clone(&has_begun);
        let taken = self.handle.spawn_blocking(move || {
            begins.store(true, Ordering::Release);
            // What it panics with is its own affair.
            let _done = contain(work);
        });
        if taken.is_finished() && !has_begun.load(Ordering::Acquire) {
            return Err(shut_down());
        }
        Ok(())
    }

    fn sleep(&self, duration: Duration) -> Option<Task> {
        self.has_timer
            .then(|| Box::pin(sleep(&self.handle, duration)) as Task)
    }
}

fn shut_down() -> SpawnError {
    SpawnError::new("the runtime of tokio has been shut down")
}

/// A task of ours: code in it is told that waiting would keep others from going on.
struct Polled {
    task: Task,
    /// Whether it came to its end, or panicked.
    is_over: Arc<AtomicBool>,
}

impl Future for Polled {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let _polling = Polling::new();
        let polled = contain(|| self.task.as_mut().poll(context));
        // A task that panics is done.
        let polled = polled.unwrap_or(Poll::Ready(()));
        if polled.is_ready() {
            self.is_over.store(true, Ordering::Release);
        }
        polled
    }
}

impl fmt::Debug for Tokio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokio")
            .field("has_timer", &self.has_timer)
            .finish_non_exhaustive()
    }
}
