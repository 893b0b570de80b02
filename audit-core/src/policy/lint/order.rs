//! In which order rules decide, and where those of a scope are looked for.

use std::cmp::Reverse;

use super::schema::{actions_of, actors_of};
use crate::decision::Effect;
use crate::policy::model::{Combine, PolicySet, Rule};

/// The rules in the order in which they decide: the first of those that match does.
pub(super) fn order(set: &PolicySet) -> Vec<usize> {
    let mut order: Vec<usize> = (0..set.rules.len()).collect();
    let overrides = set.settings.combine == Combine::BlockOverrides;
    order.sort_by_cached_key(|number| {
        let rule = set.rules.get(*number);
        let strict = rule.map(|rule| {
            if overrides {
                strictness(rule.effect)
            } else {
                0
            }
        });
        (Reverse(strict), rule.map(class))
    });
    order
}

const fn strictness(effect: Effect) -> u8 {
    match effect {
        Effect::Allow => 0,
        Effect::RequireApproval => 1,
        Effect::Block => 2,
    }
}

/// Rules that name the action come first, then those that name only actors, then global ones.
pub(super) fn class(rule: &Rule) -> u8 {
    match (actions_of(rule), actors_of(rule)) {
        ([], []) => 2,
        ([], _) => 1,
        _ => 0,
    }
}

/// Where rules of a scope are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key<'s> {
    /// Those that name an action.
    Action(&'s str),
    /// Those that name no action, but an actor.
    Actor(&'s str),
    /// Those that name nothing.
    Global,
}
