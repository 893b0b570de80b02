//! [`ModeError`]: why a mode is not set, or not taken away.

use std::fmt;

use crate::word::{nearest, one_line};

/// Why a mode is not set, or not taken away.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ModeError {
    /// The policy in place has no such rule.
    UnknownRule {
        /// The rule.
        rule: String,
        /// The rule that was most likely meant.
        nearest: Option<String>,
    },
    /// No schema and no annotated function has such an action.
    UnknownAction {
        /// The action's type.
        action: String,
        /// The action that was most likely meant.
        nearest: Option<String>,
    },
    /// Rules of the policy in place can't have a mode of their own.
    NoRuleModes {
        /// The rule.
        rule: String,
    },
    /// The evaluator panicked when it was asked to give the rule this mode.
    Evaluator {
        /// The rule.
        rule: String,
        /// What the panic said.
        message: String,
    },
}

impl ModeError {
    pub(super) fn unknown_rule(rule: String, nearest: Option<String>) -> Self {
        Self::UnknownRule { rule, nearest }
    }

    pub(super) fn unknown_action(action: String, nearest: Option<String>) -> Self {
        Self::UnknownAction { action, nearest }
    }

    /// Whether a name is among those that are known; if not, the error names the nearest of them.
    pub(super) fn unless_known<'k>(
        name: &str,
        known: impl Iterator<Item = &'k str> + Clone,
        error: fn(String, Option<String>) -> Self,
    ) -> Result<(), Self> {
        if known.clone().any(|known| known == name) {
            return Ok(());
        }
        let nearest = nearest(name, known).map(str::to_owned);
        Err(error(name.to_owned(), nearest))
    }
}

impl fmt::Display for ModeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hint = match self {
            Self::UnknownRule { rule, nearest } => {
                write!(f, "rule `{}` is not in the policy in place", one_line(rule))?;
                nearest
            }
            Self::UnknownAction { action, nearest } => {
                let action = one_line(action);
                write!(
                    f,
                    "action `{action}` is in no schema and on no annotated function"
                )?;
                nearest
            }
            Self::NoRuleModes { rule } => {
                let rule = one_line(rule);
                return write!(
                    f,
                    "rule `{rule}` can't be given a mode: the policy in place has no modes of rules"
                );
            }
            Self::Evaluator { rule, message } => {
                let (rule, message) = (one_line(rule), one_line(message));
                return write!(
                    f,
                    "the evaluator panicked when rule `{rule}` was given a mode: {message}"
                );
            }
        };
        match hint {
            Some(nearest) => write!(f, ": did you mean `{nearest}`?"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ModeError {}
