//! A whole bus, used and changed by several threads at once: every way within the bounds of the model.
//!
//! "Later" is what another thread has been told: by a flag that is raised once a change has returned, and that whoever uses the bus
//! looks at first.

mod calling;
mod closing;
mod publishing;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use loom::sync::atomic::{AtomicBool, AtomicU64};

use super::{Bus, DomainEvent};
use crate::executor::{Executor, SpawnError, Task, block_on};
use crate::sync::model::spawn;

/// Each task has a thread of its own. Time stands still: no deadline is ever reached.
struct OwnThreads;

impl Executor for OwnThreads {
    fn spawn(&self, task: Task) -> Result<(), SpawnError> {
        drop(spawn(|| block_on(task)));
        Ok(())
    }

    fn sleep(&self, _: Duration) -> Option<Task> {
        Some(Box::pin(std::future::pending()))
    }
}

fn bus() -> Arc<Bus> {
    Arc::new(Bus::with_executor(OwnThreads))
}

/// Whether something is done, as far as others are told.
#[derive(Clone, Default)]
struct Done(Arc<AtomicBool>);

impl Done {
    fn tell(&self) {
        self.0.store(true, Ordering::Release);
    }

    fn is_told(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// How often a handler was called, and how often it came to its end. Nothing orders this for others but the bus.
#[derive(Clone, Default)]
struct Calls(Arc<(AtomicU64, AtomicU64)>);

impl Calls {
    fn call(&self) {
        self.0.0.fetch_add(1, Ordering::Relaxed);
        self.0.1.fetch_add(1, Ordering::Relaxed);
    }

    /// A handler whose calls are counted.
    fn handler(&self) -> impl Fn(&DomainEvent) + Send + Sync + use<> {
        let calls = self.clone();
        move |_| calls.call()
    }

    fn ended(&self) -> u64 {
        self.0.1.load(Ordering::Relaxed)
    }

    fn at_work(&self) -> u64 {
        let ended = self.ended();
        self.0.0.load(Ordering::Relaxed) - ended
    }
}
