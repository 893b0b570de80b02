//! [`RuleSet`]: the rules of one scope, and which of them is the first that matches.

use std::collections::HashSet;

use crate::decision::Missing;
use crate::policy::model::{Declarations, Domain, Schema};
use crate::request::Request;

use super::atom::Tree;
use super::column::Columns;
use super::held::{Held, Slots};
use super::index::{Clause, Index, NONE};
use super::key::NO_NUMBER;
use super::logic::Logic;

/// The rules of one scope, by rank: the lower a rule's rank, the sooner it decides.
#[derive(Debug)]
pub(super) struct RuleSet {
    /// The first rank of all: nothing before it can be found here.
    pub(super) first: u32,
    columns: Columns,
    index: Index,
    /// The rules as they were written, in the order of their ranks: for what the index can't tell.
    whole: Vec<(u32, Tree)>,
    /// The places in `whole` of the rules that read each slot.
    readers: Vec<Vec<usize>>,
}

/// What a set says to a request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    /// The first rule that matches, or the one that was to be bettered.
    pub(super) rank: u32,
    /// Whether there may be rules of which nothing is known.
    pub(super) doubtful: bool,
}

impl Found {
    /// Nothing.
    pub(super) const fn nothing() -> Self {
        Self {
            rank: NONE,
            doubtful: false,
        }
    }

    /// This, or what is found before it.
    #[inline]
    pub(super) fn or_better(self, find: impl FnOnce(u32) -> Self) -> Self {
        let better = find(self.rank);
        Self {
            rank: better.rank,
            doubtful: self.doubtful | better.doubtful,
        }
    }
}

/// A rule of which nothing is known, and the field to blame.
#[derive(Clone, Copy, Debug)]
pub(super) struct Doubt<'p> {
    pub(super) rank: u32,
    /// Written `domain.field`.
    pub(super) field: &'p str,
    /// Whether it is absent; else it holds a value of another type.
    pub(super) is_missing: bool,
}

/// Up to so many clauses, single atoms are asked beside their field, which is faster than any table.
const FEW_CLAUSES: usize = 16;

impl RuleSet {
    /// Arranges clauses over their columns. `whole` is empty where nothing is ever unknown.
    pub(super) fn new(
        mut columns: Columns,
        mut clauses: Vec<Clause>,
        whole: Vec<(u32, Tree)>,
        schema: &Schema,
        action: &Declarations,
    ) -> Self {
        columns.learn_places(Domain::Action, action);
        columns.learn_places(Domain::Actor, &schema.actor);
        columns.learn_places(Domain::Snapshot, &schema.snapshot);
        clauses.sort_by_key(|clause| clause.rule);
        let first = clauses.first().map_or(NONE, |clause| clause.rule);
        if clauses.len() <= FEW_CLAUSES {
            clauses.retain(|clause| match clause.atoms.as_slice() {
                [single] => !columns.take_single(clause.rule, single.slot, &single.test),
                _ => true,
            });
        }
        let mut asked = Vec::new();
        let atoms = clauses.iter().flat_map(|clause| &clause.atoms);
        atoms.for_each(|atom| atom.collect_slots(&mut asked));
        columns.learn_slots(&asked.into_iter().collect::<HashSet<_>>());
        let readers = readers(columns.len(), &whole);
        Self {
            first,
            columns,
            index: Index::new(clauses),
            whole,
            readers,
        }
    }

