//! A number held against a literal, without a branch for each operator.

use super::atom::Test;

/// A number held against a literal: the orderings in which the test holds, as bits.
#[derive(Clone, Copy, Debug)]
pub(super) struct NumberTest {
    orderings: u8,
    literal: f64,
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
            Test::EqualsNumber(literal) => (EQUAL, literal),
            Test::NotNumber(literal) => (LESS | GREATER | UNORDERED, literal),
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
    pub(super) fn holds(self, number: f64) -> bool {
        let ordering = (u8::from(number < self.literal) * LESS)
            | (u8::from(number == self.literal) * EQUAL)
            | (u8::from(number > self.literal) * GREATER);
        let ordering = if ordering == 0 { UNORDERED } else { ordering };
        self.orderings & ordering != 0
    }
}
