//! The long way through the rules: every candidate with every comparison, for a person to read.
//!
//! `order` says in which order rules decide, `standing` which part each takes, `condition` what its comparisons come
//! to, `shown` how the policy's own side of one reads, `outcome` what became of it. The answer is found here a second
//! time, from what was traced. `unanswered` looks at calls that could not be judged.

mod condition;
mod order;
mod outcome;
mod shown;
mod standing;
mod unanswered;

use std::sync::Arc;

use crate::evaluator::{ConditionTrace, RuleOutcome, RuleTrace};
use crate::request::Request;
use crate::value::Text;

use super::model::{Language, PolicySet, Rule, RuleScope};
use super::program::Overrides;

use outcome::{Part, outcomes};
use standing::{Position, position};

pub(super) use unanswered::could_enforce;

/// Every rule that can judge the request, in the order in which they decide.
pub(super) fn trace(
    set: &PolicySet,
    overrides: &Overrides,
    request: &Request<'_>,
) -> Vec<RuleTrace> {
    let candidates: Vec<Candidate<'_>> = order::candidates(set, request)
        .into_iter()
        .map(|rule| Candidate {
            rule,
            position: position(set, overrides, request, rule),
            condition: condition::of_rule(set, request, rule),
        })
        .collect();
    let parts: Vec<Part> = candidates.iter().map(Candidate::part).collect();
    let outcomes = outcomes(&parts, set.settings.default, request.mode);
    candidates
        .into_iter()
        .zip(outcomes)
        .map(|(candidate, outcome)| candidate.trace(set.language, outcome))
        .collect()
}

/// A rule that can judge the request, and all that its outcome depends on.
struct Candidate<'s> {
    rule: &'s Rule,
    position: Position,
    condition: ConditionTrace,
}

impl Candidate<'_> {
    fn part(&self) -> Part {
        Part {
            effect: self.rule.effect,
            standing: self.position.standing,
            truth: self.condition.truth(),
        }
    }

    fn trace(self, language: Language, outcome: RuleOutcome) -> RuleTrace {
        let Self {
            rule,
            position,
            condition,
        } = self;
        let owned = |text: &Arc<str>| Text::from(text).into_owned();
        let notes = &rule.notes;
        RuleTrace {
            line: rule.line,
            mode: (language == Language::Audit2).then_some(position.mode),
            own_mode: position.own_mode,
            rolled_out: position.rolled_out,
            reason: notes.reason.as_ref().map(owned),
            severity: notes.severity,
            owner: notes.owner.as_ref().map(owned),
            tags: notes.tags.iter().map(owned).collect(),
            ..RuleTrace::new(
                owned(&rule.id),
                scope(&rule.scope),
                rule.effect,
                outcome,
                condition,
            )
        }
    }
}

/// A scope in words: `action refund`, `actions refund, payout, actor alice`.
fn scope(scope: &RuleScope) -> String {
    let named = |word: &str, names: &[Arc<str>]| match names {
        [] => None,
        [name] => Some(format!("{word} {name}")),
        names => Some(format!("{word}s {}", names.join(", "))),
    };
    match scope {
        RuleScope::Action(action) => format!("action {action}"),
        RuleScope::Actor(actor) => format!("actor {actor}"),
        RuleScope::Global => "global".to_owned(),
        RuleScope::Named { actions, actors } => [named("action", actions), named("actor", actors)]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(", "),
    }
}
