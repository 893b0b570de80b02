//! [`AllowList`]: models by name.

use std::collections::BTreeSet;

use super::super::answer::AccessDecision;
use super::super::question::Access;
use super::AccessPolicy;

/// Allows what is done to these models, by their exact names, and denies the rest. An empty list denies all.
///
/// ```
/// use audit_core::tenant::{Access, AccessPolicy, AllowList, Operation};
/// let list = AllowList::new(["invoice", "customer"]);
/// assert!(list.decide(&Access::new(Operation::Read, "invoice")).permits());
/// assert!(!list.decide(&Access::new(Operation::Read, "payroll")).permits());
/// ```
#[derive(Clone, Debug, Default)]
pub struct AllowList(BTreeSet<String>);

impl AllowList {
    /// These models.
    pub fn new<N: Into<String>>(models: impl IntoIterator<Item = N>) -> Self {
        Self(models.into_iter().map(Into::into).collect())
    }
}

impl AccessPolicy for AllowList {
    fn decide(&self, access: &Access<'_>) -> AccessDecision {
        let model = access.model();
        if self.0.contains(model) {
            AccessDecision::Allow
        } else {
            AccessDecision::deny(format!("`{model}` is not on the list of allowed models"))
        }
    }
}
