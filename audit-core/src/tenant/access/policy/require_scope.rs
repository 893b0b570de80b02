//! [`RequireScope`]: the rows of the tenant that is bound, and no others.

use crate::value::Text;

use super::super::answer::{AccessDecision, TenantFilter};
use super::super::question::Access;
use super::AccessPolicy;
use super::deny_by_default::unbound;

/// Requires that only rows of the tenant that is bound are reached, by a field of theirs; denies where none is bound.
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
#[derive(Clone, Debug)]
pub struct RequireScope {
    field: Text<'static>,
}

impl RequireScope {
    /// By this field.
    pub fn by(field: impl Into<Text<'static>>) -> Self {
        Self {
            field: field.into(),
        }
    }
}

impl AccessPolicy for RequireScope {
    fn decide(&self, access: &Access<'_>) -> AccessDecision {
        match access.tenant() {
            Some(tenant) => AccessDecision::RequireScope {
                filters: vec![TenantFilter::new(self.field.clone(), tenant.clone())],
            },
            None => unbound(access),
        }
    }
}
