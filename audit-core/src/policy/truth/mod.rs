//! What a comparison comes to, the long way: over the values of one request, as their declarations read them.
//!
//! `sight` finds a field, `side` reads its value as its type, `compare` holds two sides against each other.
//! Nothing here is compiled, and nothing of the compiled path is used: what a person is
//! told comes from a second reading of the rules.

mod compare;
mod side;
mod sight;
mod window;

use crate::evaluator::Truth;

use super::model::{Atom, Operand, Settings};

pub(super) use compare::leaves_open;
pub(super) use side::fits;
pub(super) use sight::{Sight, look};

use compare::Against;
use side::Side;

/// What a comparison comes to. `right` is what the request shows of the field on the right, where there is one.
pub(super) fn compare(
    settings: &Settings,
    atom: &Atom,
    left: &Sight<'_>,
    right: Option<&Sight<'_>>,
) -> Truth {
    let against = match (&atom.operand, right) {
        (Operand::Field(_), Some(right)) => Against::Side(Side::of(right)),
        (Operand::Field(_), None) => Against::Side(Side::Missing),
        (Operand::Literal(literal), _) => Against::Side(Side::written(literal)),
        (Operand::List(literals), _) => Against::Literals(literals),
        (Operand::Networks(networks), _) => Against::Networks(networks),
        (Operand::Pattern(pattern), _) => Against::Pattern(pattern),
        (Operand::Window(window), _) => Against::Window(window),
    };
    compare::compare(settings, atom.operator, left, &against)
}
