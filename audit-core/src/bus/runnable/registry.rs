//! [`Registered`]: a runnable in its place, under its name.

use std::fmt;
use std::sync::Arc;

use crate::bus::event::By;
use crate::bus::occupancy::Occupancy;
use crate::caller::Caller;
use crate::contain::discard;

use super::statistics::Calls;
use super::{Runnable, RunnableFacts};

/// A runnable in its place, under its name.
pub(in crate::bus) struct Registered {
    pub(in crate::bus) name: Arc<str>,
    /// Whose it is, and who acts while it runs.
    pub(in crate::bus) owner: Arc<Caller>,
    /// There until it is dropped.
    runnable: Option<Runnable>,
    /// Whether it is done when it returns: it keeps the thread that calls it.
    is_direct: bool,
    /// Whether it may take only so long.
    is_timed: bool,
    pub(in crate::bus) occupancy: Occupancy,
    pub(in crate::bus) calls: Calls,
}

impl Registered {
    pub(in crate::bus) fn new(name: Arc<str>, owner: Arc<Caller>, runnable: Runnable) -> Arc<Self> {
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

    pub(in crate::bus) fn runnable(&self) -> Option<&Runnable> {
        self.runnable.as_ref()
    }

    /// Whether it must run on a thread of its own for its time-out to hold.
    #[inline]
    pub(in crate::bus) fn keeps_its_thread_in_time(&self) -> bool {
        self.is_direct && self.is_timed
    }

    /// Whether it is done when it returns, however long that takes.
    #[inline]
    pub(in crate::bus) fn is_done_at_once(&self) -> bool {
        self.is_direct && !self.is_timed
    }

    /// Whether it may take only so long.
    pub(in crate::bus) fn is_timed(&self) -> bool {
        self.is_timed
    }

    /// As records of what it failed to do name it.
    pub(in crate::bus) fn as_by(&self) -> By<'_> {
        By {
            owner: Some(self.owner.instance()),
            pattern: None,
            description: self.facts().map_or("", |facts| &facts.description),
        }
    }

    pub(in crate::bus) fn facts(&self) -> Option<&RunnableFacts> {
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
