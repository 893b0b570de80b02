//! [`Stage`]: who handles an event, and because of what.

use std::sync::Arc;

use crate::bus::event::DomainEvent;
use crate::caller::Caller;
use crate::scope::{Deed, Entered};

use super::course::Course;

/// Who handles an event, and because of what, as it is in force on this thread. One who subscribed several times in a row is set
/// on it once.
pub(in crate::bus) struct Stage<'s> {
    caller: Option<&'s Arc<Caller>>,
    entered: Option<Entered>,
    pub(super) course: &'s Course,
}

impl<'s> Stage<'s> {
    /// An empty one.
    pub(in crate::bus) fn new(course: &'s Course) -> Self {
        Self {
            caller: None,
            entered: None,
            course,
        }
    }

    #[inline]
    pub(super) fn set(&mut self, caller: &'s Arc<Caller>, event: &DomainEvent) {
        if self.caller.is_some_and(|on_it| Arc::ptr_eq(on_it, caller)) {
            return;
        }
        // The one before leaves first: scopes lie on each other.
        self.clear();
        let in_force = Deed::new(Arc::clone(caller), event.because(), self.course.depth);
        self.entered = Some(in_force.enter());
        self.caller = Some(caller);
    }

    /// Takes whoever is on it off: what is in force is what was around the publication.
    pub(super) fn clear(&mut self) {
        self.entered = None;
        self.caller = None;
    }
}
