//! [`Stage`]: who handles an event, and because of what.

use std::sync::Arc;

use super::super::event::DomainEvent;
use crate::caller::Caller;
use crate::scope::{Deed, Entered};

/// Who handles an event, and because of what, as it is in force on this thread. One who subscribed several times in a row is set
/// on it once.
pub(in crate::bus) struct Stage<'s> {
    caller: Option<&'s Arc<Caller>>,
    entered: Option<Entered>,
    /// How deep in other handlers.
    pub(super) depth: u16,
}

impl<'s> Stage<'s> {
    /// An empty one.
    pub(in crate::bus) fn new(depth: u16) -> Self {
        Self {
            caller: None,
            entered: None,
            depth,
        }
    }

    #[inline]
    pub(super) fn set(&mut self, caller: &'s Arc<Caller>, event: &DomainEvent) {
        if self.caller.is_some_and(|on_it| Arc::ptr_eq(on_it, caller)) {
            return;
        }
        // The one before leaves first: scopes lie on each other.
        self.entered = None;
        let in_force = Deed::new(Arc::clone(caller), event.because(), self.depth);
        self.entered = Some(in_force.enter());
        self.caller = Some(caller);
    }
}
