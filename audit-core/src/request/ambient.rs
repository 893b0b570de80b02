//! [`Ambient`]: what holds for everything done in a scope.

use std::sync::Arc;

use crate::clock::EventId;

use super::{Actor, TenantId, Trace};

/// What holds for everything done in a scope: who acts, for which tenant, in which trace, because of what.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Ambient {
    /// Who acts.
    pub actor: Option<Arc<Actor<'static>>>,
    /// For which tenant.
    pub tenant: Option<TenantId>,
    /// The W3C trace this belongs to.
    pub trace: Option<Trace>,
    /// The event that led to this.
    pub cause: Option<EventId>,
}

impl Ambient {
    /// Nobody, for nobody.
    pub(crate) const fn nothing() -> Self {
        Self {
            actor: None,
            tenant: None,
            trace: None,
            cause: None,
        }
    }

    /// What is said here, and for the rest what holds around it.
    pub(crate) fn within(self, around: &Self) -> Self {
        Self {
            actor: self.actor.or_else(|| around.actor.clone()),
            tenant: self.tenant.or_else(|| around.tenant.clone()),
            trace: self.trace.or(around.trace),
            cause: self.cause.or(around.cause),
        }
    }
}
