//! The order in which rules decide.

use crate::decision::Effect;
use crate::evaluator::Truth;
use crate::policy::model::{Combine, PolicySet, Rule, RuleScope};
use crate::request::Request;

use super::condition::scope_of_actors;

/// The rules that judge a request, in the order in which they decide: those that name the action, those that name
/// only actors, the global ones, each in file order; and before all that by strictness, where blocks override.
pub(super) fn candidates<'s>(set: &'s PolicySet, request: &Request<'_>) -> Vec<&'s Rule> {
    let mut candidates: Vec<(Rank, &Rule)> = set
        .rules
        .iter()
        .filter_map(|rule| Some((rank(set, &rule.scope, rule.effect, request)?, rule)))
        .collect();
    candidates.sort_by_key(|(rank, _)| *rank);
    candidates.into_iter().map(|(_, rule)| rule).collect()
}

/// The lower the earlier: by strictness, then by scope.
type Rank = (u8, u8);

/// The rank of a rule of this scope, if it judges the request.
fn rank(set: &PolicySet, scope: &RuleScope, effect: Effect, request: &Request<'_>) -> Option<Rank> {
    let kind = request.action.kind();
    let by_scope = match scope {
        RuleScope::Action(action) => (Some(&**action) == kind).then_some(0),
        RuleScope::Actor(_) => None,
        RuleScope::Global => Some(2),
        RuleScope::Named { actions, .. } => {
            let mut named = actions.iter();
            let action = actions.is_empty() || named.any(|action| Some(&**action) == kind);
            let actors = scope_of_actors(set, request, scope);
            // It may be meant for who acts, where that is unknown.
            let actor = actors.is_none_or(|actors| actors.truth() != Truth::False);
            (action && actor).then_some(u8::from(actions.is_empty()))
        }
    };
    let by_effect = match set.settings.combine {
        Combine::FirstMatch => 0,
        Combine::BlockOverrides => match effect {
            Effect::Block => 0,
            Effect::RequireApproval => 1,
            Effect::Allow => 2,
        },
    };
    by_scope.map(|by_scope| (by_effect, by_scope))
}
