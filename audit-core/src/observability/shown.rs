//! [`Shown`]: what shows how it stands once the path is switched on, though nothing changes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use crate::contain::{contain, discard};

/// Something whose gauges are to be there once the path is on, such as a trail that idles.
pub trait Shown: Send + Sync {
    /// The path was switched on: it shows how it stands, now or soon. It is called on the thread that switched, and its panic
    /// ends there.
    fn switched_on(&self);
}

static ALL: Mutex<Vec<Weak<dyn Shown>>> = Mutex::new(Vec::new());

fn lock() -> MutexGuard<'static, Vec<Weak<dyn Shown>>> {
    ALL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Tells something of it whenever the path is switched on from now on, as long as it lives.
pub fn show_at_enable(shown: Weak<dyn Shown>) {
    let mut all = lock();
    // Not each time, as there may be many.
    if all.len() == all.capacity() {
        all.retain(|one| one.strong_count() > 0);
        let as_many = all.len() + 1;
        all.reserve(as_many);
    }
    all.push(shown);
}

/// The path was switched on.
pub(super) fn show_all() {
    let all: Vec<Arc<dyn Shown>> = lock().iter().filter_map(Weak::upgrade).collect();
    for one in all {
        let _contained = contain(|| one.switched_on());
        // It may be gone from everywhere else by now.
        discard(one);
    }
}
