//! [`RuleTrace`]: what one rule compared, and what came of it.

mod comparison;
mod condition;

use serde::Serialize;

use crate::decision::{Effect, Mode, Severity};
use crate::value::Text;
use crate::word::named;

pub use comparison::{Comparison, Truth};
pub use condition::ConditionTrace;

named! {
    /// What became of a rule.
    #[non_exhaustive]
    RuleOutcome as "rule outcome" {
        /// It matched first and decided.
        Decided = "decided",
        /// It matches too, but an earlier rule had decided, or nobody can say which rule decides.
        AlsoMatches = "also_matches",
        /// It does not match.
        NoMatch = "no_match",
        /// Nobody can say whether it matches, and if it did it could change the effect: the decision is indeterminate.
        Undecided = "undecided",
        /// Nobody can say whether it matches, and the effect does not depend on it.
        Unknown = "unknown",
        /// It matches, in shadow, and the effect were another one had it been enforced.
        WouldDecide = "would_decide",
        /// It matches, in shadow, and would change nothing.
        InShadow = "in_shadow",
        /// It is off.
        Off = "off",
        /// Its time is over.
        Expired = "expired",
    }
}

/// What one rule compared, and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RuleTrace {
    /// The rule's identifier.
    pub rule: Text<'static>,
    /// Which calls it judges: `action refund`, `actor alice` or `global`.
    pub scope: String,
    /// What it says if it matches.
    pub effect: Effect,
    /// What became of it.
    pub outcome: RuleOutcome,
    /// Where it stands in its file, from 1; 0 if unknown.
    pub line: u32,
    /// Its condition.
    pub condition: ConditionTrace,
    /// The mode in which it was asked, where rules have modes of their own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<Mode>,
    /// The mode that it says itself, or that was set for it while the program runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own_mode: Option<Mode>,
    /// Whether this call is among those for which it has its mode, if there are others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rolled_out: Option<bool>,
    /// Its words for the caller that is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text<'static>>,
    /// How bad it is that it decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// Whom to ask about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Text<'static>>,
    /// What it belongs to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Text<'static>>,
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
            mode: None,
            own_mode: None,
            rolled_out: None,
            reason: None,
            severity: None,
            owner: None,
            tags: Vec::new(),
        }
    }

    /// Whether the rule matches: its condition holds, and it takes part.
    pub fn matches(&self) -> bool {
        let takes_part = !matches!(self.outcome, RuleOutcome::Off | RuleOutcome::Expired);
        takes_part && self.condition.holds()
    }
}
