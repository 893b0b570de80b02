//! [`ConvertError`]: why a set was not converted.

use std::fmt;
use std::sync::Arc;

use crate::policy::problem::PolicyError;
use crate::policy::reading::wording::quoted;

/// Why a policy set was not converted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConvertError {
    /// The set is refused as it is.
    Refused(PolicyError),
    /// The set is written in language 2 already.
    Language2,
    /// There is a governance file, and language 2 has none yet.
    Governance,
    /// An action declares a field `type` and keeps it out of records. Language 2 can't declare it, so that records
    /// would show it.
    SensitiveType {
        /// The action.
        action: Arc<str>,
    },
    /// The reader of language 2 refuses what was written: it is too large.
    Unreadable(PolicyError),
}

impl fmt::Display for ConvertError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(_) => f.write_str("the policy set is refused as it is"),
            Self::Language2 => f.write_str("the policy set is written in language 2 already"),
            Self::Governance => f.write_str(
                "language 2 has no governance file yet, so what this one demands of the rules would no longer be checked",
            ),
            Self::SensitiveType { action } => write!(
                f,
                "the action {} keeps its field `type` out of records, and language 2 can't declare a field of that name: rename \
                 it in the schema and in the program",
                quoted(action)
            ),
            Self::Unreadable(_) => f.write_str("the reader of language 2 refuses the converted set"),
        }
    }
}

impl std::error::Error for ConvertError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Refused(error) | Self::Unreadable(error) => Some(error),
            Self::Language2 | Self::Governance | Self::SensitiveType { .. } => None,
        }
    }
}
