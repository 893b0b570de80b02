//! [`RuleOutline`]: what there is to test of a rule.

use crate::decision::Effect;

use super::model::{Condition, Rule};

/// What there is to test of one rule of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RuleOutline<'p> {
    /// The rule's identifier; version 1 allows the same one twice.
    pub id: &'p str,
    /// Where it starts in its file, from 1.
    pub line: u32,
    /// What it says if it matches.
    pub effect: Effect,
    /// How many comparisons its condition holds, on all levels.
    pub comparisons: usize,
}

impl<'p> RuleOutline<'p> {
    pub(super) fn of(rule: &'p Rule) -> Self {
        Self {
            id: &rule.id,
            line: rule.line,
            effect: rule.effect,
            comparisons: comparisons(&rule.condition),
        }
    }
}

fn comparisons(condition: &Condition) -> usize {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().map(comparisons).sum(),
        Condition::Not(part) => comparisons(part),
        Condition::Compare(_) => 1,
    }
}
