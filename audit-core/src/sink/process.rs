//! The process's sinks: for every runtime besides its own, and where there is no runtime.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use crate::armed;

use super::SinkList;

static PROCESS: LazyLock<Mutex<SinkList>> = LazyLock::new(|| Mutex::new(Arc::from([])));

/// How often they were changed: whoever keeps a copy compares this.
static GENERATION: AtomicU64 = AtomicU64::new(0);

fn lock() -> MutexGuard<'static, SinkList> {
    PROCESS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A number that grows with every change of the process's sinks.
#[inline]
pub(crate) fn process_sinks_generation() -> u64 {
    GENERATION.load(Ordering::Acquire)
}

/// The process's sinks.
pub(crate) fn process_sinks() -> SinkList {
    Arc::clone(&lock())
}

/// Changes the process's sinks.
pub(crate) fn change_process_sinks<T>(change: impl FnOnce(&mut SinkList) -> T) -> T {
    armed::watched();
    let mut sinks = lock();
    let result = change(&mut sinks);
    GENERATION.fetch_add(1, Ordering::Release);
    result
}
