//! Ranks: in which order rules decide, and in which groups they stand.

use std::sync::Arc;

use crate::decision::{Effect, Mode};
use crate::policy::model::{Combine, PolicySet, Rule, RuleScope};
use crate::policy::share::Share;

use super::builder::For;
use super::group::{Group, Member};
use super::{Overrides, Program, Said};

/// The effects, by how strict they are.
pub(super) const STRICTEST_FIRST: [Effect; 3] =
    [Effect::Block, Effect::RequireApproval, Effect::Allow];

/// How a rule stands, whatever the call's mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stand {
    mode: Option<Mode>,
    /// Whether the mode was set for the running program.
    overridden: bool,
}

/// The rules of a group, for now.
#[derive(Default)]
struct Groups<'s> {
    base: Vec<Member<'s>>,
    promoted: [Vec<Member<'s>>; 2],
    shadow: [[Vec<Member<'s>>; 3]; 2],
}

impl Program {
    /// Arranges a set, with these rules in other modes than the set says.
    pub(in crate::policy) fn new<'s>(set: &'s PolicySet, overrides: &Overrides) -> Self {
        let ranked = ranked(set);
        let mut groups = Groups::default();
        for (rule, rank) in ranked.iter().copied().zip(0_u32..) {
            groups.add(rule, rank, overrides);
        }
        let group = |members: &Vec<Member<'s>>| Group::new(set, members);
        Self {
            said: ranked.iter().map(|rule| Said::of(rule)).collect(),
            default: set.settings.default,
            base: group(&groups.base),
            promoted: groups.promoted.each_ref().map(group),
            has_promoted: groups.promoted.iter().any(|all| !all.is_empty()),
            has_shadow: groups.shadow.iter().flatten().any(|all| !all.is_empty()),
            shadow: groups
                .shadow
                .each_ref()
                .map(|by_effect| by_effect.each_ref().map(group)),
        }
    }
}

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
fn strictness(effect: Effect) -> usize {
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

impl<'s> Groups<'s> {
    fn add(&mut self, rule: &'s Rule, rank: u32, overrides: &Overrides) {
        let stand = stand(rule, overrides);
        let place = usize::from(stand.overridden);
        // What was set for the running program holds for everybody.
        let share = rule.notes.rollout.as_ref().filter(|_| !stand.overridden);
        let share = share
            .map(|rollout| Share::new(&rule.id, rollout.percent))
            .filter(|share| !share.is_everybody());
        let part = |inside| match &share {
            Some(share) => For::Part(share.clone(), inside),
            None => For::All,
        };
        let member = |whom| Member { rank, rule, whom };
        let shadow = |groups: &mut Self, whom| {
            let by_effect = groups.shadow.get_mut(place);
            if let Some(members) = by_effect.and_then(|all| all.get_mut(strictness(rule.effect))) {
                members.push(member(whom));
            }
        };
        match stand.mode {
            Some(Mode::Off) => {}
            Some(Mode::Shadow) => shadow(self, For::All),
            mode => {
                self.base.push(member(part(true)));
                if mode == Some(Mode::Enforce)
                    && let Some(promoted) = self.promoted.get_mut(place)
                {
                    promoted.push(member(part(true)));
                }
                if share.is_some() {
                    shadow(self, part(false));
                }
            }
        }
    }
}

fn stand(rule: &Rule, overrides: &Overrides) -> Stand {
    let set = overrides.get(&rule.id).copied();
    Stand {
        mode: set.or(rule.notes.mode),
        overridden: set.is_some(),
    }
}

impl Said {
    fn of(rule: &Rule) -> Self {
        Self {
            id: Arc::clone(&rule.id),
            effect: rule.effect,
            reason: rule.notes.reason.clone(),
            severity: rule.notes.severity,
        }
    }
}
