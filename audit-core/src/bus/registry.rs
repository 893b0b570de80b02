//! [`Registered`]: a runnable in its place, under its name.

use std::fmt;
use std::sync::Arc;

use crate::caller::Caller;
use crate::contain::discard;

use super::event::By;
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
    /// Whether it is done when it returns: it keeps the thread that calls it.
    is_direct: bool,
    /// Whether it may take only so long.
    is_timed: bool,
    pub(super) occupancy: Occupancy,
    pub(super) calls: Calls,
}

impl Registered {
    pub(super) fn new(name: Arc<str>, owner: Arc<Caller>, runnable: Runnable) -> Arc<Self> {
        Arc::new(Self {
            name,
            owner,
            is_direct: runnable.work.is_direct(),
            is_timed: runnable.facts.timeout.is_some(),
            runnable: Some(runnable),
            occupancy: Occupancy::default(),
            calls: Calls::new(),
        })
    }

    pub(super) fn runnable(&self) -> Option<&Runnable> {
        self.runnable.as_ref()
    }

    /// Whether it must run on a thread of its own for its time-out to hold.
    #[inline]
    pub(super) fn keeps_its_thread_in_time(&self) -> bool {
        self.is_direct && self.is_timed
    }

    /// Whether it is done when it returns, however long that takes.
    #[inline]
    pub(super) fn is_done_at_once(&self) -> bool {
        self.is_direct && !self.is_timed
    }

    /// Whether it may take only so long.
    pub(super) fn is_timed(&self) -> bool {
        self.is_timed
    }

    /// As records of what it failed to do name it.
    pub(super) fn as_by(&self) -> By<'_> {
        By {
            owner: Some(self.owner.instance()),
            pattern: None,
            description: self.facts().map_or("", |facts| &facts.description),
        }
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
