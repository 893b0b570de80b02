//! Whether anything is shown at all: one word that every place reads first.

use std::sync::atomic::{AtomicBool, Ordering};

use super::metric::describe;
use super::shown::show_all;

static ENABLED: AtomicBool = AtomicBool::new(false);

/// Switches spans, events and metrics on, for the whole process, and describes the metrics to the recorder that is installed. Trails
/// that are open show how they stand.
/// What is audited is the same before and after.
pub fn enable() {
    describe();
    ENABLED.store(true, Ordering::Relaxed);
    show_all();
}

/// Switches them off. What was begun is ended all the same: no span and no scope stays open.
pub fn disable() {
    ENABLED.store(false, Ordering::Relaxed);
}

/// Whether they are on. One relaxed load.
#[inline(always)]
pub fn is_enabled() -> bool {
    ENABLED.load(Ordering::Relaxed)
}
