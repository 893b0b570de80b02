//! [`Deed`]: what is in force for a handler of the bus, made when somebody looks.

use std::fmt;
use std::sync::Arc;

use super::InForce;
use super::consequence::Consequences;
use crate::caller::Caller;
use crate::clock::{EventId, IdSource as _, RandomIds, Timestamp};

/// An event that leads to something else, and is named when somebody asks.
pub(crate) trait Cause: Send + Sync {
    fn id(&self) -> EventId;
    /// What it leads to is counted with what led to it.
    fn consequences(&self) -> &Consequences;
}

/// What leads to what is done here.
#[derive(Clone)]
pub(crate) enum Because {
    /// An event.
    Event(Arc<dyn Cause>),
    /// A call that began then, its event where anybody wants to know of it, and with what is counted what it leads to, if a
    /// publication led to it.
    Call(Option<EventId>, Timestamp, Option<Consequences>),
}

impl Because {
    /// The event that it is named by.
    fn id(&self) -> EventId {
        match self {
            Self::Event(event) => event.id(),
            Self::Call(Some(id), ..) => *id,
            Self::Call(None, began, _) => RandomIds.next_id(*began),
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

    /// With what is counted what is published here: nothing where no publication led to it.
    pub(super) fn consequences(&self) -> Option<Consequences> {
        match &self.because {
            Because::Event(event) => Some(event.consequences().clone()),
            Because::Call(.., consequences) => consequences.clone(),
        }
    }

    /// The same as a scope, in what is in force around it.
    pub(super) fn in_force(&self, around: Option<&InForce>) -> Arc<InForce> {
        let mut in_force = around.cloned().unwrap_or_default();
        in_force.ambient.cause = Some(self.because.id());
        in_force.caller = Some(self.caller());
        in_force.consequences = self.consequences();
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
