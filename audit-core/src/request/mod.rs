//! What is asked: an action, who acts, for which tenant, in which state of the system.

mod action;
mod actor;
mod ambient;
mod tenant;
mod trace;

pub use action::Action;
pub use actor::Actor;
pub use ambient::Ambient;
pub use tenant::{EmptyTenant, TenantId};
pub use trace::{ParseTraceError, Trace};

use crate::value::Fields;

/// The state of the system that a policy may read, such as `fraud_flag` or a limit.
pub type Snapshot<'a> = Fields<'a>;

/// A complete question to an evaluator.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Request<'a> {
    /// What is to be done.
    pub action: &'a Action<'a>,
    /// Who acts.
    pub actor: &'a Actor<'a>,
    /// The state of the system.
    pub snapshot: &'a Snapshot<'a>,
    /// For which tenant, if any.
    pub tenant: Option<&'a str>,
}

impl<'a> Request<'a> {
    /// A question for no tenant.
    #[inline]
    pub const fn new(
        action: &'a Action<'a>,
        actor: &'a Actor<'a>,
        snapshot: &'a Snapshot<'a>,
    ) -> Self {
        Self {
            action,
            actor,
            snapshot,
            tenant: None,
        }
    }

    /// The same question for a tenant.
    #[must_use]
    pub const fn for_tenant(mut self, tenant: &'a str) -> Self {
        self.tenant = Some(tenant);
        self
    }
}
