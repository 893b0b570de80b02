//! [`Chain`]: several policies, all asked.

use std::fmt;

use super::super::answer::{AccessDecision, TenantFilter};
use super::super::question::Access;
use super::AccessPolicy;

/// Asks all of its policies, in order: the first denial stands, else every filter that any of them requires. One without policies
/// denies, and so do filters that no row can pass.
///
/// ```
/// use audit_core::tenant::{Access, AccessPolicy, AllowList, Chain, DenyByDefault, Operation};
///
/// let chain = Chain::new().then(AllowList::new(["invoice"])).then(DenyByDefault);
/// assert!(!chain.decide(&Access::new(Operation::Read, "invoice")).permits());
/// assert!(!Chain::new().decide(&Access::new(Operation::Read, "invoice")).permits());
/// ```
#[derive(Default)]
pub struct Chain(Vec<Box<dyn AccessPolicy>>);

impl Chain {
    /// One without policies yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// And this one.
    #[must_use]
    pub fn then(mut self, policy: impl AccessPolicy) -> Self {
        self.0.push(Box::new(policy));
        self
    }
}

impl AccessPolicy for Chain {
    fn decide(&self, access: &Access<'_>) -> AccessDecision {
        if self.0.is_empty() {
            return AccessDecision::deny("the chain has no policy, so nothing is allowed");
        }
        let mut all: Vec<TenantFilter> = Vec::new();
        for policy in &self.0 {
            let filters = match policy.decide(access) {
                AccessDecision::Allow => continue,
                denied @ AccessDecision::Deny { .. } => return denied,
                AccessDecision::RequireScope { filters } => filters,
            };
            if filters.is_empty() {
                return AccessDecision::RequireScope { filters };
            }
            for filter in filters {
                if !all.contains(&filter) {
                    all.push(filter);
                }
            }
        }
        if let Some((one, other)) = contradiction(&all) {
            return AccessDecision::deny(format!("no row is both: {one}, and {other}"));
        }
        if all.is_empty() {
            AccessDecision::Allow
        } else {
            AccessDecision::RequireScope { filters: all }
        }
    }
}

/// Two filters that no row can pass: one field, and two tenants.
fn contradiction(filters: &[TenantFilter]) -> Option<(&TenantFilter, &TenantFilter)> {
    filters.iter().enumerate().find_map(|(number, one)| {
        let mut later = filters.iter().skip(number + 1);
        let other = later.find(|other| other.field() == one.field() && *other != one)?;
        Some((one, other))
    })
}

impl fmt::Debug for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Chain").field(&self.0.len()).finish()
    }
}
