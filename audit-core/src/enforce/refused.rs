//! [`Refused`]: what the caller of an admitted function gets instead of its result.

use std::fmt;
use std::io;

use crate::clock::EventId;
use crate::decision::{Decision, DecisionError, Effect};
use crate::recorder::RecordErrorKind;
use crate::site::AnnotatedSite;
use crate::word::one_line;

/// Why an admitted function did not run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Refusal {
    /// Policy blocks it.
    Blocked,
    /// Policy wants it approved first.
    ApprovalRequired,
    /// Policy could not be asked, or could not answer.
    Indeterminate,
    /// No runtime is in force.
    NotInstalled,
    /// Policy lets it run, but the record of that decision can't be kept.
    Unrecordable,
}

/// What the caller of an admitted function gets instead of its result: which action, why, by which rule, and the
/// identifier under which the decision is recorded. It shows no value of the call.
///
/// ```
/// use audit_core::{Refusal, Refused};
///
/// #[derive(Debug)]
/// enum AppError {
///     Forbidden(String),
///     ApprovalNeeded { rule: Option<String> },
/// }
///
/// impl From<Refused> for AppError {
///     fn from(refused: Refused) -> Self {
///         match refused.refusal() {
///             Refusal::ApprovalRequired => Self::ApprovalNeeded { rule: refused.rule().map(str::to_owned) },
///             _ => Self::Forbidden(refused.to_string()),
///         }
///     }
/// }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Refused(Box<Denial>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Denial {
    action_type: String,
    refusal: Refusal,
    rule: Option<String>,
    reason: Option<String>,
    decision: Option<EventId>,
    /// Which step could not be carried out. What it said may hold values, so it stays in the record.
    step: Option<String>,
}

impl Refused {
    /// What a decision says that was not obeyed by running.
    #[cold]
    pub(crate) fn by(decision: &Decision<'_>, action_type: &str) -> Self {
        let refusal = match (&decision.error, decision.effect) {
            (Some(_), _) => Refusal::Indeterminate,
            (None, Effect::RequireApproval) => Refusal::ApprovalRequired,
            (None, _) => Refusal::Blocked,
        };
        Self(Box::new(Denial {
            action_type: action_type.to_owned(),
            refusal,
            rule: decision.matched_rule.as_deref().map(str::to_owned),
            reason: decision.reason.as_deref().map(str::to_owned),
            decision: Some(decision.id),
            step: decision.error.as_ref().map(step),
        }))
    }

    /// There is nobody to ask.
    #[cold]
    pub(crate) fn not_installed(site: &AnnotatedSite) -> Self {
        Self::undecided(site, Refusal::NotInstalled, None)
    }

    /// Asking failed in a way that left no decision.
    #[cold]
    pub(crate) fn failed(site: &AnnotatedSite, error: Option<&DecisionError>) -> Self {
        Self::undecided(site, Refusal::Indeterminate, error.map(step))
    }

    /// What is decided can't be recorded.
    #[cold]
    pub(crate) fn unrecordable(action_type: &str, decision: EventId, why: RecordErrorKind) -> Self {
        Self(Box::new(Denial {
            action_type: action_type.to_owned(),
            refusal: Refusal::Unrecordable,
            rule: None,
            reason: Some(in_words(why).to_owned()),
            decision: Some(decision),
            step: None,
        }))
    }

    fn undecided(site: &AnnotatedSite, refusal: Refusal, step: Option<String>) -> Self {
        Self(Box::new(Denial {
            action_type: site.action.unwrap_or(site.function).to_owned(),
            refusal,
            rule: None,
            reason: None,
            decision: None,
            step,
        }))
    }

    /// The action's type.
    pub fn action_type(&self) -> &str {
        &self.0.action_type
    }

    /// Why the function did not run.
    pub fn refusal(&self) -> Refusal {
        self.0.refusal
    }

    /// The rule that decided, if one did.
    pub fn rule(&self) -> Option<&str> {
        self.0.rule.as_deref()
    }

    /// The policy's own words for the caller; of a decision that can't be recorded, why not.
    pub fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// The decision's identifier, under which it is recorded if it can be; `None` where nobody could be asked.
    pub fn decision(&self) -> Option<EventId> {
        self.0.decision
    }
}

/// Why nothing is recorded, in words. What the recorder said may name files, so it stays in the log.
const fn in_words(why: RecordErrorKind) -> &'static str {
    match why {
        RecordErrorKind::Absent => "no recorder is set",
        RecordErrorKind::Full => "the recorder's queue is full",
        RecordErrorKind::TimedOut => "the record was not kept in time",
        RecordErrorKind::Closed => "the recorder is closed",
        RecordErrorKind::Failed => "the recorder failed",
    }
}

/// The step that could not be carried out, in words.
fn step(error: &DecisionError) -> String {
    format!("step `{}` {}", error.stage, error.kind)
}

impl fmt::Debug for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refused")
            .field("action_type", &self.0.action_type)
            .field("refusal", &self.0.refusal)
            .field("rule", &self.0.rule)
            .field("decision", &self.0.decision)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let denial = &*self.0;
        let action = one_line(&denial.action_type);
        match denial.refusal {
            Refusal::Blocked => write!(f, "action `{action}` is blocked")?,
            Refusal::ApprovalRequired => write!(f, "action `{action}` needs approval")?,
            Refusal::Indeterminate => {
                write!(f, "action `{action}` is refused as policy could not answer")?;
            }
            Refusal::NotInstalled => write!(
                f,
                "action `{action}` is refused as no runtime is in force: call `audit_core::install` first"
            )?,
            Refusal::Unrecordable => {
                write!(
                    f,
                    "action `{action}` is refused as its decision can't be recorded"
                )?;
            }
        }
        if let Some(rule) = &denial.rule {
            write!(f, " by rule `{}`", one_line(rule))?;
        }
        let because = denial.reason.as_ref().or(denial.step.as_ref());
        if let Some(because) = because {
            write!(f, ": {}", one_line(because))?;
        }
        match denial.decision {
            Some(decision) => write!(f, " (decision {decision})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Refused {}

impl From<Refused> for io::Error {
    /// As an error of kind [`io::ErrorKind::PermissionDenied`].
    fn from(refused: Refused) -> Self {
        Self::new(io::ErrorKind::PermissionDenied, refused)
    }
}

/// A return type that can carry a refusal: any `Result` whose error can be made from [`Refused`], and types of
/// your own.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't carry a refusal",
    label = "an admitted function returns this when it is refused",
    note = "a `Result` can if its error implements `From<audit_core::Refused>`, another type if it implements `audit_core::FromRefused`; or name a function with `on_refuse = path`"
)]
pub trait FromRefused {
    /// The value that says so.
    fn from_refused(refused: Refused) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T, E: From<Refused>> FromRefused for Result<T, E> {
    fn from_refused(refused: Refused) -> Self {
        Err(E::from(refused))
    }
}
