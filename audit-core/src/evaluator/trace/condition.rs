//! [`ConditionTrace`]: what became of a condition and its parts.

use serde::Serialize;

use super::{Comparison, Truth};

/// What became of a condition and its parts.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ConditionTrace {
    /// There is no condition.
    Always,
    /// Every part must hold.
    All(Vec<ConditionTrace>),
    /// One part must hold.
    Any(Vec<ConditionTrace>),
    /// The part must not hold.
    Not(Box<ConditionTrace>),
    /// One comparison.
    Compare(Comparison),
}

impl ConditionTrace {
    /// Whether the condition holds, and is known to.
    pub fn holds(&self) -> bool {
        self.truth() == Truth::True
    }

    /// Whether the condition holds: [`Truth::True`], [`Truth::False`], or why nobody can say. Of several reasons it
    /// is the first.
    pub fn truth(&self) -> Truth {
        match self {
            Self::Always => Truth::True,
            Self::All(parts) => joined(parts, Truth::False, Truth::True),
            Self::Any(parts) => joined(parts, Truth::True, Truth::False),
            Self::Not(part) => match part.truth() {
                Truth::True => Truth::False,
                Truth::False => Truth::True,
                unknown => unknown,
            },
            Self::Compare(comparison) => match comparison.truth {
                Truth::True => Truth::True,
                unknown if comparison.unknown => unknown,
                _ => Truth::False,
            },
        }
    }
}

/// One part of this truth settles it; else one that is unknown leaves it open; else it is the other.
fn joined(parts: &[ConditionTrace], settling: Truth, other: Truth) -> Truth {
    let mut joined = other;
    for part in parts {
        match part.truth() {
            truth if truth == settling => return settling,
            unknown if unknown != other && joined == other => joined = unknown,
            _ => {}
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    const WORDS: [Truth; 4] = [
        Truth::True,
        Truth::False,
        Truth::Missing,
        Truth::TypeMismatch,
    ];

    fn leaf(truth: Truth, unknown: bool) -> ConditionTrace {
        let comparison = Comparison::with_literal("actor.role", None, "equals", Value::Null, truth);
        ConditionTrace::Compare(Comparison {
            unknown,
            ..comparison
        })
    }

    #[test]
    fn what_is_missing_is_false_unless_it_leaves_the_comparison_open() {
        assert_eq!(leaf(Truth::Missing, false).truth(), Truth::False);
        assert_eq!(leaf(Truth::Missing, true).truth(), Truth::Missing);
        let not = ConditionTrace::Not(Box::new(leaf(Truth::Missing, false)));
        assert!(not.holds());
        let not = ConditionTrace::Not(Box::new(leaf(Truth::TypeMismatch, true)));
        assert_eq!(not.truth(), Truth::TypeMismatch);
    }

    #[test]
    fn one_part_settles_a_condition_whatever_is_unknown_of_the_others() {
        for unknown in WORDS {
            let all = [leaf(unknown, true), leaf(Truth::False, true)];
            assert_eq!(ConditionTrace::All(all.to_vec()).truth(), Truth::False);
            let any = [leaf(unknown, true), leaf(Truth::True, true)];
            assert_eq!(ConditionTrace::Any(any.to_vec()).truth(), Truth::True);
        }
    }

    #[test]
    fn of_several_reasons_not_to_know_the_first_is_given() {
        let parts = [Truth::True, Truth::TypeMismatch, Truth::Missing].map(|word| leaf(word, true));
        assert_eq!(
            ConditionTrace::All(parts.to_vec()).truth(),
            Truth::TypeMismatch
        );
        let parts =
            [Truth::False, Truth::Missing, Truth::TypeMismatch].map(|word| leaf(word, true));
        assert_eq!(ConditionTrace::Any(parts.to_vec()).truth(), Truth::Missing);
    }

    #[test]
    fn all_of_nothing_holds_and_any_of_nothing_does_not() {
        assert_eq!(ConditionTrace::All(Vec::new()).truth(), Truth::True);
        assert_eq!(ConditionTrace::Any(Vec::new()).truth(), Truth::False);
    }
}