    /// The first rule that matches, if it comes before `best`. What the columns decide alone needs no slots; else eight
    /// on the stack are mostly enough.
    #[inline]
    pub(super) fn first_match<'p>(
        &'p self,
        request: &Request<'_>,
        missing: &mut Missing<'p>,
        best: u32,
    ) -> Found {
        match self.columns.len() {
            _ if self.index.is_empty() => self.ask(request, missing, best, &mut [], &mut []),
            0..=8 => self.ask_with::<8, 16>(request, missing, best),
            _ => self.first_match_of_many(request, missing, best),
        }
    }

    /// Takes more of the stack, in a frame of its own; only rules that read more than 256 different
    /// fields take memory from the heap.
    #[inline(never)]
    fn first_match_of_many<'p>(
        &'p self,
        request: &Request<'_>,
        missing: &mut Missing<'p>,
        best: u32,
    ) -> Found {
        match self.columns.len() {
            0..=32 => self.ask_with::<32, 64>(request, missing, best),
            33..=256 => self.ask_with::<256, 512>(request, missing, best),
            _ => self.with_slots(|slots| self.ask_of(request, missing, best, slots)),
        }
    }

    /// Asks with so many slots on the stack, and twice as many signed keys.
    #[inline(always)]
    fn ask_with<'p, const N: usize, const TWICE: usize>(
        &'p self,
        request: &Request<'_>,
        missing: &mut Missing<'p>,
        best: u32,
    ) -> Found {
        const { assert!(TWICE == 2 * N, "two signed keys for each slot") };
        self.ask(
            request,
            missing,
            best,
            &mut [Held::Absent; N],
            &mut [NO_NUMBER; TWICE],
        )
    }

    #[inline(always)]
    fn ask<'p, 'v>(
        &'p self,
        request: &Request<'v>,
        missing: &mut Missing<'p>,
        best: u32,
        held: &mut [Held<'v>],
        signed: &mut [i64],
    ) -> Found {
        self.ask_of(request, missing, best, &mut Slots::new(held, signed))
    }

    #[inline(always)]
    fn ask_of<'p, 'v>(
        &'p self,
        request: &Request<'v>,
        missing: &mut Missing<'p>,
        best: u32,
        slots: &mut Slots<'_, 'v>,
    ) -> Found {
        let (best, complete) = self.columns.pass(request, slots, best);
        let mut doubtful = false;
        if !complete {
            self.columns.list_missing(request, missing);
            doubtful = self.columns.is_strict() && !self.columns.fill(request, slots).is_empty();
        }
        Found {
            rank: self.index.first_match(slots, best),
            doubtful,
        }
    }

    /// The first rule before `bound` of which nothing is known and that counts.
    #[cold]
    pub(super) fn first_doubt<'p>(
        &'p self,
        request: &Request<'_>,
        bound: u32,
        counts: impl Fn(u32) -> bool,
    ) -> Option<Doubt<'p>> {
        self.with_slots(|slots| {
            let unknown = self.columns.fill(request, slots);
            let mut first: Option<Doubt<'p>> = None;
            for slot in unknown {
                let readers = self.readers.get(slot as usize).into_iter().flatten();
                for (rank, tree) in readers.filter_map(|place| self.whole.get(*place)) {
                    if *rank >= first.map_or(bound, |first| first.rank) {
                        break;
                    }
                    if counts(*rank)
                        && let Some(slot) = tree.blamed(slots)
                    {
                        first = Some(Doubt {
                            rank: *rank,
                            field: self.columns.path(slot).unwrap_or_default(),
                            is_missing: matches!(slots.at(slot), Held::Missing),
                        });
                        break;
                    }
                }
            }
            first
        })
    }

    /// The first rule before `bound` that matches and counts, the long way.
    #[cold]
    pub(super) fn first_that(
        &self,
        request: &Request<'_>,
        bound: u32,
        counts: impl Fn(u32) -> bool,
    ) -> u32 {
        self.with_slots(|slots| {
            self.columns.fill(request, slots);
            let mut candidates = self.whole.iter().take_while(|(rank, _)| *rank < bound);
            candidates
                .find(|(rank, tree)| counts(*rank) && tree.truth(slots) == Logic::True)
                .map_or(bound, |(rank, _)| *rank)
        })
    }

    /// Calls with slots from the heap.
    fn with_slots<'v, R>(&self, call: impl FnOnce(&mut Slots<'_, 'v>) -> R) -> R {
        let many = self.columns.len();
        let mut held = vec![Held::Absent; many];
        let mut signed = vec![NO_NUMBER; many.saturating_mul(2)];
        call(&mut Slots::new(&mut held, &mut signed))
    }
}

/// Which rules read each slot, by their places, in order.
fn readers(slots: usize, whole: &[(u32, Tree)]) -> Vec<Vec<usize>> {
    if whole.is_empty() {
        return Vec::new();
    }
    let mut readers: Vec<Vec<usize>> = vec![Vec::new(); slots];
    let mut asked = Vec::new();
    for (place, (_, tree)) in whole.iter().enumerate() {
        asked.clear();
        tree.collect_slots(&mut asked);
        for slot in &asked {
            if let Some(known) = readers.get_mut(*slot as usize)
                && known.last() != Some(&place)
            {
                known.push(place);
            }
        }
    }
    readers
}
