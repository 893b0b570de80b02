//! [`Consequences`]: how many publications one has led to.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many publications one has led to, in its handlers, in what they publish, and so on: one number for all of them, wherever
/// they are made.
#[derive(Clone, Debug, Default)]
pub(crate) struct Consequences(Arc<AtomicU64>);

impl Consequences {
    /// One more. Returns how many there are now.
    pub(crate) fn one_more(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed) + 1
    }
}
