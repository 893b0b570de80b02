//! What is legal in language 2 and most likely not meant: conditions that never hold, rules that others hide.
//!
//! Nothing here is asked for where a policy is loaded; [`Policy::lints`] is for whoever looks at it, and takes the time
//! as an argument. A rule is looked at by its `clause`s (what must all be true), which have numbers, so that rules are
//! compared by number and found by hash; `fact` says which values a field can still have, `hold` whether a condition
//! can; `shadow` and `hidden` look at rules in the order in which they decide, `state` at what a rule says of itself.

mod atom;
mod clause;
mod fact;
mod hidden;
mod hold;
mod order;
mod schema;
mod shadow;
mod state;
#[cfg(test)]
mod tests;
mod threshold;
mod values;

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::FixedState;

use super::Policy;
use super::model::{Atom, Condition, Language, PolicySet, Rule};
use super::problem::{Place, Problem, ProblemKind, ProblemStage};
use super::reading::RulePlaces;
use crate::clock::Timestamp;
use clause::Clauses;
use schema::Fields;

pub(super) use state::is_off;

/// Where the rules of a policy stand, for what is said of them later.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// The policy file.
    pub(super) file: Arc<str>,
    /// The rules, in the order of the set; empty in version 1.
    pub(super) rules: Vec<RulePlaces>,
}

impl Policy {
    /// What is legal and most likely not meant: conditions that can never hold or always do, rules that another one
    /// shadows, blocks that an `allow` hides, rules that are off, that `now` has passed, or that never run. Rules of
    /// version 1 are not looked at.
    ///
    /// Loading a policy does not look for these; [`warnings`](Self::warnings) has what it finds on its way. How much is looked
    /// at is limited: of a rule with tens of thousands of comparisons or literals, not all that contradict each other are found.
    ///
    /// ```
    /// use audit_core::{Policy, Timestamp};
    ///
    /// let policy = Policy::from_strings(
    ///     "language: audit/2\nactions: {refund: {fields: {amount: decimal}}}\n",
    ///     "language: audit/2
    /// default: block
    /// rules:
    ///   - id: small
    ///     scope: {action: refund}
    ///     when:
    ///       all:
    ///         - {subject: action.amount, operator: less_than, value: 100}
    ///         - {subject: action.amount, operator: greater_than, value: 500}
    ///     effect: allow
    /// ",
    ///     None,
    /// )?;
    /// let lints = policy.lints(Timestamp::from_nanos(0));
    /// assert_eq!(lints[0].kind.code(), "P407");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn lints(&self, now: Timestamp) -> Vec<Problem> {
        if self.set.language == Language::Version1 {
            return Vec::new();
        }
        let mut found = Found::new(&self.places);
        lint(&self.set, now, &mut found);
        found.into_problems()
    }
}

fn lint(set: &PolicySet, now: Timestamp, found: &mut Found<'_>) {
    let fields = Fields::new(set);
    let states: Vec<state::State> = set
        .rules
        .iter()
        .enumerate()
        .map(|(number, rule)| state::check(number, rule, &set.settings, now, found))
        .collect();
    let holds: Vec<hold::Holds> = set
        .rules
        .iter()
        .enumerate()
        .map(|(number, rule)| hold::check(number, rule, &fields, found))
        .collect();
    let clauses = Clauses::of(set, &holds);
    let order = order::order(set);
    shadow::check(set, &order, &states, &clauses, found);
    hidden::check(set, &order, &states, &clauses, &fields, found);
}

/// The lints so far.
struct Found<'p> {
    places: &'p Places,
    problems: Vec<Problem>,
    /// Of the rule that was looked at last: the how-manieth comparison each is.
    positions: (usize, HashMap<*const Atom, usize, FixedState>),
}

impl<'p> Found<'p> {
    fn new(places: &'p Places) -> Self {
        Self {
            places,
            problems: Vec::new(),
            positions: Default::default(),
        }
    }

    /// Writes down what is said of a rule, at its identifier; at its scope, if that is why.
    fn of_rule(
        &mut self,
        kind: ProblemKind,
        number: usize,
        rule: &Rule,
        message: String,
        hint: Option<String>,
    ) {
        let places = self.places.rules.get(number);
        let place = places.map(|places| match kind {
            ProblemKind::DeadRule => places.scope,
            _ => places.id,
        });
        self.push(kind, place, Some(rule), message, hint);
    }

    /// Writes down what is said of a comparison.
    fn of_atom(
        &mut self,
        kind: ProblemKind,
        (number, rule): (usize, &Rule),
        atom: &Atom,
        message: String,
        hint: Option<String>,
    ) {
        let places = self.places.rules.get(number);
        let (known, positions) = &mut self.positions;
        // Looking for each in a long condition would take as long as the condition for each.
        if *known != number || positions.is_empty() {
            *known = number;
            positions.clear();
            number_atoms(&rule.condition, positions);
        }
        let position = positions.get(&std::ptr::from_ref(atom));
        let place = places
            .zip(position)
            .and_then(|(places, position)| places.atoms.get(*position).copied());
        let place = place.or(places.map(|places| places.id));
        self.push(kind, place, Some(rule), message, hint);
    }

    fn push(
        &mut self,
        kind: ProblemKind,
        place: Option<Place>,
        rule: Option<&Rule>,
        message: String,
        hint: Option<String>,
    ) {
        self.problems.push(Problem {
            stage: ProblemStage::Compile,
            kind,
            file: Arc::clone(&self.places.file),
            place,
            message,
            hint,
            rule: rule.map(|rule| Arc::clone(&rule.id)),
        });
    }

    /// In the order of the file.
    fn into_problems(mut self) -> Vec<Problem> {
        self.problems.sort_by_key(|problem| problem.place);
        self.problems
    }
}

/// Numbers the comparisons of a condition, in the order of the text.
fn number_atoms(condition: &Condition, positions: &mut HashMap<*const Atom, usize, FixedState>) {
    match condition {
        Condition::Compare(atom) => {
            positions.insert(atom, positions.len());
        }
        Condition::Not(part) => number_atoms(part, positions),
        Condition::All(parts) | Condition::Any(parts) => {
            for part in parts {
                number_atoms(part, positions);
            }
        }
    }
}
