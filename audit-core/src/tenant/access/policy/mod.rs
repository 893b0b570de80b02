//! [`AccessPolicy`] and those that come with the house: what may be done to rows at all.

mod allow_list;
mod chain;
mod deny_by_default;
mod evaluator;
mod require_scope;

use crate::contain::contain;
use crate::place::Place;
use crate::value::{Fields, Value};

use super::super::fact::record;
use super::answer::AccessDecision;
use super::question::Access;

pub use allow_list::AllowList;
pub use chain::Chain;
pub use deny_by_default::DenyByDefault;
pub use evaluator::EvaluatorPolicy;
pub use require_scope::RequireScope;

/// Says what may be done to rows. Any closure of this shape is one.
///
/// ```
/// use audit_core::tenant::{Access, AccessDecision, AccessPolicy, Operation};
///
/// let nobody_deletes = |access: &Access<'_>| match access.operation() {
///     Operation::Delete => AccessDecision::deny("rows are never deleted"),
///     _ => AccessDecision::Allow,
/// };
/// assert!(!nobody_deletes.decide(&Access::new(Operation::Delete, "invoice")).permits());
/// ```
pub trait AccessPolicy: Send + Sync + 'static {
    /// What may be done. A panic denies.
    fn decide(&self, access: &Access<'_>) -> AccessDecision;
}

impl<P: Fn(&Access<'_>) -> AccessDecision + Send + Sync + 'static> AccessPolicy for P {
    fn decide(&self, access: &Access<'_>) -> AccessDecision {
        self(access)
    }
}

/// Asks a policy and records what it says, as `policy_allow` or `policy_deny` (a required scope is an allow). Guards do this by
/// themselves; this is for programs without one.
///
/// ```
/// use audit_core::tenant::{self, Access, DenyByDefault, Operation};
///
/// let access = Access::new(Operation::Read, "invoice");
/// assert!(!tenant::decide(&DenyByDefault, &access).permits());
/// ```
pub fn decide(policy: &dyn AccessPolicy, access: &Access<'_>) -> AccessDecision {
    asked(policy, access, None)
}

/// The same, for a guard: which says whether it holds to a denial.
pub(in crate::tenant) fn asked(
    policy: &dyn AccessPolicy,
    access: &Access<'_>,
    applies: Option<bool>,
) -> AccessDecision {
    // What a panic says may quote anything, and stands in the process's own output.
    let decision = match contain(|| policy.decide(access)) {
        Ok(AccessDecision::RequireScope { filters }) if filters.is_empty() => {
            AccessDecision::deny("the policy requires a scope and names none")
        }
        Ok(decision) => decision,
        Err(_) => AccessDecision::deny("the policy panicked"),
    };
    if Place::is_watched() {
        tell(access, &decision, applies);
    }
    decision
}

#[cold]
fn tell(access: &Access<'_>, decision: &AccessDecision, applies: Option<bool>) {
    let name = if decision.permits() {
        "policy_allow"
    } else {
        "policy_deny"
    };
    // What can't be taken is counted, and told of, by whoever did not take it.
    let _counted = record(&Place::here(false), name, None, || {
        let mut data = Fields::new()
            .with("model", access.model().to_owned())
            .with("operation_type", access.operation().kind())
            .with("decision_type", decision.word())
            .with("decision_data", Value::from(decision.data()));
        if let Some(applies) = applies.filter(|_| !decision.permits()) {
            data.set("applied", applies);
        }
        data
    });
}
