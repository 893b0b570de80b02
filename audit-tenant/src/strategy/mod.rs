//! Strategies: how the tenant of a request is found.
//!
//! Each is asked with the head of a request and answers one of three things: the tenant; that it has nothing to say, as the request
//! has nothing of its kind; or that what the request has is wrong. The last is final: no other strategy is asked, and no rule for
//! requests without a tenant applies, so that a forged token is never papered over.

mod callable;
mod chain;
mod error;
mod header;
mod host;
#[cfg(feature = "jwt")]
mod token;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use audit_core::{Actor, TenantId};
use http::request::Parts;

pub use callable::{AskLater, CallableStrategy};
pub use chain::ChainStrategy;
pub use error::{StrategyError, StrategyErrorKind};
pub use header::{HeaderStrategy, InvalidHeaderName};
pub use host::{HostStrategy, InvalidBaseDomain};
#[cfg(feature = "jwt")]
pub use token::{InvalidTokenKey, TokenStrategy};

/// Finds the tenant of a request.
///
/// ```
/// use audit_core::TenantId;
/// use audit_tenant::{Answer, StrategyError, TenantStrategy};
/// use http::request::Parts;
///
/// /// `/t/acme/…`
/// struct Path;
///
/// impl TenantStrategy for Path {
///     fn name(&self) -> &str {
///         "path"
///     }
///
///     fn find(&self, request: &Parts) -> Answer {
///         let name = request.uri.path().strip_prefix("/t/").and_then(|rest| rest.split('/').next());
///         let tenant = name.map(TenantId::try_from).transpose();
///         tenant
///             .map(|tenant| tenant.map(Into::into))
///             .map_err(|invalid| StrategyError::malformed("path", invalid.to_string()))
///             .into()
///     }
/// }
/// ```
pub trait TenantStrategy: Send + Sync {
    /// What it is called where it fails.
    fn name(&self) -> &str;

    /// Looks for the tenant of the request with this head.
    fn find(&self, request: &Parts) -> Answer;
}

/// What a strategy knows of a request: whose it is, or nothing.
///
/// # Errors
/// What the request says of its tenant is wrong.
pub type Finding = Result<Option<Found>, StrategyError>;

/// The answer of a strategy.
pub enum Answer {
    /// It knows at once. Nothing is allocated for it.
    Now(Finding),
    /// It has to wait. Dropped where the request is.
    Later(Pin<Box<dyn Future<Output = Finding> + Send>>),
}

impl From<Finding> for Answer {
    fn from(finding: Finding) -> Self {
        Self::Now(finding)
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Now(finding) => f.debug_tuple("Now").field(finding).finish(),
            Self::Later(_) => f.debug_tuple("Later").finish_non_exhaustive(),
        }
    }
}

/// Whose a request is, and, where a strategy knows that too, who acts.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub(crate) tenant: TenantId,
    pub(crate) actor: Option<Box<Actor<'static>>>,
}

impl Found {
    /// A request of this tenant.
    pub fn new(tenant: TenantId) -> Self {
        Self {
            tenant,
            actor: None,
        }
    }

    /// Made by this actor.
    #[must_use]
    pub fn actor(mut self, actor: impl Into<Actor<'static>>) -> Self {
        self.actor = Some(Box::new(actor.into()));
        self
    }

    /// The tenant.
    pub fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// Who acts, as far as the strategy knows.
    pub fn found_actor(&self) -> Option<&Actor<'static>> {
        self.actor.as_deref()
    }
}

impl From<TenantId> for Found {
    fn from(tenant: TenantId) -> Self {
        Self::new(tenant)
    }
}

impl<S: TenantStrategy + ?Sized> TenantStrategy for Arc<S> {
    fn name(&self) -> &str {
        (**self).name()
    }

    fn find(&self, request: &Parts) -> Answer {
        (**self).find(request)
    }
}

impl<S: TenantStrategy + ?Sized> TenantStrategy for Box<S> {
    fn name(&self) -> &str {
        (**self).name()
    }

    fn find(&self, request: &Parts) -> Answer {
        (**self).find(request)
    }
}
