//! [`AccessRefused`]: why an access is not let through.

use std::error::Error;
use std::fmt;

use crate::value::Text;

use super::super::access::Access;
use super::super::boundary::{BypassError, Operation, Violation};

/// Why an access is not let through. Whatever it is was recorded before.
#[derive(Debug)]
#[non_exhaustive]
pub enum AccessRefused {
    /// It would cross a tenant's boundary.
    Violation(Violation),
    /// The policy denies it.
    Denied {
        /// What was about to be done.
        operation: Operation,
        /// The model, entity or table.
        model: String,
        /// The policy's words.
        reason: Text<'static>,
    },
    /// The bypass it was to go by can't be recorded.
    Bypass(BypassError),
}

impl AccessRefused {
    pub(super) fn denied(access: &Access<'_>, reason: Text<'static>) -> Self {
        Self::Denied {
            operation: access.operation(),
            model: access.model().to_owned(),
            reason,
        }
    }

    /// The violation, if it is one.
    pub fn violation(&self) -> Option<&Violation> {
        match self {
            Self::Violation(violation) => Some(violation),
            _ => None,
        }
    }
}

impl fmt::Display for AccessRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Violation(violation) => violation.fmt(f),
            Self::Denied {
                operation,
                model,
                reason,
            } => write!(f, "`{operation}` of `{model}` is denied: {reason}"),
            Self::Bypass(_) => f.write_str("the bypass can't be used"),
        }
    }
}

impl Error for AccessRefused {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Bypass(error) => Some(error),
            _ => None,
        }
    }
}

impl From<Violation> for AccessRefused {
    fn from(violation: Violation) -> Self {
        Self::Violation(violation)
    }
}
