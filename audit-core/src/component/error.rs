//! What keeps an assembly from being what it should.

use std::fmt;
use std::time::Duration;

use crate::bus::RegisterError;
use crate::executor::SpawnError;
use crate::runtime::BoxError;

use super::disorder::Disorder;

/// Components that could not be started or ended.
#[derive(Debug)]
#[non_exhaustive]
pub enum AssemblyError {
    /// Something is amiss with them before any starts, with names, needs, policies or the timer: all of it.
    Disorder(Vec<Disorder>),
    /// One could not be started: it can't be made, failed or panicked while it started, or could not be given what it asks for.
    Start {
        /// The instance.
        instance: String,
        /// Why.
        error: BoxError,
    },
    /// One could not be started: a runnable of its can't be registered.
    Name {
        /// The instance.
        instance: String,
        /// Which, and why.
        error: RegisterError,
    },
    /// One could not be started: the services that it has are not those that its facts name.
    Services {
        /// The instance.
        instance: String,
        /// Those that are named and that it does not have, without paths.
        missing: Vec<String>,
        /// Those that it has and that are not named, without paths.
        undeclared: Vec<String>,
    },
    /// One could not be started yet: others that it needs have not.
    Waiting {
        /// The instance.
        instance: String,
        /// The components and services.
        missing: Vec<String>,
    },
    /// One was not done in time with what it had begun, or with its end.
    TooLong {
        /// The instance.
        instance: String,
        /// How long was waited for it.
        after: Duration,
        /// What was under way: runnables, patterns and work in the background by name, or `deactivate`.
        under_way: Vec<String>,
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
    /// The bus's executor does not look after them again and again, as was asked for.
    Check(SpawnError),
    /// Code of one that is being started or ended asked for a change, or waited for somebody who did: it would wait for itself.
    Busy {
        /// The instance.
        instance: String,
    },
    /// The assembly has ended, or ends: nothing starts any more.
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
            Self::Services {
                instance,
                missing,
                undeclared,
            } => {
                write!(f, "component `{}` can't be started:", quoted(instance))?;
                if !missing.is_empty() {
                    let missing = missing.join("`, `");
                    write!(f, " it is to provide `{missing}` and does not")?;
                }
                if !undeclared.is_empty() {
                    let separator = if missing.is_empty() { "" } else { ";" };
                    let undeclared = undeclared.join("`, `");
                    write!(
                        f,
                        "{separator} it provides `{undeclared}`, which its facts do not name"
                    )?;
                }
                Ok(())
            }
            Self::Waiting { instance, missing } => {
                let missing: Vec<String> = missing.iter().map(|name| quoted(name)).collect();
                let (instance, missing) = (quoted(instance), missing.join("`, `"));
                write!(f, "component `{instance}` waits for `{missing}`")
            }
            Self::TooLong {
                instance,
                after,
                under_way,
            } => {
                let under_way: Vec<String> = under_way.iter().map(|name| quoted(name)).collect();
                let (instance, under_way) = (quoted(instance), under_way.join("`, `"));
                write!(
                    f,
                    "component `{instance}` was not done within {after:?}: `{under_way}` is under way"
                )
            }
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
            Self::Busy { instance } => write!(
                f,
                "component `{}` is being started or ended: until that is done its own code can't change the assembly",
                quoted(instance)
            ),
            Self::Check(_) => f.write_str("the components can't be checked again and again"),
            Self::Ended => f.write_str("the assembly has ended"),
        }
    }
}

impl std::error::Error for AssemblyError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Start { error, .. } | Self::Stop { error, .. } => Some(&**error),
            Self::Name { error, .. } => Some(error),
            Self::Check(error) => Some(error),
            _ => None,
        }
    }
}
