//! Clauses that are asked one after the other.
//!
//! The frequent kinds stand in lists of their own, so that asking one needs no look at what kind comes next.
//! Every list is in rule order and ends where it can't improve on the best.

use std::sync::Arc;

use crate::value::same_text;

use super::super::atom::{Atom, Test, at};
use super::super::held::Held;
use super::super::number::NumberTest;
use super::Clause;

/// Clauses that are asked one after the other.
#[derive(Debug, Default)]
pub(super) struct Scan {
    numbers: Vec<(u32, Number)>,
    texts: Vec<(u32, EqualText)>,
    pairs: Vec<(u32, [Number; 2])>,
    others: Vec<(u32, Box<[Atom]>)>,
}

/// A number in a slot.
#[derive(Clone, Copy, Debug)]
struct Number {
    slot: u32,
    test: NumberTest,
}

/// A text in a slot that must equal a literal.
#[derive(Debug)]
struct EqualText {
    slot: u32,
    literal: Arc<str>,
}

impl Scan {
    /// Of clauses in rule order.
    pub(super) fn new(clauses: Vec<Clause>) -> Self {
        let mut scan = Self::default();
        for Clause { rule, atoms } in clauses {
            match atoms.as_slice() {
                [
                    Atom {
                        slot,
                        test: Test::EqualsText(literal),
                    },
                ] => {
                    scan.texts.push((
                        rule,
                        EqualText {
                            slot: *slot,
                            literal: Arc::clone(literal),
                        },
                    ));
                }
                [single] if let Some(number) = Number::of(single) => {
                    scan.numbers.push((rule, number));
                }
                [first, second]
                    if let Some(first) = Number::of(first)
                        && let Some(second) = Number::of(second) =>
                {
                    scan.pairs.push((rule, [first, second]));
                }
                _ => scan.others.push((rule, atoms.into())),
            }
        }
        scan
    }

    /// The first rule before `best` whose atoms all hold, else `best`.
    #[inline]
    pub(super) fn first_match(&self, held: &[Held<'_>], best: u32) -> u32 {
        let best = first(&self.numbers, best, |number| number.holds(held));
        let best = first(&self.texts, best, |text| text.holds(held));
        let best = first(&self.pairs, best, |[one, two]| {
            one.holds(held) & two.holds(held)
        });
        first(&self.others, best, |atoms| {
            atoms.iter().all(|atom| atom.holds(held))
        })
    }
}

/// The first rule before `best` that holds, else `best`.
#[inline(always)]
fn first<T>(list: &[(u32, T)], best: u32, holds: impl Fn(&T) -> bool) -> u32 {
    for (rule, item) in list {
        if *rule >= best {
            return best;
        }
        if holds(item) {
            return *rule;
        }
    }
    best
}

impl Number {
    fn of(atom: &Atom) -> Option<Self> {
        Some(Self {
            slot: atom.slot,
            test: NumberTest::of(&atom.test)?,
        })
    }

    #[inline(always)]
    fn holds(&self, held: &[Held<'_>]) -> bool {
        matches!(at(held, self.slot), Held::Number(number) if self.test.holds(*number))
    }
}

impl EqualText {
    #[inline(always)]
    fn holds(&self, held: &[Held<'_>]) -> bool {
        matches!(at(held, self.slot), Held::Text(text) if same_text(text, &self.literal))
    }
}
