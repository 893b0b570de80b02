//! [`Relation`]: how two values stand to each other, without a branch for each operator.

use crate::policy::model::Operator;

use super::held::Held;

/// How two values stand to each other, as bits: one for two given values, several for an operator that holds of each.
#[derive(Clone, Copy, Debug)]
pub(super) struct Relation(u8);

impl Relation {
    /// They can't be compared.
    const NONE: Self = Self(0);
    /// The left number is below the right one.
    pub(super) const LESS: Self = Self(1);
    /// They are the same.
    pub(super) const EQUAL: Self = Self(2);
    /// The left number is above the right one.
    pub(super) const GREATER: Self = Self(4);
    /// They differ and have no order: two texts, two truth values, or a NaN beside a number.
    pub(super) const UNORDERED: Self = Self(8);
    /// They differ.
    pub(super) const DIFFERENT: Self = Self(Self::LESS.0 | Self::GREATER.0 | Self::UNORDERED.0);

    /// Of two fields as version 1 sees them: only within one type, ordered only among numbers.
    ///
    /// Numbers and texts are asked for one after the other, all else elsewhere: a `match` of every kind is compiled to a jump
    /// whose target changes from rule to rule, and which the processor guesses wrong.
    #[inline(always)]
    pub(super) fn of(left: &Held<'_>, right: &Held<'_>) -> Self {
        match (left, right) {
            (Held::Number(left), Held::Number(right)) => Self::of_keys(*left, *right),
            (Held::Text(left), Held::Text(right)) => Self::of_equality(left == right),
            _ => Self::of_others(left, right),
        }
    }

    /// Of what is neither two numbers nor two texts.
    #[inline(never)]
    fn of_others(left: &Held<'_>, right: &Held<'_>) -> Self {
        match (left, right) {
            // A NaN differs from every number, itself included.
            (Held::Nan, Held::Nan | Held::Number(_)) | (Held::Number(_), Held::Nan) => {
                Self::UNORDERED
            }
            (Held::Boolean(left), Held::Boolean(right)) => Self::of_equality(left == right),
            _ => Self::NONE,
        }
    }

    /// Of two numbers, by their keys.
    #[inline(always)]
    pub(super) fn of_keys(left: i64, right: i64) -> Self {
        Self(
            (u8::from(left < right) * Self::LESS.0)
                | (u8::from(left == right) * Self::EQUAL.0)
                | (u8::from(left > right) * Self::GREATER.0),
        )
    }

    /// Of two values of a type without an order.
    #[inline(always)]
    const fn of_equality(equal: bool) -> Self {
        if equal { Self::EQUAL } else { Self::UNORDERED }
    }

    /// All of which an operator of version 1 holds.
    pub(super) const fn asked_by(operator: Operator) -> Self {
        match operator {
            Operator::Equals => Self::EQUAL,
            Operator::NotEquals => Self::DIFFERENT,
            Operator::GreaterThan => Self::GREATER,
            Operator::LessThan => Self::LESS,
            _ => Self::NONE,
        }
    }

    /// Whether this is one of those, or one of these is among those.
    #[inline(always)]
    pub(super) const fn is_among(self, those: Self) -> bool {
        self.0 & those.0 != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which operators hold, as `= ≠ > <` in that order.
    fn holding(left: Held<'_>, right: Held<'_>) -> String {
        let operators = [
            (Operator::Equals, '='),
            (Operator::NotEquals, '≠'),
            (Operator::GreaterThan, '>'),
            (Operator::LessThan, '<'),
        ];
        let relation = Relation::of(&left, &right);
        let holds = |operator| relation.is_among(Relation::asked_by(operator));
        operators
            .into_iter()
            .filter_map(|(operator, sign)| holds(operator).then_some(sign))
            .collect()
    }

    #[test]
    fn numbers_are_ordered_and_all_else_is_equal_or_not() {
        let (number, text, flag) = (Held::Number, Held::Text, Held::Boolean);
        assert_eq!(holding(number(1), number(1)), "=");
        assert_eq!(holding(number(i64::MIN), number(i64::MAX)), "≠<");
        assert_eq!(holding(number(2), number(1)), "≠>");
        assert_eq!(holding(text("a"), text("a")), "=");
        assert_eq!(holding(text("b"), text("a")), "≠");
        assert_eq!(holding(flag(true), flag(true)), "=");
        assert_eq!(holding(flag(true), flag(false)), "≠");
    }

    #[test]
    fn a_nan_differs_from_every_number_and_itself() {
        for (left, right) in [
            (Held::Nan, Held::Nan),
            (Held::Nan, Held::Number(1)),
            (Held::Number(1), Held::Nan),
        ] {
            assert_eq!(holding(left, right), "≠", "{left:?}, {right:?}");
        }
    }

    #[test]
    fn nothing_holds_of_what_differs_in_type_or_is_not_there() {
        let values = [
            Held::Number(1),
            Held::Text("1"),
            Held::Boolean(true),
            Held::Other,
            Held::Absent,
            Held::Missing,
            Held::Unfit,
        ];
        for (place, left) in values.into_iter().enumerate() {
            for (other, right) in values.into_iter().enumerate() {
                if place != other || place > 2 {
                    assert_eq!(holding(left, right), "", "{left:?}, {right:?}");
                }
            }
        }
        assert_eq!(holding(Held::Nan, Held::Text("1")), "");
    }
}
