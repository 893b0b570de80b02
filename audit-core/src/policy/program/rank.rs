//! Ranks: in which order rules decide.

use crate::decision::Effect;
use crate::policy::model::{Combine, PolicySet, Rule, RuleScope};

/// The effects, by how strict they are.
pub(super) const STRICTEST_FIRST: [Effect; 3] =
    [Effect::Block, Effect::RequireApproval, Effect::Allow];

/// The rules in the order in which they decide.
pub(in crate::policy) fn ranked(set: &PolicySet) -> Vec<&Rule> {
    let mut rules: Vec<&Rule> = set.rules.iter().collect();
    // The sort is stable: what is equal keeps the order of the file.
    rules.sort_by_key(|rule| {
        let strictness = match set.settings.combine {
            Combine::FirstMatch => 0,
            Combine::BlockOverrides => strictness(rule.effect),
        };
        (strictness, specificity(&rule.scope))
    });
    rules
}

/// The lower, the stricter.
pub(super) fn strictness(effect: Effect) -> usize {
    STRICTEST_FIRST
        .iter()
        .position(|known| *known == effect)
        .unwrap_or(STRICTEST_FIRST.len())
}

/// The lower, the more a scope says.
const fn specificity(scope: &RuleScope) -> u8 {
    match scope {
        RuleScope::Action(_) => 0,
        RuleScope::Named { actions, .. } if !actions.is_empty() => 0,
        RuleScope::Named { .. } | RuleScope::Actor(_) => 1,
        RuleScope::Global => 2,
    }
}
