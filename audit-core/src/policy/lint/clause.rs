//! What must all be true for a rule to match, by number: equal clauses have equal numbers.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};

use foldhash::fast::FixedState;

use super::atom::AtomKey;
use super::hold::Holds;
use crate::policy::model::{Atom, Condition, PolicySet};

/// The clauses of every rule.
pub(super) struct Clauses<'s> {
    /// By rule: the numbers of its clauses in rising order; `None` for a rule that never matches.
    of_rules: Vec<Option<Vec<u32>>>,
    /// By number: how many rules have it, and the comparison, where it is one that must be true.
    clauses: Vec<(u32, Option<&'s Atom>)>,
}

impl<'s> Clauses<'s> {
    /// Of every rule, where it is known whether its condition can hold.
    #[expect(
        clippy::mutable_key_type,
        reason = "what changes in an expression is its cache, not what it asks"
    )]
    pub(super) fn of(set: &'s PolicySet, holds: &[Holds]) -> Self {
        let mut clauses = Self {
            of_rules: Vec::with_capacity(set.rules.len()),
            clauses: Vec::new(),
        };
        let mut numbers: HashMap<ClauseKey<'s>, u32, FixedState> = HashMap::default();
        for (rule, holds) in set.rules.iter().zip(holds) {
            let mut own = Vec::new();
            if *holds == Holds::Sometimes {
                flatten(&rule.condition, true, &mut |key| {
                    own.push(clauses.number(key, &mut numbers));
                });
            }
            own.sort_unstable();
            own.dedup();
            for number in &own {
                if let Some((rules, _)) = clauses.clauses.get_mut(*number as usize) {
                    *rules += 1;
                }
            }
            clauses
                .of_rules
                .push((*holds != Holds::Never).then_some(own));
        }
        clauses
    }

    #[expect(
        clippy::mutable_key_type,
        reason = "what changes in an expression is its cache, not what it asks"
    )]
    fn number(
        &mut self,
        key: ClauseKey<'s>,
        numbers: &mut HashMap<ClauseKey<'s>, u32, FixedState>,
    ) -> u32 {
        *numbers.entry(key).or_insert_with(|| {
            let number = u32::try_from(self.clauses.len()).unwrap_or(u32::MAX);
            let atom = key.condition.atom().filter(|_| key.holds);
            self.clauses.push((0, atom));
            number
        })
    }

    /// The clauses of a rule; `None` if it never matches.
    pub(super) fn of_rule(&self, rule: usize) -> Option<&[u32]> {
        self.of_rules.get(rule)?.as_deref()
    }

    /// The comparison that a clause is, if it is one that must be true.
    pub(super) fn atom(&self, clause: u32) -> Option<&'s Atom> {
        self.clauses.get(clause as usize)?.1
    }

    /// The clause of a rule that the fewest rules have; `None` if it has none.
    pub(super) fn rarest(&self, rule: usize) -> Option<u32> {
        let rules = |clause: &u32| self.clauses.get(*clause as usize).map(|(rules, _)| *rules);
        self.of_rule(rule)?
            .iter()
            .copied()
            .min_by_key(|clause| rules(clause))
    }
}

/// Whether every clause of the first list is in the second; both rise.
pub(super) fn is_subset(first: &[u32], second: &[u32]) -> bool {
    let mut second = second.iter();
    first
        .iter()
        .all(|clause| second.by_ref().find(|other| *other >= clause) == Some(clause))
}

/// Takes a condition apart into what must all be so.
fn flatten<'s>(condition: &'s Condition, holds: bool, take: &mut impl FnMut(ClauseKey<'s>)) {
    match (condition, holds) {
        (Condition::Not(part), _) => flatten(part, !holds, take),
        (Condition::All(parts), true) | (Condition::Any(parts), false) => {
            for part in parts {
                flatten(part, holds, take);
            }
        }
        (Condition::All(parts) | Condition::Any(parts), _) if parts.len() == 1 => {
            for part in parts {
                flatten(part, holds, take);
            }
        }
        _ => take(ClauseKey { condition, holds }),
    }
}

/// A condition that must be true, or must not, as a key.
#[derive(Clone, Copy)]
struct ClauseKey<'s> {
    condition: &'s Condition,
    holds: bool,
}

impl PartialEq for ClauseKey<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.holds == other.holds && same(self.condition, other.condition)
    }
}

impl Eq for ClauseKey<'_> {}

impl Hash for ClauseKey<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.holds.hash(state);
        hash(self.condition, state);
    }
}

fn same(left: &Condition, right: &Condition) -> bool {
    match (left, right) {
        (Condition::Compare(left), Condition::Compare(right)) => AtomKey(left) == AtomKey(right),
        (Condition::Not(left), Condition::Not(right)) => same(left, right),
        (Condition::All(left), Condition::All(right))
        | (Condition::Any(left), Condition::Any(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right)
                    .all(|(left, right)| same(left, right))
        }
        _ => false,
    }
}

fn hash(condition: &Condition, state: &mut impl Hasher) {
    match condition {
        Condition::Compare(atom) => AtomKey(atom).hash(state),
        Condition::Not(part) => hash(part, state),
        Condition::All(parts) | Condition::Any(parts) => {
            parts.len().hash(state);
            for part in parts {
                hash(part, state);
            }
        }
    }
}
