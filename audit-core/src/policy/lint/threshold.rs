//! Rules of a single comparison with a range: the widest of each field, which a narrower one implies.

use std::cmp::Ordering;
use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::order::Key;
use super::values::compare;
use crate::policy::model::{Atom, FieldRef, Literal, Operand, Operator};

/// The widest range of each field, in each scope.
#[derive(Default)]
pub(super) struct Thresholds<'s> {
    widest: HashMap<(Key<'s>, &'s FieldRef, Side), Range<'s>, FixedState>,
}

/// Which end of a range is given.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Side {
    Above,
    Below,
}

#[derive(Clone, Copy)]
struct Range<'s> {
    end: &'s Literal,
    inclusive: bool,
    rule: usize,
}

impl<'s> Thresholds<'s> {
    /// Adds the rule of one comparison; only the widest is kept.
    pub(super) fn insert(&mut self, key: Key<'s>, atom: &'s Atom, rule: usize) {
        let Some((side, end, inclusive)) = range_of(atom) else {
            return;
        };
        let range = Range {
            end,
            inclusive,
            rule,
        };
        let widest = self
            .widest
            .entry((key, &atom.subject, side))
            .or_insert(range);
        if !widest.holds(side, end, inclusive) {
            *widest = range;
        }
    }

    /// The rule whose range holds every value for which a comparison is true.
    pub(super) fn implied_by(&self, key: Key<'s>, atom: &'s Atom) -> Option<usize> {
        if let Some((side, end, inclusive)) = range_of(atom) {
            let widest = self.widest.get(&(key, &atom.subject, side))?;
            return widest.holds(side, end, inclusive).then_some(widest.rule);
        }
        let values = match (&atom.operand, atom.operator) {
            (Operand::Literal(literal), Operator::Equals) => std::slice::from_ref(literal),
            (Operand::List(list), Operator::In) => &list[..],
            _ => return None,
        };
        [Side::Above, Side::Below].into_iter().find_map(|side| {
            let widest = self.widest.get(&(key, &atom.subject, side))?;
            let inside = values.iter().all(|value| widest.holds(side, value, true));
            inside.then_some(widest.rule)
        })
    }
}

impl Range<'_> {
    /// Whether another range on this side lies inside.
    fn holds(&self, side: Side, end: &Literal, inclusive: bool) -> bool {
        match compare(end, self.end) {
            Some(Ordering::Greater) => side == Side::Above,
            Some(Ordering::Less) => side == Side::Below,
            Some(Ordering::Equal) => self.inclusive || !inclusive,
            None => false,
        }
    }
}

fn range_of(atom: &Atom) -> Option<(Side, &Literal, bool)> {
    let Operand::Literal(literal) = &atom.operand else {
        return None;
    };
    Some(match atom.operator {
        Operator::GreaterThan | Operator::After => (Side::Above, literal, false),
        Operator::GreaterOrEqual => (Side::Above, literal, true),
        Operator::LessThan | Operator::Before => (Side::Below, literal, false),
        Operator::LessOrEqual => (Side::Below, literal, true),
        _ => return None,
    })
}
