//! What keeps an assembly from being what it should.

use std::fmt;
use std::time::Duration;

use crate::bus::RegisterError;
use crate::runtime::BoxError;

use super::order::Disorder;

/// Components that could not be started or ended.
#[derive(Debug)]
#[non_exhaustive]
pub enum AssemblyError {
    /// They can't be brought into an order, or lack a service: everything that is amiss.
    Disorder(Vec<Disorder>),
    /// One could not be started. What had started before it has ended again.
    Start {
        /// The instance.
        instance: String,
        /// Why.
        error: BoxError,
    },
    /// One of its names is taken.
    Name {
        /// The instance.
        instance: String,
        /// Which.
        error: RegisterError,
    },
    /// One was not done in time with what it had begun, or with its end.
    TooLong {
        /// The instance.
        instance: String,
        /// How long was waited for it.
        after: Duration,
    },
    /// One failed while it ended. It has ended all the same.
    Stop {
        /// The instance.
        instance: String,
        /// Why.
        error: BoxError,
    },
    /// There is no such instance.
    Unknown {
        /// The instance.
        instance: String,
    },
    /// Others depend on it.
    Needed {
        /// The instance.
        instance: String,
        /// Those who do.
        by: Vec<String>,
    },
    /// The assembly has ended.
    Ended,
}

impl fmt::Display for AssemblyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = |name: &str| name.escape_debug().to_string();
        match self {
            Self::Disorder(all) => {
                for (number, one) in all.iter().enumerate() {
                    let separator = if number == 0 { "" } else { "; " };
                    write!(f, "{separator}{one}")?;
                }
                Ok(())
            }
            Self::Start { instance, .. } | Self::Name { instance, .. } => {
                write!(f, "component `{}` can't be started", quoted(instance))
            }
            Self::TooLong { instance, after } => write!(
                f,
                "component `{}` was not done within {after:?}",
                quoted(instance)
            ),
            Self::Stop { instance, .. } => {
                write!(f, "component `{}` failed while it ended", quoted(instance))
            }
            Self::Unknown { instance } => {
                write!(f, "there is no component `{}`", quoted(instance))
            }
            Self::Needed { instance, by } => {
                let by: Vec<String> = by.iter().map(|name| quoted(name)).collect();
                write!(
                    f,
                    "component `{}` can't go: `{}` depends on it",
                    quoted(instance),
                    by.join("`, `")
                )
            }
            Self::Ended => f.write_str("the assembly has ended"),
        }
    }
}

impl std::error::Error for AssemblyError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Start { error, .. } | Self::Stop { error, .. } => Some(&**error),
            Self::Name { error, .. } => Some(error),
            _ => None,
        }
    }
}
