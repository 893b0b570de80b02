//! Which observers are running on this thread, so that none is told of what it does itself.

use std::cell::RefCell;
use std::sync::atomic::{AtomicU64, Ordering};

thread_local! {
    /// The observers that are running on this thread.
    static ACTIVE: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

/// An observer that is running on this thread, until dropped.
pub(super) struct Active(u64);

impl Active {
    /// `None` if it is running already.
    #[inline]
    pub(super) fn enter(key: u64) -> Option<Self> {
        ACTIVE.with_borrow_mut(|active| {
            let idle = !active.contains(&key);
            if idle {
                active.push(key);
            }
            idle.then(|| Self(key))
        })
    }
}

impl Drop for Active {
    fn drop(&mut self) {
        ACTIVE.with_borrow_mut(|active| active.retain(|key| *key != self.0));
    }
}

/// A number that no other observer of this process has.
pub(super) fn next_key() -> u64 {
    static KEYS: AtomicU64 = AtomicU64::new(0);
    KEYS.fetch_add(1, Ordering::Relaxed)
}
