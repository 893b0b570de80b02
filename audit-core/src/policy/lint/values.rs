//! [`Values`]: which values a field can have once some comparisons with it are true and others are not.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use foldhash::fast::FixedState;

use crate::policy::model::{Atom, Literal, LiteralKey, Operand, Operator};

/// An end of a range, and whether it belongs to it.
type End<'s> = (&'s Literal, bool);

/// The values that a field can have, null and absence apart.
#[derive(Clone, Debug, Default)]
pub(super) struct Values<'s> {
    /// One of these, if that is known.
    only: Option<HashMap<LiteralKey, Literal, FixedState>>,
    /// None of these.
    except: HashSet<LiteralKey, FixedState>,
    low: Option<End<'s>>,
    high: Option<End<'s>>,
    prefix: Option<&'s str>,
    suffix: Option<&'s str>,
    /// Whether a text would have to begin, or end, in two ways.
    is_torn: bool,
    /// Comparisons of texts, and whether they are true.
    texts: Vec<(&'s Atom, bool)>,
}

impl<'s> Values<'s> {
    /// Keeps those of a few.
    pub(super) fn only(&mut self, literals: impl Iterator<Item = Literal>) {
        let mut kept: HashMap<_, _, _> = literals
            .map(|literal| (literal.key(), literal))
            .collect::<HashMap<_, _, FixedState>>();
        if let Some(only) = &mut self.only {
            only.retain(|key, _| kept.contains_key(key));
            return;
        }
        kept.retain(|key, literal| !self.except.contains(key) && self.fits(literal));
        self.only = Some(kept);
    }

    /// How much there is to look at to keep those of a list, so long.
    pub(super) fn cost_of_list(&self, length: usize) -> usize {
        match &self.only {
            Some(only) => only.len().saturating_add(length),
            None => self.texts.len().saturating_add(1).saturating_mul(length),
        }
    }

    /// How much there is to look at to keep those for which one comparison more is true.
    pub(super) fn cost_of_one(&self) -> usize {
        self.only.as_ref().map_or(1, |only| only.len() + 1)
    }

    /// Takes one away.
    pub(super) fn except(&mut self, literal: &Literal) {
        let key = literal.key();
        if let Some(only) = &mut self.only {
            only.remove(&key);
        }
        self.except.insert(key);
    }

    /// Keeps those on one side of a literal.
    pub(super) fn range(&mut self, operator: Operator, literal: &'s Literal) {
        let inclusive = matches!(operator, Operator::GreaterOrEqual | Operator::LessOrEqual);
        let above = matches!(
            operator,
            Operator::GreaterThan | Operator::GreaterOrEqual | Operator::After
        );
        let end = if above { &mut self.low } else { &mut self.high };
        let tighter = end.is_none_or(|(other, other_inclusive)| match compare(literal, other) {
            Some(Ordering::Greater) => above,
            Some(Ordering::Less) => !above,
            _ => other_inclusive && !inclusive,
        });
        if tighter {
            *end = Some((literal, inclusive));
            self.narrow(|values, literal| values.is_in_range(literal));
        }
    }

    /// Keeps the texts for which a comparison is true, or is not.
    pub(super) fn text(&mut self, atom: &'s Atom, holds: bool) {
        if let (true, Operand::Literal(Literal::Text(part))) = (holds, &atom.operand) {
            // All parts before lie in the longest, so that one alone need be held against it.
            self.is_torn |= match atom.operator {
                Operator::StartsWith => !longer(&mut self.prefix, part, |long, short| {
                    long.starts_with(short)
                }),
                Operator::EndsWith => {
                    !longer(&mut self.suffix, part, |long, short| long.ends_with(short))
                }
                _ => false,
            };
        }
        self.texts.push((atom, holds));
        self.narrow(|_, literal| is_as_it_must(atom, holds, literal));
    }

