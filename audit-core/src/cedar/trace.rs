//! Every policy held against one request, for a person.

use std::sync::Arc;

use cedar_policy::{ActionConstraint, Authorizer, PolicySet};

use crate::evaluator::{ConditionTrace, RuleOutcome, RuleTrace};
use crate::value::Text;

use super::ask::Asked;
use super::rule::{Rule, Rules};

/// Every policy that can judge the action, and whether it holds. Cedar shows no compared values: what stands for the
/// condition says no more than that.
pub(super) fn trace(
    rules: &Rules,
    authorizer: &Authorizer,
    asked: &Asked<'_>,
    decided: Option<&str>,
) -> Vec<RuleTrace> {
    let asks_for = asked.request.action();
    let judges = |rule: &Rule| match &rule.scope {
        ActionConstraint::Eq(action) => asks_for == Some(action),
        _ => true,
    };
    let judging = rules.iter().filter(|(rule, _)| judges(rule));
    judging
        .map(|(rule, policy)| {
            let alone = PolicySet::from_policies([policy.clone()]).unwrap_or_default();
            let response = authorizer.is_authorized(&asked.request, &alone, &asked.entities);
            // Where nothing decided, nothing permits: an approval that is asked for has nothing to be about.
            let holds = decided.is_some() && response.diagnostics().reason().next().is_some();
            let outcome = match decided {
                _ if !holds => RuleOutcome::NoMatch,
                Some(decided) if decided == &*rule.id => RuleOutcome::Decided,
                _ => RuleOutcome::AlsoMatches,
            };
            let condition = if holds {
                ConditionTrace::All(Vec::new())
            } else {
                ConditionTrace::Any(Vec::new())
            };
            let id = Text::from(Arc::clone(&rule.id));
            let mut trace = RuleTrace::new(id, scope(rule), rule.effect, outcome, condition);
            trace.line = rule.place.0;
            trace
        })
        .collect()
}

/// Which calls a policy judges.
fn scope(rule: &Rule) -> String {
    match &rule.scope {
        ActionConstraint::Any => "global".to_owned(),
        ActionConstraint::Eq(action) => format!("action {}", action.id().escaped()),
        ActionConstraint::In(groups) => {
            let groups: Vec<_> = groups.iter().map(|group| group.id().escaped()).collect();
            format!("actions in {}", groups.join(", "))
        }
    }
}
