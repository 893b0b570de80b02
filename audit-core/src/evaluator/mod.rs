//! The door to a policy engine: anything that answers a [`Request`] with a [`Verdict`].

mod modes;
mod trace;
mod verdict;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::decision::{Mode, PolicyInfo};
use crate::redaction::Classification;
use crate::request::Request;

pub use modes::{ModeSettings, RuleMode};
pub use trace::{Comparison, ConditionTrace, RuleOutcome, RuleTrace, Truth};
pub use verdict::{EvaluateError, Verdict};

/// A policy decision point: pure, answers a request with a verdict.
///
/// An evaluator never does anything: no input or output, no clock, no state that an answer depends on.
/// An error or a panic makes the decision indeterminate; it never reaches the judged call.
///
/// An annotated function captures the arguments that [`Evaluator::action_fields`] names. An evaluator without it, such as
/// the one below, sees only arguments that the attribute itself names with `fields(..)`.
///
/// ```
/// use audit_core::{Effect, EvaluateError, Evaluator, PolicyInfo, Request, Verdict};
///
/// /// Nobody does anything at night.
/// #[derive(Debug)]
/// struct OfficeHours;
///
/// impl Evaluator for OfficeHours {
///     fn evaluate<'e>(&'e self, request: &Request<'_>) -> Result<Verdict<'e>, EvaluateError> {
///         match request.snapshot.get("hour").and_then(|hour| hour.as_f64()) {
///             None => Err(EvaluateError::new("the snapshot has no number `hour`")),
///             Some(hour) if (8.0..18.0).contains(&hour) => Ok(Verdict::by_default(Effect::Allow)),
///             Some(_) => Ok(Verdict::by_rule("night", Effect::Block)),
///         }
///     }
///
///     fn info(&self) -> PolicyInfo {
///         PolicyInfo::default()
///     }
/// }
/// ```
pub trait Evaluator: Send + Sync + 'static {
    /// Answers one request.
    ///
    /// # Errors
    /// Where the engine can't answer; the decision is then indeterminate.
    fn evaluate<'e>(&'e self, request: &Request<'_>) -> Result<Verdict<'e>, EvaluateError>;

    /// Which policy this is: goes into every decision.
    fn info(&self) -> PolicyInfo;

    /// The fields that the schema declares for an action: arguments of an annotated function with these names are
    /// captured, others are neither judged nor recorded. `None`, where there is no schema or it does not know the action:
    /// no argument is captured unless the attribute names it with `fields(..)`.
    fn action_fields(&self, _action: &str) -> Option<&[Arc<str>]> {
        None
    }

    /// Every part of the system's state that the schema declares, by name; `None` where there is no schema.
    fn snapshot_fields(&self) -> Option<Vec<Arc<str>>> {
        None
    }

    /// Every action that the schema declares, by name; `None` where there is no schema. Annotated functions whose
    /// action is not among them are reported when their runtime is installed.
    fn declared_actions(&self) -> Option<Vec<Arc<str>>> {
        None
    }

    /// Every rule, by identifier; `None` where the engine can't say. A mode is set for no rule that is not among them.
    fn declared_rules(&self) -> Option<Vec<Arc<str>>> {
        None
    }

    /// Which fields must be kept out of records, and how. Asked once, when the evaluator is put in place; it still
    /// judges by the values as they are. An evaluator that hands on to another one hands this on too.
    fn classification(&self) -> Classification {
        Classification::nothing()
    }

    /// Which modes the policy itself names: for everything, for actions, for rules. Asked once, when the evaluator is put
    /// in place.
    fn modes(&self) -> ModeSettings {
        ModeSettings::default()
    }

    /// The same policy with these rules in these modes, whatever it says of them itself: how a mode is overridden while
    /// the program runs. `None` where rules have no modes.
    fn with_rule_modes(&self, _overrides: &BTreeMap<Arc<str>, Mode>) -> Option<Arc<dyn Evaluator>> {
        None
    }

    /// Whether an indeterminate decision lets an admitted call run: `on_error: allow`.
    fn allows_indeterminate(&self) -> bool {
        false
    }

    /// Whether a rule that is enforced although the call is not (see [`Verdict::mode`]) could refuse this request. Asked
    /// where the call could not be judged, because a resolver or the evaluator failed: if so, an admitted call is refused
    /// as in mode `enforce`. What failed, and what comes after it, the request lacks.
    fn could_enforce(&self, _request: &Request<'_>) -> bool {
        false
    }

    /// Every rule that can judge this request, in the order in which they are asked, with the values it
    /// compares. `None` where the engine can't say.
    fn trace(&self, _request: &Request<'_>) -> Option<Vec<RuleTrace>> {
        None
    }
}
