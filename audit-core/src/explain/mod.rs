//! [`Explanation`]: why a request gets the answer it gets.

mod rule;

use std::fmt;

use serde::Serialize;

use crate::decision::Decision;
use crate::evaluator::RuleTrace;
use crate::redaction::Redacted;
use crate::request::{Action, Actor, Snapshot};
use crate::word::one_line;

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
    /// Every rule that can judge the request, in the order in which they decide.
    pub rules: Vec<RuleTrace>,
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decision = &self.decision;
        let action = self.action.kind().unwrap_or("(no action type)");
        write!(f, "{}: {}", one_line(action), decision.effect)?;
        match (&decision.error, &decision.matched_rule) {
            (Some(error), _) => writeln!(f, ", indeterminate: {error}")?,
            (None, Some(rule)) => writeln!(f, " by rule {rule:?}")?,
            (None, None) if self.rules.iter().any(RuleTrace::matches) => {
                writeln!(f, " by default, as no rule that is enforced matches")?;
            }
            (None, None) => writeln!(f, " by default, as no rule matches")?,
        }
        if let Some(reason) = &decision.reason {
            writeln!(f, "  reason: {}", one_line(reason))?;
        }
        if let Some(severity) = decision.severity {
            writeln!(f, "  severity: {severity}")?;
        }
        if let Some(would) = decision.would {
            write!(f, "  would: {would}")?;
            if let Some(rule) = &decision.would_rule {
                write!(f, ", were rule {rule:?} enforced")?;
            }
            writeln!(f)?;
        }
        if !decision.missing.is_empty() {
            let missing = decision.missing.join(", ");
            writeln!(f, "  missing: {}", missing.escape_debug())?;
        }
        for (place, redacted) in self.redacted.iter().enumerate() {
            let before = if place == 0 { "  redacted: " } else { ", " };
            write!(f, "{before}{} ({})", one_line(&redacted.path), redacted.how)?;
        }
        if !self.redacted.is_empty() {
            writeln!(f)?;
        }
        self.rules
            .iter()
            .try_for_each(|rule| rule::write(f, rule, decision))
    }
}

/// Whether nothing was redacted.
fn is_empty(redacted: &Redacted) -> bool {
    redacted.is_empty()
}
