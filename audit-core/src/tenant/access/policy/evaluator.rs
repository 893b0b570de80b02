//! [`EvaluatorPolicy`]: any policy engine, asked for accesses.

use std::fmt;
use std::sync::Arc;

use crate::clock::{Clock as _, SystemClock};
use crate::decision::{Effect, Mode};
use crate::evaluator::{Evaluator, ModeSettings, Verdict};
use crate::request::{Action, Actor, Request, Snapshot};

use super::super::answer::AccessDecision;
use super::super::question::Access;
use super::AccessPolicy;

/// Asks a policy engine: for an action of the type `tenant.read`, `tenant.write` or `tenant.delete`, with the fields `model`,
/// `operation` and what the access says besides, by who acts and for the tenant that is bound.
///
/// Only `allow` allows. A block, a required approval (nobody waits for one here) and whatever the engine can't answer deny, whatever
/// it says of errors. Where the policy itself puts the action in mode `shadow` or `off`, it allows: what a guard is in shadow for, the guard's
/// own mode says, and tells of. No runtime is asked, so no mode that is set for a running one counts here.
///
/// ```
/// use audit_core::tenant::{Access, AccessPolicy, EvaluatorPolicy, Operation};
/// use audit_core::Policy;
///
/// let schema = "language: audit/2
/// actions: {tenant.read: {fields: {model: string, operation: string}}}";
/// let rules = "language: audit/2
/// default: allow
/// rules:
///   - {id: no_payroll, scope: {action: tenant.read}, when: {subject: action.model, operator: equals, value: payroll}, effect: block}";
/// let policy = EvaluatorPolicy::new(Policy::from_strings(schema, rules, None)?);
/// assert!(!policy.decide(&Access::new(Operation::Read, "payroll")).permits());
/// assert!(policy.decide(&Access::new(Operation::Read, "invoice")).permits());
/// # Ok::<(), audit_core::PolicyError>(())
/// ```
#[derive(Clone)]
pub struct EvaluatorPolicy {
    evaluator: Arc<dyn Evaluator>,
    modes: Arc<ModeSettings>,
}

impl EvaluatorPolicy {
    /// By this engine, such as a [`Policy`](crate::Policy).
    pub fn new(evaluator: impl Evaluator) -> Self {
        Self {
            modes: Arc::new(evaluator.modes()),
            evaluator: Arc::new(evaluator),
        }
    }
}

impl AccessPolicy for EvaluatorPolicy {
    fn decide(&self, access: &Access<'_>) -> AccessDecision {
        let kind = match access.operation().kind() {
            "read" => "tenant.read",
            "delete" => "tenant.delete",
            _ => "tenant.write",
        };
        let mode = self.modes.actions.get(kind).copied();
        if mode
            .or(self.modes.policy)
            .is_some_and(|mode| mode < Mode::Enforce)
        {
            return AccessDecision::Allow;
        }
        // What an access says besides can't take the place of what it is.
        let fields = access.extras().clone();
        let action = Action::new(kind)
            .with_fields(fields)
            .with("model", access.model())
            .with("operation", access.operation().as_str());
        let nobody = Actor::anonymous();
        let snapshot = Snapshot::new();
        let actor = access.actor().unwrap_or(&nobody);
        let mut request = Request::new(&action, actor, &snapshot);
        request.tenant = access.tenant().map(|tenant| &**tenant);
        let clock = SystemClock;
        request.time = Some(clock.wall_at(clock.monotonic_nanos()));
        match self.evaluator.evaluate(&request) {
            Ok(verdict) => answer(&verdict),
            Err(error) => AccessDecision::deny(format!("the policy can't answer: {error}")),
        }
    }
}

fn answer(verdict: &Verdict<'_>) -> AccessDecision {
    if let Some(error) = &verdict.error {
        return AccessDecision::deny(format!("the policy can't answer: {error}"));
    }
    if verdict.effect == Effect::Allow {
        return AccessDecision::Allow;
    }
    let rule = verdict.matched_rule.as_deref().unwrap_or("default");
    let reason = match &verdict.reason {
        Some(reason) => format!("`{}` by rule `{rule}`: {reason}", verdict.effect),
        None => format!("`{}` by rule `{rule}`", verdict.effect),
    };
    AccessDecision::deny(reason)
}

impl fmt::Debug for EvaluatorPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("EvaluatorPolicy")
            .field(&self.evaluator.info())
            .finish()
    }
}
