//! Sorting rules into groups, by the mode that each says.

use std::sync::Arc;

use crate::decision::Mode;
use crate::policy::model::{Language, PolicySet, Rule};
use crate::policy::share::Share;

use super::builder::For;
use super::group::{Group, Member};
use super::rank::{ranked, strictness};
use super::{ByOrigin, Overrides, Program, Said};

/// The rules of each group, on their way there.
#[derive(Default)]
struct Sorted<'s> {
    base: Vec<Member<'s>>,
    promoted: ByOrigin<Vec<Member<'s>>>,
    shadow: ByOrigin<[Vec<Member<'s>>; 3]>,
}

impl Program {
    /// Arranges a set, with these rules in other modes than the set says.
    pub(in crate::policy) fn new<'s>(set: &'s PolicySet, overrides: &Overrides) -> Self {
        let ranked = ranked(set);
        let mut sorted = Sorted::default();
        for (rule, rank) in ranked.iter().copied().zip(0_u32..) {
            sorted.add(rule, rank, overrides);
        }
        let keeps_whole = set.language != Language::Version1 || !overrides.is_empty();
        let group = |members: Vec<Member<'s>>| Group::new(set, &members, keeps_whole);
        let promoted = sorted.promoted.map(group);
        let shadow = sorted.shadow.map(|by_effect| by_effect.map(group));
        let has_promoted = promoted.iter().any(|group| !group.is_empty());
        let has_shadow = shadow.iter().flatten().any(|group| !group.is_empty());
        Self {
            said: ranked
                .iter()
                .map(|rule| Said::of(rule, overrides))
                .collect(),
            default: set.settings.default,
            base: group(sorted.base),
            promoted,
            has_promoted,
            shadow,
            has_shadow,
        }
    }
}

impl<'s> Sorted<'s> {
    fn add(&mut self, rule: &'s Rule, rank: u32, overrides: &Overrides) {
        let set = overrides.get(&rule.id).copied();
        // What was set for the running program holds for everybody.
        let rollout = rule.notes.rollout.as_ref().filter(|_| set.is_none());
        let share = rollout
            .map(|rollout| Share::new(&rule.id, rollout.percent))
            .filter(|share| !share.is_everybody());
        let member = |inside| Member {
            rank,
            rule,
            whom: match &share {
                Some(share) => For::Part(share.clone(), inside),
                None => For::All,
            },
        };
        let (promoted, shadow) = if set.is_some() {
            (&mut self.promoted.set, &mut self.shadow.set)
        } else {
            (&mut self.promoted.file, &mut self.shadow.file)
        };
        let Some(shadow) = shadow.get_mut(strictness(rule.effect)) else {
            return;
        };
        match set.or(rule.notes.mode) {
            Some(Mode::Off) => {}
            Some(Mode::Shadow) => {
                // Whoever is outside the share sees it in shadow anyway.
                let whom = For::All;
                shadow.push(Member { rank, rule, whom });
            }
            mode => {
                self.base.push(member(true));
                if mode == Some(Mode::Enforce) {
                    promoted.push(member(true));
                }
                if share.is_some() {
                    shadow.push(member(false));
                }
            }
        }
    }
}

impl Said {
    fn of(rule: &Rule, overrides: &Overrides) -> Self {
        let has_mode = rule.notes.mode.is_some() || overrides.contains_key(&rule.id);
        Self {
            id: Arc::clone(&rule.id),
            effect: rule.effect,
            reason: rule.notes.reason.clone(),
            severity: rule.notes.severity,
            has_mode,
        }
    }
}
