//! [`Verdict`]: an evaluator's bare answer.

use std::fmt;

use crate::decision::{Effect, Missing};
use crate::value::Text;

/// An evaluator's bare answer. Texts are borrowed from the evaluator.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Verdict<'e> {
    /// What the policy says.
    pub effect: Effect,
    /// The rule that decided; `None` where the default did.
    pub matched_rule: Option<Text<'e>>,
    /// The policy's own words for the caller.
    pub reason: Option<Text<'e>>,
    /// Fields that the rules asked for and the request did not have, written `domain.field`.
    pub missing: Missing<'e>,
}

impl<'e> Verdict<'e> {
    /// The answer of one rule.
    #[inline]
    pub fn by_rule(rule: impl Into<Text<'e>>, effect: Effect) -> Self {
        Self {
            effect,
            matched_rule: Some(rule.into()),
            reason: None,
            missing: Missing::default(),
        }
    }

    /// The answer where no rule matched.
    #[inline]
    pub fn by_default(effect: Effect) -> Self {
        Self {
            effect,
            matched_rule: None,
            reason: None,
            missing: Missing::default(),
        }
    }

    /// This answer with words for the caller.
    #[must_use]
    pub fn because(mut self, reason: impl Into<Text<'e>>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// This answer with the fields that were asked for and not there.
    #[inline]
    #[must_use]
    pub fn with_missing(mut self, missing: Missing<'e>) -> Self {
        self.missing = missing;
        self
    }
}

/// Why an evaluator could not answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvaluateError(String);

impl EvaluateError {
    /// With this message: one line, lower case, no final stop. It is recorded, so it must hold no secret.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for EvaluateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for EvaluateError {}
