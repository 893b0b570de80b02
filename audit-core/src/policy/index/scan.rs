//! Clauses that are asked one after the other.
//!
//! Most rules are a single atom, and an atom is cheapest to ask beside others of its type, so single atoms
//! stand in one list for each type. Every list is in rule order and ends where it can't improve on the best.

use std::sync::Arc;

use crate::value::same_text;

use super::super::atom::{Atom, Test, at};
use super::super::slot::Held;
use super::Clause;

/// Clauses that are asked one after the other.
#[derive(Debug, Default)]
pub(super) struct Scan {
    numbers: Vec<NumberAtom>,
    texts: Vec<TextAtom>,
    booleans: Vec<BooleanAtom>,
    /// Clauses of several atoms, and comparisons of two slots.
    several: Vec<(u32, Box<[Atom]>)>,
}

/// A number held against a literal.
#[derive(Debug)]
struct NumberAtom {
    rule: u32,
    slot: u32,
    /// The orderings in which the atom holds, as bits.
    orderings: u8,
    literal: f64,
}

const LESS: u8 = 1;
const EQUAL: u8 = 2;
const GREATER: u8 = 4;
const UNORDERED: u8 = 8;

#[derive(Debug)]
struct TextAtom {
    rule: u32,
    slot: u32,
    equal: bool,
    literal: Arc<str>,
}

#[derive(Debug)]
struct BooleanAtom {
    rule: u32,
    slot: u32,
    literal: bool,
}

impl Scan {
    /// Of clauses in rule order.
    pub(super) fn new(clauses: Vec<Clause>) -> Self {
        let mut scan = Self::default();
        for Clause { rule, atoms } in clauses {
            match atoms.as_slice() {
                [atom] => scan.push_single(rule, atom),
                _ => scan.several.push((rule, atoms.into())),
            }
        }
        scan
    }

    fn push_single(&mut self, rule: u32, atom: &Atom) {
        let slot = atom.slot;
        let number = |orderings, literal: &f64| NumberAtom {
            rule,
            slot,
            orderings,
            literal: *literal,
        };
        let text = |equal, literal: &Arc<str>| TextAtom {
            rule,
            slot,
            equal,
            literal: Arc::clone(literal),
        };
        match &atom.test {
            Test::EqualsNumber(literal) => self.numbers.push(number(EQUAL, literal)),
            Test::NotNumber(literal) => self
                .numbers
                .push(number(LESS | GREATER | UNORDERED, literal)),
            Test::Above(literal) => self.numbers.push(number(GREATER, literal)),
            Test::Below(literal) => self.numbers.push(number(LESS, literal)),
            Test::EqualsText(literal) => self.texts.push(text(true, literal)),
            Test::NotText(literal) => self.texts.push(text(false, literal)),
            Test::EqualsBoolean(literal) => self.booleans.push(BooleanAtom {
                rule,
                slot,
                literal: *literal,
            }),
            Test::NotBoolean(literal) => self.booleans.push(BooleanAtom {
                rule,
                slot,
                literal: !*literal,
            }),
            Test::Slot(..) | Test::Never => self.several.push((rule, Box::new([atom.clone()]))),
        }
    }

    #[inline]
    pub(super) fn first_match(&self, held: &[Held<'_>], best: u32) -> u32 {
        let number = first(
            &self.numbers,
            best,
            |atom| atom.rule,
            |atom| atom.holds(held),
        );
        let text = first(
            &self.texts,
            number,
            |atom| atom.rule,
            |atom| atom.holds(held),
        );
        let boolean = first(
            &self.booleans,
            text,
            |atom| atom.rule,
            |atom| atom.holds(held),
        );
        first(
            &self.several,
            boolean,
            |(rule, _)| *rule,
            |(_, atoms)| atoms.iter().all(|atom| atom.holds(held)),
        )
    }
}

/// The first rule before `best` that holds, else `best`.
#[inline(always)]
fn first<T>(list: &[T], best: u32, rule: impl Fn(&T) -> u32, holds: impl Fn(&T) -> bool) -> u32 {
    for item in list {
        let rule = rule(item);
        if rule >= best {
            return best;
        }
        if holds(item) {
            return rule;
        }
    }
    best
}

impl NumberAtom {
    #[inline(always)]
    fn holds(&self, held: &[Held<'_>]) -> bool {
        let Held::Number(number) = *at(held, self.slot) else {
            return false;
        };
        let ordering = (u8::from(number < self.literal) * LESS)
            | (u8::from(number == self.literal) * EQUAL)
            | (u8::from(number > self.literal) * GREATER);
        let ordering = if ordering == 0 { UNORDERED } else { ordering };
        self.orderings & ordering != 0
    }
}

impl TextAtom {
    #[inline(always)]
    fn holds(&self, held: &[Held<'_>]) -> bool {
        match at(held, self.slot) {
            Held::Text(text) => same_text(text, &self.literal) == self.equal,
            _ => false,
        }
    }
}

impl BooleanAtom {
    #[inline(always)]
    fn holds(&self, held: &[Held<'_>]) -> bool {
        matches!(at(held, self.slot), Held::Boolean(flag) if *flag == self.literal)
    }
}
