//! What this room says about its own health. A subscriber of `tracing` is foreign: its panic ends here.

use std::path::Path;
use std::sync::Arc;

use crate::contain::contain;
use crate::policy::PolicyError;

/// A policy was refused, and the old one stays.
pub(super) fn note_refused(dir: &Path, error: &PolicyError) {
    let _contained = contain(|| {
        let dir = dir.display();
        tracing::warn!(
            target: "audit::health",
            %dir,
            problems = error.problems().len(),
            "the policy in `{dir}` is refused, and the old one stays: {error}"
        );
    });
}

/// Modes were set for rules that are not there any more.
pub(super) fn note_lost(rules: &[Arc<str>]) {
    for rule in rules {
        let _contained = contain(|| {
            tracing::warn!(
                target: "audit::health",
                %rule,
                "rule `{rule}` was given a mode and is not in the policy that was loaded, or can't have a mode there"
            );
        });
    }
}
