//! Clauses that are asked one after the other.
//!
//! The frequent kinds stand in lists of their own, so that asking one needs no look at what kind comes next.
//! Every list is in rule order and ends where it can't improve on the best.

use std::sync::Arc;

use crate::value::same_text;

use super::super::atom::{Atom, Test};
use super::super::held::{Held, Slots};
use super::super::ordered::first;
use super::Clause;
use super::pairs::Pairs;

/// Clauses that are asked one after the other.
#[derive(Debug, Default)]
pub(super) struct Scan {
    thresholds: Vec<(u32, Threshold)>,
    pairs: Pairs,
    texts: Vec<(u32, EqualText)>,
    others: Vec<(u32, Box<[Atom]>)>,
}

/// A signed key that must be above a limit.
#[derive(Clone, Copy, Debug)]
struct Threshold {
    place: u32,
    limit: i64,
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
        let mut pairs = Vec::new();
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
                [single] if let Some(threshold) = Threshold::of(single) => {
                    scan.thresholds.push((rule, threshold));
                }
                [one, two]
                    if let Some(one) = Threshold::of(one)
                        && let Some(two) = Threshold::of(two) =>
                {
                    pairs.push((rule, [(one.place, one.limit), (two.place, two.limit)]));
                }
                _ => scan.others.push((rule, atoms.into())),
            }
        }
        scan.pairs = Pairs::new(pairs);
        scan
    }

    /// The first rule before `best` whose atoms all hold, else `best`.
    #[inline]
    pub(super) fn first_match(&self, slots: &Slots<'_, '_>, best: u32) -> u32 {
        let best = first(&self.thresholds, best, |threshold| threshold.holds(slots));
        let best = self.pairs.first_match(slots, best);
        let best = first(&self.texts, best, |text| text.holds(slots));
        first(&self.others, best, |atoms| {
            atoms.iter().all(|atom| atom.holds(slots))
        })
    }
}

impl Threshold {
    fn of(atom: &Atom) -> Option<Self> {
        let plain = atom.slot.checked_mul(2)?;
        match atom.test {
            Test::Above(limit) => Some(Self {
                place: plain,
                limit,
            }),
            Test::Below(limit) => Some(Self {
                place: plain + 1,
                limit: !limit,
            }),
            _ => None,
        }
    }

    #[inline(always)]
    fn holds(self, slots: &Slots<'_, '_>) -> bool {
        slots.signed(self.place) > self.limit
    }
}

impl EqualText {
    #[inline(always)]
    fn holds(&self, slots: &Slots<'_, '_>) -> bool {
        matches!(slots.at(self.slot), Held::Text(text) if same_text(text, &self.literal))
    }
}
