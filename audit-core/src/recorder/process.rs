//! The process's recorder: for every runtime that has none of its own, and where there is no runtime.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::armed;
use crate::contain::discard;

use super::{Keeper, Recorder};

static PROCESS: Mutex<Option<Arc<Keeper>>> = Mutex::new(None);

/// How often it was changed: whoever keeps a copy compares this.
static GENERATION: AtomicU64 = AtomicU64::new(0);

fn lock() -> MutexGuard<'static, Option<Arc<Keeper>>> {
    PROCESS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A number that grows with every change of the process's recorder.
#[inline]
pub(crate) fn process_generation() -> u64 {
    GENERATION.load(Ordering::Acquire)
}

/// The process's recorder, if there is one.
pub(crate) fn process_keeper() -> Option<Arc<Keeper>> {
    lock().clone()
}

/// Sets the process's recorder: every runtime that has none of its own records with it, and so does
/// [`record`](crate::record) where there is no runtime. One set before takes its leave, and is still told of the ends of
/// those calls whose beginnings it was told of. It may be dropped later, once each thread has made another call.
///
/// It can be set before [`install`](crate::install), after it, and without it.
pub fn set_recorder(recorder: impl Recorder) {
    replace(Some(Keeper::new(Arc::new(recorder))));
}

/// Takes the process's recorder away: whoever has none of its own records nothing from now on, at no cost.
pub fn clear_recorder() {
    replace(None);
}

fn replace(keeper: Option<Arc<Keeper>>) {
    armed::watched();
    let mut process = lock();
    let old = std::mem::replace(&mut *process, keeper);
    GENERATION.fetch_add(1, Ordering::Release);
    drop(process);
    discard(old);
}
