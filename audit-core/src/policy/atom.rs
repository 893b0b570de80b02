//! Atoms: comparisons over slots.

use std::sync::Arc;

use crate::value::same_text;

use super::held::{Held, Slots};
use super::model::{Atom as AtomModel, FieldRef, Literal, Operand, Operator};

/// One comparison, compiled: which slot, and what it is held against.
#[derive(Clone, Debug)]
pub(super) struct Atom {
    pub(super) slot: u32,
    pub(super) test: Test,
}

/// What a slot is held against.
#[derive(Clone, Debug)]
pub(super) enum Test {
    EqualsNumber(f64),
    EqualsText(Arc<str>),
    EqualsBoolean(bool),
    NotNumber(f64),
    NotText(Arc<str>),
    NotBoolean(bool),
    Above(f64),
    Below(f64),
    /// Another slot.
    Slot(Operator, u32),
    /// Nothing: the two sides can never be compared.
    Never,
}

impl Atom {
    /// Compiles one comparison; `slot_of` numbers the fields.
    pub(super) fn new(atom: &AtomModel, mut slot_of: impl FnMut(&FieldRef) -> u32) -> Self {
        let slot = slot_of(&atom.subject);
        let test = match &atom.operand {
            Operand::Field(field) => Test::Slot(atom.operator, slot_of(field)),
            Operand::Literal(literal) => against_literal(atom.operator, literal),
            _ => Test::Never,
        };
        Self { slot, test }
    }

    /// The slots it asks.
    pub(super) fn slots(&self) -> impl Iterator<Item = u32> + use<> {
        let other = if let Test::Slot(_, other) = self.test {
            Some(other)
        } else {
            None
        };
        std::iter::once(self.slot).chain(other)
    }

    /// Whether the comparison holds. A missing side, or sides of different types, make it false.
    #[inline(always)]
    pub(super) fn holds(&self, slots: &Slots<'_, '_>) -> bool {
        let left = slots.at(self.slot);
        match (&self.test, left) {
            (Test::EqualsNumber(right), Held::Number(left)) => left == right,
            (Test::EqualsText(right), Held::Text(left)) => same_text(left, right),
            (Test::EqualsBoolean(right), Held::Boolean(left)) => left == right,
            (Test::NotNumber(right), Held::Number(left)) => left != right,
            (Test::NotText(right), Held::Text(left)) => !same_text(left, right),
            (Test::NotBoolean(right), Held::Boolean(left)) => left != right,
            (Test::Above(right), Held::Number(left)) => left > right,
            (Test::Below(right), Held::Number(left)) => left < right,
            (Test::Slot(operator, right), left) => compare(*operator, *left, *slots.at(*right)),
            _ => false,
        }
    }
}

/// The comparison with a literal. The reader admits ordering for numbers only.
fn against_literal(operator: Operator, literal: &Literal) -> Test {
    match (operator, literal) {
        (Operator::Equals, Literal::Number(number)) => Test::EqualsNumber(*number),
        (Operator::Equals, Literal::Text(text)) => Test::EqualsText(Arc::clone(text)),
        (Operator::Equals, Literal::Boolean(flag)) => Test::EqualsBoolean(*flag),
        (Operator::NotEquals, Literal::Number(number)) => Test::NotNumber(*number),
        (Operator::NotEquals, Literal::Text(text)) => Test::NotText(Arc::clone(text)),
        (Operator::NotEquals, Literal::Boolean(flag)) => Test::NotBoolean(*flag),
        (Operator::GreaterThan, Literal::Number(number)) => Test::Above(*number),
        (Operator::LessThan, Literal::Number(number)) => Test::Below(*number),
        _ => Test::Never,
    }
}

/// Compares two values the way version 1 does: only within one type, ordering only among numbers.
pub(super) fn compare(operator: Operator, left: Held<'_>, right: Held<'_>) -> bool {
    let equal = match (left, right) {
        (Held::Number(left), Held::Number(right)) => match operator {
            Operator::GreaterThan => return left > right,
            Operator::LessThan => return left < right,
            _ => left == right,
        },
        (Held::Text(left), Held::Text(right)) => left == right,
        (Held::Boolean(left), Held::Boolean(right)) => left == right,
        _ => return false,
    };
    match operator {
        Operator::Equals => equal,
        Operator::NotEquals => !equal,
        _ => false,
    }
}
