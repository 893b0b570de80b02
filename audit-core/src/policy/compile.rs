//! The compiler: from a checked policy set to programs over slots.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::FixedState;

use crate::decision::{Effect, Missing};
use crate::request::Request;
use crate::value::same_text;

use super::atom::Atom;
use super::column::Columns;
use super::held::{Held, Slots};
use super::index::{Clause, Index, NONE};
use super::model::{Condition, Declarations, Domain, PolicySet, Rule, RuleScope, Schema};

/// A policy set ready to be asked: rules of the action first, then global rules, each in file order.
#[derive(Debug)]
pub(super) struct Program {
    actions: Actions,
    global: RuleSet,
    rules: Vec<(Arc<str>, Effect)>,
}

/// The rules of each action. A few names are found faster one by one than by hash.
#[derive(Debug)]
enum Actions {
    Few(Vec<(Arc<str>, RuleSet)>),
    Many(HashMap<Arc<str>, RuleSet, FixedState>),
}

/// Up to so many actions are a few.
const FEW: usize = 6;

impl Actions {
    #[inline]
    fn get(&self, name: &str) -> Option<&RuleSet> {
        match self {
            Self::Few(actions) => actions
                .iter()
                .find(|(known, _)| same_text(known, name))
                .map(|(_, rules)| rules),
            Self::Many(actions) => actions.get(name),
        }
    }
}

impl FromIterator<(Arc<str>, RuleSet)> for Actions {
    fn from_iter<I: IntoIterator<Item = (Arc<str>, RuleSet)>>(actions: I) -> Self {
        let actions: Vec<_> = actions.into_iter().collect();
        if actions.len() <= FEW {
            Self::Few(actions)
        } else {
            Self::Many(actions.into_iter().collect())
        }
    }
}

/// The rules of one scope.
#[derive(Debug)]
struct RuleSet {
    columns: Columns,
    index: Index,
}

impl Program {
    pub(super) fn new(set: &PolicySet) -> Self {
        let numbered = || set.rules.iter().zip(0_u32..);
        let mut scoped: HashMap<Arc<str>, Vec<(&Rule, u32)>> = HashMap::new();
        for (rule, number) in numbered() {
            if let RuleScope::Action(action) = &rule.scope {
                scoped
                    .entry(Arc::clone(action))
                    .or_default()
                    .push((rule, number));
            }
        }
        let global = numbered()
            .filter(|(rule, _)| rule.scope == RuleScope::Global)
            .collect();
        let declared: HashMap<&str, &Declarations> = set
            .schema
            .actions
            .iter()
            .map(|(name, fields)| (&**name, fields))
            .collect();
        let none = Declarations::new();
        let actions = scoped.into_iter().map(|(name, rules)| {
            let fields = declared.get(&*name).copied().unwrap_or(&none);
            let rules = RuleSet::new(rules, &set.schema, fields);
            (name, rules)
        });
        Self {
            actions: actions.collect(),
            global: RuleSet::new(global, &set.schema, &none),
            rules: set
                .rules
                .iter()
                .map(|rule| (Arc::clone(&rule.id), rule.effect))
                .collect(),
        }
    }

    /// The first rule that matches, and the fields that were asked for and not there.
    #[inline]
    pub(super) fn decide<'p>(
        &'p self,
        request: &Request<'_>,
        missing: &mut Missing<'p>,
    ) -> Option<&'p (Arc<str>, Effect)> {
        let own = request
            .action
            .kind()
            .and_then(|kind| self.actions.get(kind));
        let mut rule = own.map_or(NONE, |rules| rules.first_match(request, missing));
        if rule == NONE {
            rule = self.global.first_match(request, missing);
        }
        self.rules.get(rule as usize)
    }
}

/// Up to so many clauses, single atoms are asked beside their field, which is faster than any table.
const FEW_CLAUSES: usize = 16;

impl RuleSet {
    fn new(rules: Vec<(&Rule, u32)>, schema: &Schema, action: &Declarations) -> Self {
        let mut columns = Columns::default();
        let mut clauses = Vec::with_capacity(rules.len());
        for (rule, number) in rules {
            let mut clause = |atoms| {
                let rule = number;
                clauses.push(Clause { rule, atoms });
            };
            match &rule.condition {
                Condition::All(atoms) => {
                    clause(
                        atoms
                            .iter()
                            .filter_map(Condition::atom)
                            .map(|atom| Atom::new(atom, |field| columns.slot(field)))
                            .collect(),
                    );
                }
                Condition::Any(atoms) => {
                    for atom in atoms.iter().filter_map(Condition::atom) {
                        clause(vec![Atom::new(atom, |field| columns.slot(field))]);
                    }
                }
                Condition::Not(_) | Condition::Compare(_) => {}
            }
        }
        columns.learn_places(Domain::Action, action);
        columns.learn_places(Domain::Actor, &schema.actor);
        columns.learn_places(Domain::Snapshot, &schema.snapshot);
        if clauses.len() <= FEW_CLAUSES {
            clauses.retain(|clause| match clause.atoms.as_slice() {
                [single] => !columns.take_single(clause.rule, single.slot, &single.test),
                _ => true,
            });
        }
        let asked = clauses
            .iter()
            .flat_map(|clause| &clause.atoms)
            .flat_map(Atom::slots)
            .collect();
        columns.learn_slots(&asked);
        Self {
            columns,
            index: Index::new(clauses),
        }
    }

    /// The first rule that matches. What the columns decide alone needs no slots; else eight on the stack
    /// are mostly enough.
    #[inline]
    fn first_match<'p>(&'p self, request: &Request<'_>, missing: &mut Missing<'p>) -> u32 {
        match self.columns.len() {
            _ if self.index.is_empty() => self.ask(request, missing, &mut [], &mut []),
            0..=8 => self.ask_with::<8, 16>(request, missing),
            _ => self.first_match_of_many(request, missing),
        }
    }

    /// Takes more of the stack, in a frame of its own; only rules that read more than 256 different
    /// fields take memory from the heap.
    #[inline(never)]
    fn first_match_of_many<'p>(&'p self, request: &Request<'_>, missing: &mut Missing<'p>) -> u32 {
        match self.columns.len() {
            0..=32 => self.ask_with::<32, 64>(request, missing),
            33..=256 => self.ask_with::<256, 512>(request, missing),
            many => {
                let mut signed = vec![f64::NAN; many.saturating_mul(2)];
                self.ask(
                    request,
                    missing,
                    &mut vec![Held::Missing; many],
                    &mut signed,
                )
            }
        }
    }

    /// Asks with so many slots on the stack, and twice as many signed numbers.
    #[inline(always)]
    fn ask_with<'p, const N: usize, const TWICE: usize>(
        &'p self,
        request: &Request<'_>,
        missing: &mut Missing<'p>,
    ) -> u32 {
        const { assert!(TWICE == 2 * N, "two signed numbers for each slot") };
        self.ask(
            request,
            missing,
            &mut [Held::Missing; N],
            &mut [f64::NAN; TWICE],
        )
    }

    #[inline(always)]
    fn ask<'p, 'v>(
        &'p self,
        request: &Request<'v>,
        missing: &mut Missing<'p>,
        held: &mut [Held<'v>],
        signed: &mut [f64],
    ) -> u32 {
        let mut slots = Slots::new(held, signed);
        let (best, complete) = self.columns.pass(request, &mut slots, NONE);
        if !complete {
            self.columns.list_missing(request, missing);
        }
        self.index.first_match(&slots, best)
    }
}
