//! [`DenyByDefault`]: nothing without a tenant.

use super::super::answer::AccessDecision;
use super::super::question::Access;
use super::AccessPolicy;

/// Denies what is done with no tenant bound, and allows the rest.
#[derive(Clone, Copy, Debug, Default)]
pub struct DenyByDefault;

impl AccessPolicy for DenyByDefault {
    fn decide(&self, access: &Access<'_>) -> AccessDecision {
        match access.tenant() {
            Some(_) => AccessDecision::Allow,
            None => unbound(access),
        }
    }
}

/// Denied, as no tenant is bound.
pub(super) fn unbound(access: &Access<'_>) -> AccessDecision {
    let (operation, model) = (access.operation(), access.model());
    AccessDecision::deny(format!("no tenant is bound for `{operation}` of `{model}`"))
}
