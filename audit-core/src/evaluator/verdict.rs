//! [`Verdict`]: an evaluator's bare answer.

use std::fmt;

use crate::decision::{Effect, FailureKind, Missing, Mode, Severity};
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
    /// How bad it is that the rule decided, if it says so.
    pub severity: Option<Severity>,
    /// The mode in which the rule decided, if that is another than the call's (see [`Request::mode`]). `off` says nothing,
    /// as what is off does not decide; beside an `error`, one below the call's says nothing.
    ///
    /// [`Request::mode`]: crate::Request::mode
    pub mode: Option<Mode>,
    /// The effect had a rule in shadow been enforced too, where that differs.
    pub would: Option<Effect>,
    /// That rule.
    pub would_rule: Option<Text<'e>>,
    /// Why the answer is none: the decision is then indeterminate, whatever effect, rule, reason and `would` say.
    pub error: Option<EvaluateError>,
}

impl<'e> Verdict<'e> {
    /// The answer of one rule.
    #[inline]
    pub fn by_rule(rule: impl Into<Text<'e>>, effect: Effect) -> Self {
        let mut verdict = Self::by_default(effect);
        verdict.matched_rule = Some(rule.into());
        verdict
    }

    /// The answer where no rule matched.
    #[inline]
    pub fn by_default(effect: Effect) -> Self {
        Self {
            effect,
            matched_rule: None,
            reason: None,
            missing: Missing::default(),
            severity: None,
            mode: None,
            would: None,
            would_rule: None,
            error: None,
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
// Boxed, as it is part of every verdict and mostly not there.
pub struct EvaluateError(Box<Inability>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Inability {
    message: String,
    kind: FailureKind,
}

impl EvaluateError {
    /// With this message: one line, lower case, no final stop. It is recorded, so it must hold no secret.
    pub fn new(message: impl Into<String>) -> Self {
        Self::of_kind(FailureKind::Failed, message)
    }

    /// With this message, in this way.
    pub fn of_kind(kind: FailureKind, message: impl Into<String>) -> Self {
        let message = message.into();
        Self(Box::new(Inability { message, kind }))
    }

    /// In which way it could not.
    pub fn kind(&self) -> FailureKind {
        self.0.kind
    }
}

impl fmt::Display for EvaluateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for EvaluateError {}
