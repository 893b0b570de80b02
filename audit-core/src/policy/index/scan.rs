//! Clauses that are asked one after the other.

use super::super::atom::Atom;
use super::super::held::Held;
use super::Clause;

/// Clauses in rule order, their atoms in one list.
#[derive(Debug)]
pub(super) struct Scan {
    /// The rule, and how many of the atoms that follow are its own.
    clauses: Vec<(u32, u32)>,
    atoms: Vec<Atom>,
}

impl Scan {
    /// Of clauses in rule order.
    pub(super) fn new(clauses: Vec<Clause>) -> Self {
        let mut scan = Self {
            clauses: Vec::with_capacity(clauses.len()),
            atoms: Vec::new(),
        };
        for clause in clauses {
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
    pub(super) fn first_match(&self, held: &[Held<'_>], best: u32) -> u32 {
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
