//! [`RuleTrace`]: what one rule compared, and what came of it.

use std::fmt;

use serde::Serialize;

use crate::decision::Effect;
use crate::redaction::Redaction;
use crate::value::{Text, Value};
use crate::word::named;

named! {
    /// What became of a rule.
    #[non_exhaustive]
    RuleOutcome as "rule outcome" {
        /// It matched first and decided.
        Decided = "decided",
        /// It matches too, but an earlier rule had decided.
        AlsoMatches = "also_matches",
        /// It does not match.
        NoMatch = "no_match",
    }
}

named! {
    /// What became of a comparison.
    #[non_exhaustive]
    Truth as "truth" {
        /// It holds.
        True = "true",
        /// It does not hold.
        False = "false",
        /// A side is not there, so it does not hold.
        Missing = "missing",
        /// The sides can't be compared, so it does not hold.
        TypeMismatch = "type_mismatch",
    }
}

/// What one rule compared, and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RuleTrace {
    /// The rule's identifier.
    pub rule: Text<'static>,
    /// Which calls it judges: `action refund` or `global`.
    pub scope: String,
    /// What it says if it matches.
    pub effect: Effect,
    /// What became of it.
    pub outcome: RuleOutcome,
    /// Where it stands in its file, from 1; 0 if unknown.
    pub line: u32,
    /// Its condition.
    pub condition: ConditionTrace,
}

impl RuleTrace {
    /// A rule of an engine of your own.
    pub fn new(
        rule: impl Into<Text<'static>>,
        scope: impl Into<String>,
        effect: Effect,
        outcome: RuleOutcome,
        condition: ConditionTrace,
    ) -> Self {
        Self {
            rule: rule.into(),
            scope: scope.into(),
            effect,
            outcome,
            line: 0,
            condition,
        }
    }
}

/// What became of a condition and its parts.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ConditionTrace {
    /// Every part must hold.
    All(Vec<ConditionTrace>),
    /// One part must hold.
    Any(Vec<ConditionTrace>),
    /// One comparison.
    Compare(Comparison),
}

impl ConditionTrace {
    /// Whether the condition holds.
    pub fn holds(&self) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(Self::holds),
            Self::Any(parts) => parts.iter().any(Self::holds),
            Self::Compare(comparison) => comparison.truth == Truth::True,
        }
    }
}

/// One comparison with the values it met.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Comparison {
    /// The field on the left, `domain.field`.
    pub subject: Text<'static>,
    /// The value it had; `None` if it was not there.
    pub found: Option<Value<'static>>,
    /// The operator's word.
    pub operator: Text<'static>,
    /// The field on the right, `domain.field`, if it is not a literal.
    pub other: Option<Text<'static>>,
    /// The value on the right; `None` if it was not there.
    pub expected: Option<Value<'static>>,
    /// What became of it.
    pub truth: Truth,
    /// How both values are kept out of the record, if one of the fields is redacted: what stands above are then no
    /// values, and `None` also stands for one that is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redacted: Option<Redaction>,
}

impl Comparison {
    /// A comparison with a value written in the policy.
    pub fn with_literal(
        subject: impl Into<Text<'static>>,
        found: Option<Value<'static>>,
        operator: impl Into<Text<'static>>,
        expected: Value<'static>,
        truth: Truth,
    ) -> Self {
        Self {
            subject: subject.into(),
            found,
            operator: operator.into(),
            other: None,
            expected: Some(expected),
            truth,
            redacted: None,
        }
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let absent = match self.redacted {
            Some(Redaction::Drop) => "redacted",
            _ => "missing",
        };
        write_side(f, &self.subject, self.found.as_ref(), absent)?;
        write!(f, " {} ", self.operator)?;
        match (&self.other, &self.expected) {
            (Some(field), value) => write_side(f, field, value.as_ref(), absent)?,
            (None, Some(value)) => write!(f, "{value}")?,
            (None, None) if self.redacted.is_some() => f.write_str("(redacted)")?,
            (None, None) => f.write_str("nothing")?,
        }
        write!(f, ": {}", self.truth)
    }
}

/// A field with the value it had, or the word for one that is not shown.
fn write_side(
    f: &mut fmt::Formatter<'_>,
    field: &str,
    value: Option<&Value<'_>>,
    absent: &str,
) -> fmt::Result {
    match value {
        Some(value) => write!(f, "{field} ({value})"),
        None => write!(f, "{field} ({absent})"),
    }
}
