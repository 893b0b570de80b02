//! [`Course`]: what there is of one publication besides its event, for all who are told.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::bus::event::DomainEvent;
use crate::clock::EventId;

/// What there is of one publication besides its event, for all who are told.
pub(in crate::bus) struct Course {
    /// How deep in other handlers its handlers are.
    pub(in crate::bus) depth: u16,
    /// The event of the operation, where anybody wants to know of that.
    pub(in crate::bus) call: Option<EventId>,
    /// The event as it is brought up to a schema, for all who read that.
    raised: Mutex<Vec<(Arc<str>, Raised)>>,
}

/// An event that was brought up to a schema, or why it could not be.
pub(in crate::bus) type Raised = Result<DomainEvent, String>;

impl Course {
    pub(in crate::bus) fn new(depth: u16, call: Option<EventId>) -> Self {
        Self {
            depth,
            call,
            raised: Mutex::default(),
        }
    }

    /// The event as it is brought up to this schema, which is done once.
    pub(in crate::bus) fn raised(
        &self,
        schema: &Arc<str>,
        raise: impl FnOnce() -> Raised,
    ) -> Raised {
        let all = || self.raised.lock().unwrap_or_else(PoisonError::into_inner);
        let known = all().iter().find(|one| one.0 == *schema).cloned();
        if let Some((_, known)) = known {
            return known;
        }
        // Nothing is locked: what brings it up is foreign.
        let raised = raise();
        all().push((Arc::clone(schema), raised.clone()));
        raised
    }
}

impl fmt::Debug for Course {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Course")
            .field("depth", &self.depth)
            .field("call", &self.call)
            .finish_non_exhaustive()
    }
}
