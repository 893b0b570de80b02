//! What this room says about its own health. A subscriber of `tracing` is foreign: its panic ends here.

use crate::contain::contain;
use crate::site::AnnotatedSite;

/// Something that is ours or was given to us, such as a clock, panicked while a call was judged or recorded.
#[cold]
pub(super) fn note_failure(panic: &str) {
    let _contained = contain(|| {
        tracing::error!(target: "audit::health", ?panic, "judging or recording a call panicked");
    });
}

/// An admitted function runs although nobody judges it.
#[cold]
pub(super) fn note_unjudged(site: &AnnotatedSite) {
    let _contained = contain(|| {
        tracing::warn!(
            target: "audit::health",
            site = %site,
            "{site} runs unjudged as no runtime is in force"
        );
    });
}
