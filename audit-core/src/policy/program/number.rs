//! A number held against a literal, without a branch for each operator.

use super::atom::Test;

/// A number held against a literal: the orderings in which the test holds, as bits.
#[derive(Clone, Copy, Debug)]
pub(super) struct NumberTest {
    orderings: u8,
    literal: i64,
}

const LESS: u8 = 1;
const EQUAL: u8 = 2;
const GREATER: u8 = 4;
/// The ordering of a NaN with anything.
const UNORDERED: u8 = 8;

impl NumberTest {
    /// The form of a test, if it asks for a number.
    pub(super) fn of(test: &Test) -> Option<Self> {
        let (orderings, literal) = match test {
            Test::EqualsKey(literal) => (EQUAL, literal),
            Test::NotKey(literal) => (LESS | GREATER | UNORDERED, literal),
            Test::Above(literal) => (GREATER, literal),
            Test::Below(literal) => (LESS, literal),
            _ => return None,
        };
        Some(Self {
            orderings,
            literal: *literal,
        })
    }

    /// Whether it holds of a number.
    #[inline(always)]
    pub(super) fn holds(self, key: i64) -> bool {
        let ordering = (u8::from(key < self.literal) * LESS)
            | (u8::from(key == self.literal) * EQUAL)
            | (u8::from(key > self.literal) * GREATER);
        self.orderings & ordering != 0
    }

    /// Whether it holds of a NaN, or of a number greater than every key.
    pub(super) const fn holds_unordered(self) -> bool {
        self.orderings & UNORDERED != 0
    }

    /// Whether it holds of a whole number greater than every key.
    pub(super) const fn holds_above_all(self) -> bool {
        self.orderings & GREATER != 0
    }
}
