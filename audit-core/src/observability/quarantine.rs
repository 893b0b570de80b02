//! [`Quarantine`]: whether a sink takes too long, as a metric.

use std::sync::atomic::{AtomicBool, Ordering};

use super::count::follow;
use super::metric::SINK_QUARANTINED;
use super::switch::is_enabled;

/// What was shown of a sink in quarantine. Its end is shown even where the path was switched off meanwhile: else it would seem to last.
#[derive(Debug)]
pub(crate) struct Quarantine {
    /// Whether its end has to be.
    is_shown: AtomicBool,
}

impl Quarantine {
    /// Nothing yet.
    pub(crate) const fn new() -> Self {
        Self {
            is_shown: AtomicBool::new(false),
        }
    }

    /// A sink is there, or is in quarantine from now on. It is asked whether that still holds.
    pub(crate) fn show(&self, sink: &str, is_held: impl Fn() -> bool) {
        if is_enabled() {
            self.is_shown.store(true, Ordering::SeqCst);
            follow(&SINK_QUARANTINED, sink, || u64::from(is_held()));
        }
    }

    /// It may have returned.
    #[inline]
    pub(crate) fn end(&self, sink: &str, is_held: impl Fn() -> bool) {
        // Whoever holds it anew says so after that.
        if self.is_shown.load(Ordering::Relaxed) && self.is_shown.swap(false, Ordering::SeqCst) {
            follow(&SINK_QUARANTINED, sink, || u64::from(is_held()));
        }
    }
}
