//! [`Handling`]: what is in force for a handler of the bus, made when somebody looks.

use std::fmt;
use std::sync::Arc;

use super::InForce;
use crate::caller::Caller;
use crate::clock::EventId;

/// What leads to something else, and is named when somebody asks.
pub(crate) trait Cause: Send + Sync {
    fn id(&self) -> EventId;
}

/// What is in force for a handler: who handles, because of what, and how deep in other handlers.
#[derive(Clone)]
pub(crate) struct Handling {
    caller: Arc<Caller>,
    cause: Arc<dyn Cause>,
    depth: u16,
}

impl Handling {
    pub(crate) fn new(caller: Arc<Caller>, cause: Arc<dyn Cause>, depth: u16) -> Self {
        Self {
            caller,
            cause,
            depth,
        }
    }

    pub(super) fn caller(&self) -> (Arc<Caller>, u16) {
        (Arc::clone(&self.caller), self.depth)
    }

    /// The same as a scope, in what is in force around it.
    pub(super) fn in_force(&self, around: Option<&InForce>) -> Arc<InForce> {
        let mut in_force = around.cloned().unwrap_or_default();
        in_force.ambient.cause = Some(self.cause.id());
        in_force.caller = Some(self.caller());
        Arc::new(in_force)
    }
}

impl fmt::Debug for Handling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handling")
            .field("caller", &self.caller)
            .field("depth", &self.depth)
            .finish_non_exhaustive()
    }
}
