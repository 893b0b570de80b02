//! [`Decision`]: the answer to one request, with everything a reader of the trail needs to know about it.

use std::ops::Deref;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::{EventId, nanoseconds};
use crate::value::Text;

use super::{DecisionError, Effect, Mode, PolicyInfo, Severity};

/// The answer to one request.
///
/// In an event it borrows from the policy that gave it; [`Decision::into_owned`] keeps it for longer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
#[must_use = "a decision that nobody looks at protects nothing"]
pub struct Decision<'a> {
    /// The identifier of this decision.
    pub id: EventId,
    /// What the policy says; `block` where it could not be asked (see `error`), or `allow` if it says
    /// `on_error: allow`.
    pub effect: Effect,
    /// The rule that decided; `None` where the default was used.
    pub matched_rule: Option<Text<'a>>,
    /// How many rules match in all; counted only where explain or recording asks.
    pub match_count: Option<u32>,
    /// Whether no rule matched, so that the policy's default decided. Where the call is off the default is not asked.
    pub default_used: bool,
    /// The policy's own words for the caller, if the rule has any.
    pub reason: Option<Text<'a>>,
    /// Which policy answered.
    pub policy: PolicyInfo,
    /// What the enforcement point does with the answer.
    pub mode: Mode,
    /// Whether the answer is obeyed: true in mode `enforce` alone.
    pub applied: bool,
    /// The effect had a rule in shadow been enforced together with all enforced ones, where that differs.
    pub would: Option<Effect>,
    /// That rule; of several, the first in the order in which rules decide.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub would_rule: Option<Text<'a>>,
    /// How bad it is that the rule decided, if the rule says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// Fields that the rules asked for and the request did not have, written `domain.field`: for the action's
    /// rules those of action, actor and snapshot, then what only the global rules asked for.
    #[serde(default)]
    pub missing: Missing<'a>,
    /// Why the decision is indeterminate, if it is.
    pub error: Option<DecisionError>,
    /// How long resolving and evaluating took. In JSON: nanoseconds.
    #[serde(rename = "duration_ns", with = "nanoseconds")]
    pub duration: Duration,
}

impl Decision<'_> {
    /// Whether the call may run as far as policy is concerned. A decision that could not be made permits nothing,
    /// except where the policy says `on_error: allow`.
    pub fn permits(&self) -> bool {
        self.effect.permits()
    }

    /// Whether policy could not be asked or could not answer.
    pub fn is_indeterminate(&self) -> bool {
        self.error.is_some()
    }

    /// The same decision without a lifetime.
    pub fn into_owned(self) -> Decision<'static> {
        Decision {
            id: self.id,
            effect: self.effect,
            matched_rule: self.matched_rule.map(Text::into_owned),
            match_count: self.match_count,
            default_used: self.default_used,
            reason: self.reason.map(Text::into_owned),
            policy: self.policy,
            mode: self.mode,
            applied: self.applied,
            would: self.would,
            would_rule: self.would_rule.map(Text::into_owned),
            severity: self.severity,
            missing: self.missing.into_owned(),
            error: self.error,
            duration: self.duration,
        }
    }
}

/// Fields that the rules asked for and the request did not have. Takes memory from the heap only if there is
/// one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Missing<'a>(Vec<Text<'a>>);

impl<'a> Missing<'a> {
    /// Adds a path, written `domain.field`.
    pub fn push(&mut self, path: impl Into<Text<'a>>) {
        self.0.push(path.into());
    }

    /// The same paths without a lifetime.
    pub fn into_owned(self) -> Missing<'static> {
        Missing(self.0.into_iter().map(Text::into_owned).collect())
    }
}

impl<'a> Deref for Missing<'a> {
    type Target = [Text<'a>];

    fn deref(&self) -> &[Text<'a>] {
        &self.0
    }
}
