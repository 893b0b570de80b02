//! One rule of an explanation as text.

use std::fmt;

use crate::decision::Decision;
use crate::evaluator::{ConditionTrace, RuleOutcome, RuleTrace, Truth};
use crate::word::one_line;

/// Writes what became of a rule, and below it its condition.
pub(super) fn write(
    f: &mut fmt::Formatter<'_>,
    rule: &RuleTrace,
    decision: &Decision<'_>,
) -> fmt::Result {
    let scope = rule.scope.escape_debug();
    write!(f, "  {:?} ({scope}, {}", rule.rule, rule.effect)?;
    if let Some(severity) = rule.severity {
        write!(f, ", {severity}")?;
    }
    // A rule in the mode of its call says nothing of it.
    let said = rule.own_mode.is_some() || rule.mode != Some(decision.mode);
    if let Some(mode) = rule.mode.filter(|_| said) {
        write!(f, ", {mode}")?;
    }
    if rule.line > 0 {
        write!(f, ", line {}", rule.line)?;
    }
    write!(f, "): {}", outcome(rule, decision))?;
    if rule.rolled_out == Some(false) {
        f.write_str("; not rolled out to this one")?;
    }
    if let Some(owner) = rule.owner.as_deref().filter(|_| matters(rule.outcome)) {
        write!(f, "; owner: {}", one_line(owner))?;
    }
    writeln!(f)?;
    write_condition(f, &rule.condition, 2)
}

/// What became of a rule, in words.
fn outcome(rule: &RuleTrace, decision: &Decision<'_>) -> &'static str {
    match rule.outcome {
        RuleOutcome::Decided => "decided",
        RuleOutcome::AlsoMatches if decision.is_indeterminate() => {
            "matches, but what comes before it is unknown"
        }
        RuleOutcome::AlsoMatches => "matches too, after the rule that decided",
        RuleOutcome::NoMatch => "does not match",
        RuleOutcome::Undecided => "unknown, and the effect depends on it",
        RuleOutcome::Unknown => "unknown, but the effect does not depend on it",
        RuleOutcome::WouldDecide => "would decide, were it enforced",
        RuleOutcome::InShadow => "matches, in shadow",
        RuleOutcome::Off => "off",
        RuleOutcome::Expired => "expired",
    }
}

/// Whether somebody may want to ask the owner of a rule about its outcome.
fn matters(outcome: RuleOutcome) -> bool {
    use RuleOutcome::{Decided, Undecided, WouldDecide};
    matches!(outcome, Decided | Undecided | WouldDecide)
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
        ConditionTrace::Always => return writeln!(f, "{:indent$}always", ""),
        ConditionTrace::All(parts) => ("all", parts.as_slice()),
        ConditionTrace::Any(parts) => ("any", parts.as_slice()),
        ConditionTrace::Not(part) => ("not", std::slice::from_ref(&**part)),
    };
    let truth = match condition.truth() {
        Truth::True => "true",
        Truth::False => "false",
        _ => "unknown",
    };
    writeln!(f, "{:indent$}{word}: {truth}", "")?;
    parts
        .iter()
        .try_for_each(|part| write_condition(f, part, level + 1))
}
