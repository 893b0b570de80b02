//! Conditions that can never hold, and those that always do.

use super::Found;
use super::atom::shown;
use super::fact::Facts;
use super::schema::Fields;
use crate::policy::model::{Atom, Condition, Operand, Rule};
use crate::policy::problem::ProblemKind;
use crate::policy::reading::wording::quoted;

/// How much is looked at for one rule: a comparison, a literal that it is held against, or one that is copied for a part of an
/// `any` is one step. Nobody writes more that contradict each other.
const MAX_STEPS: usize = 100_000;

/// Whether a condition can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// It never holds.
    Never,
    /// It holds for some calls.
    Sometimes,
    /// It always holds where its fields are there.
    Always,
}

/// Looks at the condition of a rule, and at the parts of its `any`s.
pub(super) fn check<'s>(
    number: usize,
    rule: &'s Rule,
    fields: &'s Fields<'s>,
    found: &mut Found<'_>,
) -> Holds {
    let Some(first) = first_atom(&rule.condition) else {
        return Holds::Always;
    };
    let mut search = Search {
        fields,
        rules: [Some(rule), None],
        steps: MAX_STEPS,
    };
    if let Some(atom) = search.contradiction(&rule.condition, true) {
        let message = format!(
            "the rule {} can never match: {}",
            quoted(&rule.id),
            reason(atom)
        );
        found.of_atom(ProblemKind::NeverHolds, (number, rule), atom, message, None);
        return Holds::Never;
    }
    for part in alternatives(&rule.condition) {
        if let Some(atom) = search.contradiction(part, true) {
            let message = format!("this part of `any` can never hold: {}", reason(atom));
            found.of_atom(ProblemKind::NeverHolds, (number, rule), atom, message, None);
        }
    }
    if search.contradiction(&rule.condition, false).is_none() {
        return Holds::Sometimes;
    }
    let message = format!(
        "the condition of rule {} always holds where its fields are there",
        quoted(&rule.id)
    );
    let hint = "a rule that always matches has no `when`";
    found.of_atom(
        ProblemKind::AlwaysHolds,
        (number, rule),
        first,
        message,
        Some(hint.to_owned()),
    );
    Holds::Always
}

/// Whether two rules can match the same call, as far as that can be seen. Answers how many steps it took.
pub(super) fn can_both_match<'s>(
    first: &'s Rule,
    second: &'s Rule,
    fields: &'s Fields<'s>,
) -> (bool, usize) {
    let mut search = Search {
        fields,
        rules: [Some(first), Some(second)],
        steps: MAX_STEPS,
    };
    let both = [(&first.condition, true), (&second.condition, true)];
    let facts = Facts::new(fields, search.rules);
    let possible = search.among(&both, facts).is_none();
    (possible, MAX_STEPS - search.steps + 1)
}

fn reason(atom: &Atom) -> String {
    let itself = matches!(&atom.operand, Operand::Field(other) if *other == atom.subject);
    if itself {
        format!("{} compares a field with itself", shown(atom))
    } else {
        format!("{} contradicts the rest of it", shown(atom))
    }
}

/// The first comparison of a condition.
fn first_atom(condition: &Condition) -> Option<&Atom> {
    match condition {
        Condition::Compare(atom) => Some(atom),
        Condition::Not(part) => first_atom(part),
        Condition::All(parts) | Condition::Any(parts) => parts.iter().find_map(first_atom),
    }
}

/// The parts of every `any` that is not below a `not`.
fn alternatives(condition: &Condition) -> Vec<&Condition> {
    match condition {
        Condition::Compare(_) | Condition::Not(_) => Vec::new(),
        Condition::All(parts) => parts.iter().flat_map(alternatives).collect(),
        Condition::Any(parts) => parts
            .iter()
            .flat_map(|part| std::iter::once(part).chain(alternatives(part)))
            .collect(),
    }
}

/// Looks for contradictions in the conditions of one rule, or of two.
struct Search<'s> {
    fields: &'s Fields<'s>,
    rules: [Option<&'s Rule>; 2],
    steps: usize,
}

/// Conditions of which one at least must be true, or must not be.
type Choice<'s> = (&'s [Condition], bool);

impl<'s> Search<'s> {
    /// A comparison by which the condition can never be true, or never be false.
    fn contradiction(&mut self, condition: &'s Condition, holds: bool) -> Option<&'s Atom> {
        let facts = Facts::new(self.fields, self.rules);
        self.among(&[(condition, holds)], facts)
    }

    /// A comparison by which not all of these conditions can be as they must.
    fn among(
        &mut self,
        conditions: &[(&'s Condition, bool)],
        mut facts: Facts<'s>,
    ) -> Option<&'s Atom> {
        let mut choices = Vec::new();
        for (condition, holds) in conditions {
            let contradiction = self.add(condition, *holds, &mut facts, &mut choices);
            if contradiction.is_some() {
                return contradiction;
            }
        }
        choices
            .into_iter()
            .find_map(|(parts, holds)| self.none_of(parts, holds, &facts))
    }

    /// Adds all that must be so, and puts aside where there is a choice.
    fn add(
        &mut self,
        condition: &'s Condition,
        holds: bool,
        facts: &mut Facts<'s>,
        choices: &mut Vec<Choice<'s>>,
    ) -> Option<&'s Atom> {
        match (condition, holds) {
            (Condition::Compare(atom), _) => {
                self.steps = self.steps.checked_sub(facts.cost(atom, holds))?;
                (!facts.add(atom, holds)).then_some(atom)
            }
            (Condition::Not(part), _) => self.add(part, !holds, facts, choices),
            (Condition::All(parts), true) | (Condition::Any(parts), false) => parts
                .iter()
                .find_map(|part| self.add(part, holds, facts, choices)),
            (Condition::All(parts) | Condition::Any(parts), _) => {
                match &parts[..] {
                    [only] => return self.add(only, holds, facts, choices),
                    _ => choices.push((parts, holds)),
                }
                None
            }
        }
    }

    /// A comparison, if none of these conditions can be as one of them must.
    fn none_of(
        &mut self,
        parts: &'s [Condition],
        holds: bool,
        facts: &Facts<'s>,
    ) -> Option<&'s Atom> {
        let mut first = None;
        for part in parts {
            self.steps = self.steps.checked_sub(facts.size())?;
            let contradiction = self.among(&[(part, holds)], facts.clone())?;
            first = first.or(Some(contradiction));
        }
        first
    }
}