    /// Whether there is none left.
    pub(super) fn is_empty(&self, whole: bool) -> bool {
        if let Some(only) = &self.only {
            return only.is_empty();
        }
        let both = [true, false].map(LiteralKey::Boolean);
        if both.iter().all(|value| self.except.contains(value)) {
            return true;
        }
        self.is_torn || self.has_empty_range(whole)
    }

    fn has_empty_range(&self, whole: bool) -> bool {
        let (Some((low, low_inside)), Some((high, high_inside))) = (self.low, self.high) else {
            return false;
        };
        if let (true, Literal::Integer(low), Literal::Integer(high)) = (whole, low, high) {
            let first = low + i128::from(!low_inside);
            let last = high - i128::from(!high_inside);
            let single = first == last && self.except.contains(&LiteralKey::Integer(first));
            return first > last || single;
        }
        match compare(low, high) {
            Some(Ordering::Greater) => true,
            Some(Ordering::Equal) => {
                !(low_inside && high_inside) || self.except.contains(&low.key())
            }
            _ => false,
        }
    }

    /// Takes away what does not fit something new; all that was known before has been held against it.
    fn narrow(&mut self, fits: impl Fn(&Self, &Literal) -> bool) {
        let Some(mut only) = self.only.take() else {
            return;
        };
        only.retain(|_, literal| fits(self, literal));
        self.only = Some(only);
    }

    /// Whether one value is in the range, and every comparison of texts is as it must be.
    fn fits(&self, literal: &Literal) -> bool {
        let mut texts = self.texts.iter();
        self.is_in_range(literal) && texts.all(|(atom, holds)| is_as_it_must(atom, *holds, literal))
    }

    fn is_in_range(&self, literal: &Literal) -> bool {
        let above = self
            .low
            .is_none_or(|(low, inside)| match compare(literal, low) {
                Some(Ordering::Less) => false,
                Some(Ordering::Equal) => inside,
                _ => true,
            });
        let below = self
            .high
            .is_none_or(|(high, inside)| match compare(literal, high) {
                Some(Ordering::Greater) => false,
                Some(Ordering::Equal) => inside,
                _ => true,
            });
        above && below
    }
}

/// Keeps the longer of two parts. Answers whether it holds the other one.
fn longer<'s>(kept: &mut Option<&'s str>, part: &'s str, holds: fn(&str, &str) -> bool) -> bool {
    match *kept {
        Some(kept) if kept.len() >= part.len() => holds(kept, part),
        shorter => {
            *kept = Some(part);
            shorter.is_none_or(|shorter| holds(part, shorter))
        }
    }
}

/// Whether a comparison of texts says of one text what it must, where it says something.
fn is_as_it_must(atom: &Atom, holds: bool, literal: &Literal) -> bool {
    holds_of(atom, literal).is_none_or(|held| held == holds)
}

/// What a comparison of texts says of one text, where it takes no other field.
fn holds_of(atom: &Atom, literal: &Literal) -> Option<bool> {
    let Literal::Text(text) = literal else {
        return None;
    };
    match (&atom.operand, atom.operator) {
        (Operand::Literal(Literal::Text(part)), Operator::StartsWith) => {
            Some(text.starts_with(&**part))
        }
        (Operand::Literal(Literal::Text(part)), Operator::EndsWith) => {
            Some(text.ends_with(&**part))
        }
        (Operand::Literal(Literal::Text(part)), Operator::Contains) => Some(text.contains(&**part)),
        (Operand::Pattern(pattern), _) => Some(pattern.regex.is_match(text)),
        _ => None,
    }
}

/// The order of two literals of one ordered type.
pub(super) fn compare(left: &Literal, right: &Literal) -> Option<Ordering> {
    match (left, right) {
        (Literal::Integer(left), Literal::Integer(right)) => Some(left.cmp(right)),
        (Literal::Decimal(left), Literal::Decimal(right)) => Some(left.cmp(right)),
        (Literal::Number(left), Literal::Number(right)) => left.partial_cmp(right),
        (Literal::Timestamp(left), Literal::Timestamp(right)) => Some(left.cmp(right)),
        _ => None,
    }
}
