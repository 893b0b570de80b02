//! Everything that is asked of one slot alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::value::same_text;

use super::super::atom::Test;
use super::super::held::{Held, Slots};
use super::limits::Thresholds;
use super::literals::{Literal, Numbers, Texts};
use super::unequal::Unequal;
use super::{Behind, Clause, Variety};

/// Everything that is asked of one slot alone, by the type of what it holds.
#[derive(Debug)]
pub(super) struct SlotTable {
    slot: u32,
    /// The first rule of all: nothing below can be found here.
    first: u32,
    numbers: Numbers,
    thresholds: Thresholds,
    not_numbers: Unequal<i64>,
    texts: Texts,
    not_texts: Unequal<Arc<str>>,
    no: Option<Behind>,
    yes: Option<Behind>,
}

impl SlotTable {
    #[inline]
    pub(super) fn first_match(&self, slots: &Slots<'_, '_>, best: u32) -> u32 {
        if self.first >= best {
            return best;
        }
        let (behind, rule) = match *slots.at(self.slot) {
            Held::Number(number) => {
                let unequal = self.not_numbers.first_rule(|literal| *literal != number);
                (
                    self.numbers.get(number),
                    self.thresholds.first_rule(number).min(unequal),
                )
            }
            Held::Text(text) => (
                self.texts.get(text),
                self.not_texts
                    .first_rule(|literal| !same_text(literal, text)),
            ),
            Held::Boolean(false) => (self.no.as_ref(), best),
            Held::Boolean(true) => (self.yes.as_ref(), best),
            Held::Nan => (None, self.not_numbers.first_rule(|_| true)),
            Held::Huge(_) => {
                let unequal = self.not_numbers.first_rule(|_| true);
                (None, self.thresholds.first_rule(i64::MAX).min(unequal))
            }
            Held::Null => {
                let unequal = self.not_numbers.first_rule(|_| true);
                (None, unequal.min(self.not_texts.first_rule(|_| true)))
            }
            _ => return best,
        };
        let best = best.min(rule);
        behind.map_or(best, |behind| behind.first_match(slots, best))
    }
}

/// A clause in the form in which a slot's table takes it.
pub(super) enum Entry {
    /// The slot must equal a literal; the atoms that are left come behind.
    Equal(Literal, Clause),
    NotNumber(i64, u32),
    NotText(Arc<str>, u32),
    Above(i64, u32),
    Below(i64, u32),
}

impl Entry {
    /// The form of a clause and its slot, or the clause back if no single slot can hold it.
    ///
    /// Of several atoms that equal a literal, the one whose slot has the most different literals is taken:
    /// it leaves the fewest clauses behind each.
    pub(super) fn of(mut clause: Clause, variety: &Variety) -> Result<(u32, Self), Clause> {
        let equal = clause
            .atoms
            .iter()
            .enumerate()
            .filter_map(|(place, atom)| Some((place, atom.slot, Literal::equal_to(&atom.test)?)))
            .max_by_key(|(_, slot, _)| variety.get(slot));
        if let Some((place, slot, literal)) = equal {
            clause.atoms.remove(place);
            return Ok((slot, Self::Equal(literal, clause)));
        }
        let [atom] = clause.atoms.as_slice() else {
            return Err(clause);
        };
        let entry = match &atom.test {
            Test::NotKey(number) => Self::NotNumber(*number, clause.rule),
            Test::NotText(text) => Self::NotText(Arc::clone(text), clause.rule),
            Test::Above(limit) => Self::Above(*limit, clause.rule),
            Test::Below(limit) => Self::Below(*limit, clause.rule),
            _ => return Err(clause),
        };
        Ok((atom.slot, entry))
    }

    fn rule(&self) -> u32 {
        match self {
            Self::Equal(_, clause) => clause.rule,
            Self::NotNumber(_, rule)
            | Self::NotText(_, rule)
            | Self::Above(_, rule)
            | Self::Below(_, rule) => *rule,
        }
    }
}

impl SlotTable {
    /// Of entries in rule order, so many tables down.
    pub(super) fn new(depth: usize, slot: u32, entries: Vec<Entry>) -> Self {
        let first = entries.first().map_or(super::NONE, Entry::rule);
        let mut equal: BTreeMap<Literal, Vec<Clause>> = BTreeMap::new();
        let (mut not_numbers, mut not_texts, mut above, mut below) =
            (vec![], vec![], vec![], vec![]);
        for entry in entries {
            match entry {
                Entry::Equal(literal, clause) => equal.entry(literal).or_default().push(clause),
                Entry::NotNumber(number, rule) => not_numbers.push((number, rule)),
                Entry::NotText(text, rule) => not_texts.push((text, rule)),
                Entry::Above(limit, rule) => above.push((limit, rule)),
                Entry::Below(limit, rule) => below.push((limit, rule)),
            }
        }
        let (mut numbers, mut texts, mut no, mut yes) = (vec![], vec![], None, None);
        for (literal, clauses) in equal {
            match literal {
                Literal::Number(bits) => numbers.push((bits, clauses)),
                Literal::Text(text) => texts.push((text, clauses)),
                Literal::Boolean(false) => no = Some(Behind::new(depth, clauses)),
                Literal::Boolean(true) => yes = Some(Behind::new(depth, clauses)),
            }
        }
        Self {
            slot,
            first,
            numbers: Numbers::new(depth, numbers),
            thresholds: Thresholds::new(above, below),
            not_numbers: Unequal::new(not_numbers),
            texts: Texts::new(depth, texts),
            not_texts: Unequal::new(not_texts),
            no,
            yes,
        }
    }
}
