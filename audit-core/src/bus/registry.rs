//! [`Registered`]: a runnable in its place, under its name.

use std::fmt;
use std::sync::Arc;

use crate::caller::Caller;
use crate::contain::discard;

use super::occupancy::Occupancy;
use super::runnable::{Runnable, RunnableFacts};
use super::statistics::Calls;

/// A runnable in its place, under its name.
pub(super) struct Registered {
    pub(super) name: Arc<str>,
    /// Whose it is, and who acts while it runs.
    pub(super) owner: Arc<Caller>,
    /// There until it is dropped.
    runnable: Option<Runnable>,
    pub(super) occupancy: Occupancy,
    pub(super) calls: Calls,
}

impl Registered {
    pub(super) fn new(name: Arc<str>, owner: Arc<Caller>, runnable: Runnable) -> Arc<Self> {
        Arc::new(Self {
            name,
            owner,
            runnable: Some(runnable),
            occupancy: Occupancy::default(),
            calls: Calls::new(),
        })
    }

    pub(super) fn runnable(&self) -> Option<&Runnable> {
        self.runnable.as_ref()
    }

    pub(super) fn facts(&self) -> Option<&RunnableFacts> {
        self.runnable.as_ref().map(|runnable| &runnable.facts)
    }
}

impl Drop for Registered {
    /// A handler's destructor is not ours.
    fn drop(&mut self) {
        discard(self.runnable.take());
    }
}

impl fmt::Debug for Registered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registered")
            .field("name", &self.name)
            .field("owner", &self.owner)
            .finish_non_exhaustive()
    }
}
