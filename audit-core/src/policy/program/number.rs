//! A number held against a literal, without a branch for each operator.

use super::atom::Test;
use super::relation::Relation;

/// A number held against a literal: the relations in which the test holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct NumberTest {
    asked: Relation,
    literal: i64,
}

impl NumberTest {
    /// The form of a test, if it asks for a number.
    pub(super) fn of(test: &Test) -> Option<Self> {
        let (asked, literal) = match test {
            Test::EqualsKey(literal) => (Relation::EQUAL, literal),
            Test::NotKey(literal) => (Relation::DIFFERENT, literal),
            Test::Above(literal) => (Relation::GREATER, literal),
            Test::Below(literal) => (Relation::LESS, literal),
            _ => return None,
        };
        Some(Self {
            asked,
            literal: *literal,
        })
    }

    /// Whether it holds of a number.
    #[inline(always)]
    pub(super) fn holds(self, key: i64) -> bool {
        Relation::of_keys(key, self.literal).is_among(self.asked)
    }

    /// Whether it holds of a NaN.
    pub(super) const fn holds_unordered(self) -> bool {
        Relation::UNORDERED.is_among(self.asked)
    }

    /// Whether it holds of a whole number greater than every key.
    pub(super) const fn holds_above_all(self) -> bool {
        Relation::GREATER.is_among(self.asked)
    }
}
