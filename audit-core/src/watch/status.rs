//! [`WatchStatus`]: what a watcher has seen and done.

use std::path::PathBuf;

use crate::clock::Timestamp;
use crate::decision::PolicyInfo;
use crate::word::named;

named! {
    /// How the files that are watched stand to the policy in place.
    #[non_exhaustive]
    WatchState as "state of a watcher" {
        /// What is there was put in place, or is the same as what is.
        Current = "current",
        /// What is there was in place until somebody else put another policy there, which stays until the files change.
        Replaced = "replaced",
        /// Something changed, and has to stay as it is for a while.
        Settling = "settling",
        /// What is there can't be read or does not compile: another policy is in place.
        Refused = "refused",
        /// Nobody looks any more.
        Stopped = "stopped",
    }
}

/// What a watcher has seen and done.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WatchStatus {
    /// The directory.
    pub dir: PathBuf,
    /// How its files stand to the policy in place.
    pub state: WatchState,
    /// The policy that it put in place last, or found in place.
    pub policy: PolicyInfo,
    /// When it put that in place; `None` where somebody else had.
    pub loaded: Option<Timestamp>,
    /// What is wrong with what is there, while the state is `refused`, or was before it began to settle.
    pub problem: Option<String>,
    /// How often it looked.
    pub looks: u64,
    /// How often it put a policy in place.
    pub policies_loaded: u64,
    /// How many contents it refused.
    pub policies_refused: u64,
}
