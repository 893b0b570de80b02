//! Rules that never decide, because another one decides every call that they match.
//!
//! Rules are taken in the order in which they decide. Each is looked up by its clauses among those before it, every one of
//! which stands under one of its own clauses, the rarest: whose clauses are all there is found that way.

use std::cell::Cell;
use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::FixedState;

use super::Found;
use super::clause::{Clauses, is_subset};
use super::order::{Key, class};
use super::schema::{actions_of, actors_of};
use super::state::State;
use super::threshold::Thresholds;
use crate::policy::model::{Combine, PolicySet, Rule};
use crate::policy::problem::ProblemKind;
use crate::policy::reading::wording::quoted;

/// How many pairs of rules are looked at; of long ones fewer.
const MAX_PAIRS: usize = 2_000_000;

/// Reports the rules that another one shadows.
pub(super) fn check<'s>(
    set: &'s PolicySet,
    order: &[usize],
    states: &[State],
    clauses: &Clauses<'s>,
    found: &mut Found<'_>,
) {
    let mut before = Before {
        set,
        states,
        clauses,
        by_clause: HashMap::default(),
        thresholds: Thresholds::default(),
        pairs: Cell::new(MAX_PAIRS),
    };
    for number in order {
        let (Some(rule), Some(state), Some(own)) = (
            set.rules.get(*number),
            states.get(*number),
            clauses.of_rule(*number),
        ) else {
            continue;
        };
        if let Some(first) = before.find(*number, rule, own) {
            report(set, *number, rule, first, found);
        } else if state.always_decides {
            before.insert(*number, rule, own);
        }
    }
    if before.pairs.get() == 0 {
        let message = format!(
            "not all rules were held against each other: more than {MAX_PAIRS} pairs have a clause in common"
        );
        found.push(ProblemKind::UncheckedRules, None, None, message, None);
    }
}

fn report(set: &PolicySet, number: usize, rule: &Rule, first: &Rule, found: &mut Found<'_>) {
    let message = format!(
        "the rule {} never decides: {} on line {} decides every call that it matches",
        quoted(&rule.id),
        quoted(&first.id),
        first.line
    );
    let earlier = set.settings.combine == Combine::FirstMatch && class(rule) == class(first);
    let hint = earlier.then(|| {
        format!(
            "put it before {}, or say in that one when it does not hold",
            quoted(&first.id)
        )
    });
    found.of_rule(ProblemKind::ShadowedRule, number, rule, message, hint);
}

/// The rules that decide before the one that is looked at.
struct Before<'a, 's> {
    set: &'s PolicySet,
    states: &'a [State],
    clauses: &'a Clauses<'s>,
    /// By scope and rarest clause; rules that always match stand under none.
    by_clause: HashMap<(Key<'s>, Option<u32>), Vec<usize>, FixedState>,
    thresholds: Thresholds<'s>,
    pairs: Cell<usize>,
}

impl<'s> Before<'_, 's> {
    /// The rule that decides every call that this one matches.
    fn find(&self, number: usize, rule: &'s Rule, own: &[u32]) -> Option<&'s Rule> {
        let state = self.states.get(number).filter(|state| state.is_live)?;
        let keys = [
            actions_of(rule).first().map(|action| Key::Action(action)),
            actors_of(rule).first().map(|actor| Key::Actor(actor)),
            Some(Key::Global),
        ];
        for key in keys.into_iter().flatten() {
            let clauses = own.iter().copied().map(Some).chain([None]);
            let candidates = clauses.filter_map(|clause| self.by_clause.get(&(key, clause)));
            for first in candidates.flatten() {
                let clauses = self.clauses.of_rule(*first)?;
                self.take_pairs(1 + (clauses.len() + own.len()) / 16)?;
                if is_subset(clauses, own) && self.precedes(*first, rule, *state) {
                    return self.set.rules.get(*first);
                }
            }
            let atoms = own.iter().filter_map(|clause| self.clauses.atom(*clause));
            let mut wider = atoms.filter_map(|atom| self.thresholds.implied_by(key, atom));
            if let Some(first) = wider.find(|first| self.precedes(*first, rule, *state)) {
                return self.set.rules.get(first);
            }
        }
        None
    }

    /// Counts pairs that are looked at. `None` once there were too many.
    fn take_pairs(&self, count: usize) -> Option<()> {
        self.pairs.set(self.pairs.get().saturating_sub(count));
        (self.pairs.get() > 0).then_some(())
    }

    /// Whether a rule judges every call that another is for, and decides it wherever that one would.
    fn precedes(&self, first: usize, rule: &Rule, state: State) -> bool {
        let (Some(other), Some(other_state)) = (self.set.rules.get(first), self.states.get(first))
        else {
            return false;
        };
        let covers = |wide: &[Arc<str>], narrow: &[Arc<str>]| {
            let few = self.take_pairs(wide.len() * narrow.len() / 16).is_some();
            let all = || narrow.iter().all(|name| wide.contains(name));
            wide.is_empty() || (few && !narrow.is_empty() && all())
        };
        covers(actions_of(other), actions_of(rule))
            && covers(actors_of(other), actors_of(rule))
            && (other_state.enforces || !state.enforces)
    }

    fn insert(&mut self, number: usize, rule: &'s Rule, own: &[u32]) {
        let clause = self.clauses.rarest(number);
        let single = match own {
            [clause] => self.clauses.atom(*clause),
            _ => None,
        };
        let mut put = |key: Key<'s>| {
            self.by_clause
                .entry((key, clause))
                .or_default()
                .push(number);
            if let Some(atom) = single {
                self.thresholds.insert(key, atom, number);
            }
        };
        match (actions_of(rule), actors_of(rule)) {
            ([], []) => put(Key::Global),
            ([], actors) => actors.iter().for_each(|actor| put(Key::Actor(actor))),
            (actions, _) => actions.iter().for_each(|action| put(Key::Action(action))),
        }
    }
}
