//! Whether anything is shown at all: one word that every place reads first.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};

use crate::contain::contain;

use super::metric::describe;
use super::shown::{Shown, show_all, show_at_enable};

static ENABLED: AtomicBool = AtomicBool::new(false);

/// Switches spans, events and metrics on, for the whole process, and describes the metrics to the recorder that is installed. Whatever
/// is there shows how it stands: sinks, observers, queues of the bus, open trails. Where it was on, all that is done once more: a
/// program that installs its recorder afterwards calls it again.
///
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

/// Shows something that was made just now, if the path is on, and whenever it is switched on.
pub(crate) fn show_from_now<S: Shown + 'static>(shown: &Arc<S>) {
    let weak: Weak<S> = Arc::downgrade(shown);
    show_at_enable(weak);
    if is_enabled() {
        let _contained = contain(|| shown.switched_on());
    }
}
