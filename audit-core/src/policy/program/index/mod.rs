//! The index: which is the first rule that matches, without asking every rule.
//!
//! A rule is split into *clauses*: an `all` is one clause, an `any` one clause for each of its atoms. Clauses
//! are sorted into one [`SlotTable`] for each slot, by the kind of their atoms:
//!
//! * an atom that equals a literal is looked up by that literal; what is left of its clause forms an index
//!   of its own [`Behind`] it;
//! * a lone threshold goes into a sorted list that knows the first rule on either side;
//! * of lone `not_equals`, the first two rules with different literals say all;
//! * whatever is left is asked one after the other, in rule order.
//!
//! Each table can only lower the best rule number found so far, and is passed over once it can't.

mod limits;
mod literals;
mod pairs;
mod scan;
mod slot_table;
mod unequal;

use std::collections::{BTreeMap, HashMap, HashSet};

use foldhash::fast::FixedState;

use super::atom::{Atom, Test};
use super::held::Slots;

use literals::Literal;
use scan::Scan;
use slot_table::{Entry, SlotTable};

/// The number that stands for no rule.
pub(super) const NONE: u32 = u32::MAX;

/// Tables behind tables, at most: an `all` of very many `equals` must not nest as deep as it is long.
const MAX_DEPTH: usize = 8;

/// Up to so many clauses, asking each is faster than any table.
const SCAN_LIMIT: usize = 16;

/// Atoms that must all hold for a rule to match.
#[derive(Clone, Debug)]
pub(super) struct Clause {
    pub(super) rule: u32,
    pub(super) atoms: Vec<Atom>,
}

/// Clauses arranged so that the first matching rule is found without asking every one.
#[derive(Debug)]
pub(super) struct Index {
    /// The first rule of all clauses: nothing below can be found here.
    first: u32,
    /// The first rule with nothing left to ask.
    always: u32,
    tables: Vec<SlotTable>,
    scan: Scan,
}

impl Index {
    /// Arranges clauses.
    pub(super) fn new(clauses: Vec<Clause>) -> Self {
        Self::at_depth(0, clauses)
    }

    fn at_depth(depth: usize, mut clauses: Vec<Clause>) -> Self {
        clauses.retain(can_hold);
        clauses.sort_by_key(|clause| clause.rule);
        let first = clauses.first().map_or(NONE, |clause| clause.rule);
        let always = clauses
            .iter()
            .find(|clause| clause.atoms.is_empty())
            .map_or(NONE, |clause| clause.rule);
        // A clause behind one that always holds can never decide.
        clauses.retain(|clause| clause.rule < always);

        if clauses.len() <= SCAN_LIMIT || depth >= MAX_DEPTH {
            return Self {
                first,
                always,
                tables: Vec::new(),
                scan: Scan::new(clauses),
            };
        }
        let variety = variety(&clauses);
        let mut entries: BTreeMap<u32, Vec<Entry>> = BTreeMap::new();
        let mut rest = Vec::new();
        for clause in clauses {
            match Entry::of(clause, &variety) {
                Ok((slot, entry)) => entries.entry(slot).or_default().push(entry),
                Err(clause) => rest.push(clause),
            }
        }
        let tables = entries
            .into_iter()
            .map(|(slot, entries)| SlotTable::new(depth, slot, entries))
            .collect();
        Self {
            first,
            always,
            tables,
            scan: Scan::new(rest),
        }
    }

    /// Whether no clause is here, so that nothing can be found.
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.first == NONE
    }

    /// The first rule before `best` that matches, else `best`.
    #[inline]
    pub(super) fn first_match(&self, slots: &Slots<'_, '_>, best: u32) -> u32 {
        if self.first >= best {
            return best;
        }
        let mut best = best.min(self.always);
        for table in &self.tables {
            best = table.first_match(slots, best);
        }
        self.scan.first_match(slots, best)
    }
}

/// What is left to ask once an atom holds.
#[derive(Debug)]
struct Behind {
    /// The first rule that needs nothing more.
    rule: u32,
    /// The rules that do.
    more: Option<Box<Index>>,
}

impl Behind {
    /// Of clauses in rule order, so many tables down.
    fn new(depth: usize, clauses: Vec<Clause>) -> Self {
        let (done, open): (Vec<_>, Vec<_>) = clauses
            .into_iter()
            .partition(|clause| clause.atoms.is_empty());
        let rule = done.first().map_or(NONE, |clause| clause.rule);
        let open: Vec<_> = open
            .into_iter()
            .filter(|clause| clause.rule < rule)
            .collect();
        Self {
            rule,
            more: (!open.is_empty()).then(|| Box::new(Index::at_depth(depth + 1, open))),
        }
    }

    #[inline]
    fn first_match(&self, slots: &Slots<'_, '_>, best: u32) -> u32 {
        let best = best.min(self.rule);
        match &self.more {
            None => best,
            Some(index) => index.first_match(slots, best),
        }
    }
}

/// How many different literals the clauses hold against each slot.
type Variety = HashMap<u32, usize, FixedState>;

fn variety(clauses: &[Clause]) -> Variety {
    let mut literals: HashMap<u32, HashSet<Literal, FixedState>, FixedState> = HashMap::default();
    for atom in clauses.iter().flat_map(|clause| &clause.atoms) {
        if let Some(literal) = Literal::equal_to(&atom.test) {
            literals.entry(atom.slot).or_default().insert(literal);
        }
    }
    literals
        .into_iter()
        .map(|(slot, literals)| (slot, literals.len()))
        .collect()
}

/// Whether a clause has no atom that is false whatever is asked.
fn can_hold(clause: &Clause) -> bool {
    !clause
        .atoms
        .iter()
        .any(|atom| matches!(atom.test, Test::Never))
}
