//! [`Explanation`]: why a request gets the answer it gets.

use std::fmt;

use serde::Serialize;

use crate::decision::Decision;
use crate::evaluator::{ConditionTrace, RuleOutcome, RuleTrace};
use crate::redaction::Redacted;
use crate::request::{Action, Actor, Snapshot};

/// Why a request gets the answer it gets: the decision, what it was made from, and every rule that was
/// asked. Text through `Display`, JSON through serde.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// The decision, made by the very path that a call takes.
    pub decision: Decision<'static>,
    /// What was to be done.
    pub action: Action<'static>,
    /// The object it was to be done to.
    pub resource: Option<String>,
    /// Who would have acted.
    pub actor: Actor<'static>,
    /// The state of the system.
    pub snapshot: Snapshot<'static>,
    /// Which parts of action, actor and snapshot were redacted, and how.
    #[serde(skip_serializing_if = "is_empty")]
    pub redacted: Redacted,
    /// Every rule that can judge the request, in the order in which they are asked.
    pub rules: Vec<RuleTrace>,
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decision = &self.decision;
        let action = self.action.kind().unwrap_or("(no action type)");
        write!(f, "{}: {}", action.escape_debug(), decision.effect)?;
        match (&decision.error, &decision.matched_rule) {
            (Some(error), _) => writeln!(f, ", indeterminate: {error}")?,
            (None, Some(rule)) => writeln!(f, " by rule {rule:?}")?,
            (None, None) => writeln!(f, " by default, as no rule matches")?,
        }
        if let Some(reason) = &decision.reason {
            writeln!(f, "  reason: {}", reason.escape_debug())?;
        }
        if !decision.missing.is_empty() {
            writeln!(f, "  missing: {}", decision.missing.join(", "))?;
        }
        for (place, redacted) in self.redacted.iter().enumerate() {
            let before = if place == 0 { "  redacted: " } else { ", " };
            write!(
                f,
                "{before}{} ({})",
                redacted.path.escape_debug(),
                redacted.how
            )?;
        }
        if !self.redacted.is_empty() {
            writeln!(f)?;
        }
        self.rules.iter().try_for_each(|rule| write_rule(f, rule))
    }
}

/// Whether nothing was redacted.
fn is_empty(redacted: &Redacted) -> bool {
    redacted.is_empty()
}

fn write_rule(f: &mut fmt::Formatter<'_>, rule: &RuleTrace) -> fmt::Result {
    let outcome = match rule.outcome {
        RuleOutcome::Decided => "decided",
        RuleOutcome::AlsoMatches => "matches too, after the rule that decided",
        RuleOutcome::NoMatch => "does not match",
    };
    write!(f, "  {:?} ({}, {}", rule.rule, rule.scope, rule.effect)?;
    if rule.line > 0 {
        write!(f, ", line {}", rule.line)?;
    }
    writeln!(f, "): {outcome}")?;
    write_condition(f, &rule.condition, 2)
}

/// Writes one condition, indented by two spaces a level.
fn write_condition(
    f: &mut fmt::Formatter<'_>,
    condition: &ConditionTrace,
    level: usize,
) -> fmt::Result {
    let indent = level * 2;
    let (word, parts) = match condition {
        ConditionTrace::Compare(comparison) => return writeln!(f, "{:indent$}{comparison}", ""),
        ConditionTrace::All(parts) => ("all", parts),
        ConditionTrace::Any(parts) => ("any", parts),
    };
    writeln!(f, "{:indent$}{word}: {}", "", condition.holds())?;
    parts
        .iter()
        .try_for_each(|part| write_condition(f, part, level + 1))
}
