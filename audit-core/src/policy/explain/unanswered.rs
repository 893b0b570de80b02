//! Which rules could refuse a call that could not be judged.

use crate::decision::Effect;
use crate::policy::model::{PolicySet, Rule, RuleScope};
use crate::policy::program::Overrides;
use crate::request::Request;

use super::condition::scope_of_actors;
use super::standing::{Standing, position};

/// Whether a rule that says something else than `allow` is enforced in this call, and could judge it: what the request
/// lacks could be anything, except what a rollout is divided by, as whoever has no such text is in no share.
pub(in crate::policy) fn could_enforce(
    set: &PolicySet,
    overrides: &Overrides,
    request: &Request<'_>,
) -> bool {
    set.rules.iter().any(|rule| {
        rule.effect != Effect::Allow
            && could_judge(set, request, rule)
            && position(set, overrides, request, rule).standing == Standing::Enforced
    })
}

fn could_judge(set: &PolicySet, request: &Request<'_>, rule: &Rule) -> bool {
    let kind = request.action.kind();
    let could_be = |action: &str| kind.is_none_or(|kind| kind == action);
    match &rule.scope {
        RuleScope::Action(action) => could_be(action),
        RuleScope::Actor(_) => false,
        RuleScope::Global => true,
        RuleScope::Named { actions, .. } => {
            let by_action = actions.is_empty() || actions.iter().any(|action| could_be(action));
            let by_actor = || {
                let scope = scope_of_actors(set, request, &rule.scope);
                request.actor.id().is_none() || scope.is_none_or(|scope| scope.holds())
            };
            by_action && by_actor()
        }
    }
}
