//! [`Deed`]: what is in force for a handler of the bus, made when somebody looks.

use std::fmt;
use std::sync::Arc;

use super::InForce;
use crate::caller::Caller;
use crate::clock::{EventId, IdSource as _, RandomIds, Timestamp};

/// An event that leads to something else, and is named when somebody asks.
pub(crate) trait Cause: Send + Sync {
    fn id(&self) -> EventId;
}

/// What leads to what is done here.
#[derive(Clone)]
pub(crate) enum Because {
    /// An event.
    Event(Arc<dyn Cause>),
    /// A call that began then, and its event where anybody wants to know of it.
    Call(Option<EventId>, Timestamp),
}

impl Because {
    /// The event that it is named by.
    fn id(&self) -> EventId {
        match self {
            Self::Event(event) => event.id(),
            Self::Call(Some(id), _) => *id,
            Self::Call(None, began) => RandomIds.next_id(*began),
        }
    }
}

/// What is in force for a handler: who handles, because of what, and how deep in other handlers.
#[derive(Clone)]
pub(crate) struct Deed {
    caller: Arc<Caller>,
    because: Because,
    depth: u16,
}

impl Deed {
    #[inline]
    pub(crate) fn new(caller: Arc<Caller>, because: Because, depth: u16) -> Self {
        Self {
            caller,
            because,
            depth,
        }
    }

    pub(super) fn caller(&self) -> (Arc<Caller>, u16) {
        (Arc::clone(&self.caller), self.depth)
    }

    #[inline]
    pub(super) fn depth(&self) -> u16 {
        self.depth
    }

    /// The same as a scope, in what is in force around it.
    pub(super) fn in_force(&self, around: Option<&InForce>) -> Arc<InForce> {
        let mut in_force = around.cloned().unwrap_or_default();
        in_force.ambient.cause = Some(self.because.id());
        in_force.caller = Some(self.caller());
        Arc::new(in_force)
    }
}

impl fmt::Debug for Deed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deed")
            .field("caller", &self.caller)
            .field("depth", &self.depth)
            .finish_non_exhaustive()
    }
}
