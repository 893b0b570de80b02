//! What is asked: an action, who acts, for which tenant, in which state of the system.

mod action;
mod actor;
mod ambient;
mod tenant;
mod trace;

pub use action::Action;
pub use actor::Actor;
pub use ambient::Ambient;
pub use tenant::{InvalidTenant, TenantId};
pub use trace::{ParseTraceError, Trace};

use crate::clock::Timestamp;
use crate::decision::Mode;
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
    /// When it is asked; `None` where nobody says. Rules that compare the time find it missing then.
    pub time: Option<Timestamp>,
    /// The mode of the call, as far as it is known without its rules: rules that say nothing else have it. A call that is
    /// off is asked about only where there are rules with a mode of their own.
    pub mode: Mode,
    /// Whether that mode was set for a running program, so that it holds for rules that say otherwise too.
    pub mode_overridden: bool,
}

impl<'a> Request<'a> {
    /// A question for no tenant, at no known time, in a call that is enforced.
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
            time: None,
            mode: Mode::Enforce,
            mode_overridden: false,
        }
    }

    /// The same question for a tenant.
    #[must_use]
    pub const fn for_tenant(mut self, tenant: &'a str) -> Self {
        self.tenant = Some(tenant);
        self
    }

    /// The same question, asked at this time.
    #[must_use]
    pub const fn at(mut self, time: Timestamp) -> Self {
        self.time = Some(time);
        self
    }

    /// The same question in a call of this mode; `overridden` says whether it was set for a running program.
    #[must_use]
    pub const fn in_mode(mut self, mode: Mode, overridden: bool) -> Self {
        self.mode = mode;
        self.mode_overridden = overridden;
        self
    }
}
