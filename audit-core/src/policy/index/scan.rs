//! Clauses that are asked one after the other.

use super::super::atom::{Atom, at};
use super::super::held::Held;
use super::super::number::NumberTest;
use super::Clause;

/// Clauses that are asked one after the other, in rule order. Ranges and other pairs of numbers stand apart: they
/// are frequent among the clauses that no table takes, and need no look at what kind of atom comes next.
#[derive(Debug, Default)]
pub(super) struct Scan {
    pairs: Vec<Pair>,
    /// The rule, and how many of the atoms that follow are its own.
    clauses: Vec<(u32, u32)>,
    atoms: Vec<Atom>,
}

/// Two numbers that must both hold.
#[derive(Debug)]
struct Pair {
    rule: u32,
    slots: [u32; 2],
    tests: [NumberTest; 2],
}

impl Scan {
    /// Of clauses in rule order.
    pub(super) fn new(clauses: Vec<Clause>) -> Self {
        let mut scan = Self::default();
        for clause in clauses {
            if let Some(pair) = Pair::of(&clause) {
                scan.pairs.push(pair);
                continue;
            }
            scan.clauses.push((
                clause.rule,
                u32::try_from(clause.atoms.len()).unwrap_or(u32::MAX),
            ));
            scan.atoms.extend(clause.atoms);
        }
        scan
    }

    /// The first rule before `best` whose atoms all hold, else `best`.
    #[inline]
    pub(super) fn first_match(&self, held: &[Held<'_>], mut best: u32) -> u32 {
        for pair in &self.pairs {
            if pair.rule >= best {
                break;
            }
            if pair.holds(held) {
                best = pair.rule;
                break;
            }
        }
        let mut atoms = self.atoms.as_slice();
        for &(rule, count) in &self.clauses {
            if rule >= best {
                break;
            }
            let Some((own, rest)) = atoms.split_at_checked(count as usize) else {
                break;
            };
            if own.iter().all(|atom| atom.holds(held)) {
                return rule;
            }
            atoms = rest;
        }
        best
    }
}

impl Pair {
    fn of(clause: &Clause) -> Option<Self> {
        let [first, second] = clause.atoms.as_slice() else {
            return None;
        };
        let tests = [NumberTest::of(&first.test)?, NumberTest::of(&second.test)?];
        Some(Self {
            rule: clause.rule,
            slots: [first.slot, second.slot],
            tests,
        })
    }

    #[inline(always)]
    fn holds(&self, held: &[Held<'_>]) -> bool {
        let [first, second] = self.slots.map(|slot| at(held, slot));
        let [of_first, of_second] = self.tests;
        match (first, second) {
            (Held::Number(first), Held::Number(second)) => {
                of_first.holds(*first) & of_second.holds(*second)
            }
            _ => false,
        }
    }
}
