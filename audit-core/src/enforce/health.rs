//! What this room says about its own health. A subscriber of `tracing` is foreign: its panic ends here.

use crate::contain::contain;
use crate::health::say;
use crate::recorder::RecordError;
use crate::site::AnnotatedSite;

/// Something that is ours or was given to us, such as a clock, panicked while a call was judged or recorded.
#[cold]
pub(super) fn note_failure(panic: &str) {
    let _contained = contain(|| {
        tracing::error!(target: "audit::health", ?panic, "judging or recording a call panicked");
    });
}

/// A function runs, or is refused by policy, although the record of its decision can't be kept.
#[cold]
pub(super) fn note_unrecorded(site: &AnnotatedSite, error: &RecordError) {
    if site.count_unrecorded() {
        let calls = site.ran_unrecorded();
        say(|| {
            tracing::warn!(
                target: "audit::health",
                site = %site,
                calls,
                %error,
                "{site} runs although its decision can't be recorded"
            );
        });
    }
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
