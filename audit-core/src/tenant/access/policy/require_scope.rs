//! [`RequireScope`]: the rows of the tenant that is bound, and no others.

use crate::value::Text;

use super::super::answer::{AccessDecision, TenantFilter};
use super::super::question::Access;
use super::AccessPolicy;
use super::deny_by_default::unbound;

/// Requires that only rows of the tenant that is bound are reached: by the field that says whose they are ([`new`](Self::new)), or by another
/// one ([`by`](Self::by)). Denies where none is bound; models that are everybody's it allows.
///
/// ```
/// use audit_core::tenant::{self, Access, AccessDecision, AccessPolicy, Operation, RequireScope, TenantFilter};
///
/// let acme = audit_core::TenantId::new("acme")?;
/// let decision = tenant::scope(acme.clone()).unwrap().run(|| {
///     RequireScope::by("org_id").decide(&Access::new(Operation::Read, "invoice"))
/// });
/// let filters = vec![TenantFilter::new("org_id", acme)];
/// assert_eq!(decision, AccessDecision::RequireScope { filters });
/// # Ok::<(), audit_core::InvalidTenant>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct RequireScope {
    /// The model's own without.
    field: Option<Text<'static>>,
}

impl RequireScope {
    /// By the field of each model that says whose a row is.
    pub fn new() -> Self {
        Self::default()
    }

    /// By this field of every model.
    pub fn by(field: impl Into<Text<'static>>) -> Self {
        Self {
            field: Some(field.into()),
        }
    }
}

impl AccessPolicy for RequireScope {
    fn decide(&self, access: &Access<'_>) -> AccessDecision {
        let Some(own) = access.field() else {
            return AccessDecision::Allow;
        };
        let Some(tenant) = access.tenant() else {
            return unbound(access);
        };
        let field = self
            .field
            .clone()
            .unwrap_or_else(|| Text::from(own.to_owned()));
        AccessDecision::RequireScope {
            filters: vec![TenantFilter::new(field, tenant.clone())],
        }
    }
}
