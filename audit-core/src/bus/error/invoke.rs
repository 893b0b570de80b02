//! [`InvokeError`]: why a call has no answer.

use std::fmt;
use std::time::Duration;

use crate::bus::event::PayloadError;
use crate::executor::SpawnError;
use crate::recorder::RecordError;
use crate::runtime::BoxError;

use super::denied::Denied;
use super::{NO_BUS, full};

/// A call without an answer.
#[derive(Debug)]
#[non_exhaustive]
pub enum InvokeError {
    /// The policy of the caller denies it.
    Denied(Denied),
    /// Nobody has the name.
    NoHandler {
        /// The name.
        target: String,
    },
    /// Whoever acts does not have the role that is required.
    Role {
        /// The name.
        target: String,
        /// The role.
        role: String,
    },
    /// Handlers call within handlers so many times.
    TooDeep {
        /// How many times they may.
        most: u16,
    },
    /// Its record is to be on disk first, and is not.
    Unrecordable(RecordError),
    /// It took too long.
    Timeout {
        /// The name.
        target: String,
        /// How long it might take.
        after: Duration,
    },
    /// The parameters do not fit.
    Params {
        /// The name.
        target: String,
        /// Why.
        error: PayloadError,
    },
    /// The answer has no form in JSON, or not the one that was asked for.
    Answer {
        /// The name.
        target: String,
        /// Why.
        error: PayloadError,
    },
    /// The handler failed.
    Failed {
        /// The name.
        target: String,
        /// As the handler says.
        error: BoxError,
    },
    /// The handler panicked.
    Panicked {
        /// The name.
        target: String,
        /// What the panic says.
        panic: String,
    },
    /// The queue of what is invoked without waiting is full.
    Full {
        /// How many may wait in it.
        most: usize,
    },
    /// The bus's executor has no thread or task for it.
    NotRun {
        /// The name.
        target: String,
        /// Why.
        error: SpawnError,
    },
    /// The bus is closed.
    Closed,
    /// It would have to wait on a thread that runs tasks.
    InTask,
    /// There is no bus here.
    NoBus,
}

impl fmt::Display for InvokeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = |target: &str| target.escape_debug().to_string();
        match self {
            Self::Denied(denied) => denied.fmt(f),
            Self::NoHandler { target } => {
                write!(f, "nobody can be invoked as `{}`", quoted(target))
            }
            Self::Role { target, role } => write!(
                f,
                "`{}` requires the role `{}`, which whoever acts does not have",
                quoted(target),
                quoted(role)
            ),
            Self::TooDeep { most } => write!(
                f,
                "handlers call within handlers more than {most} deep, most likely without end"
            ),
            Self::Unrecordable(_) => {
                f.write_str("the record of the call is to be on disk first, and is not")
            }
            Self::Timeout { target, after } => {
                write!(f, "`{}` took longer than {after:?}", quoted(target))
            }
            Self::Params { target, .. } => {
                write!(f, "the parameters of `{}` do not fit", quoted(target))
            }
            Self::Answer { target, .. } => write!(
                f,
                "the answer of `{}` is not what was asked for",
                quoted(target)
            ),
            Self::Failed { target, .. } => write!(f, "`{}` failed", quoted(target)),
            Self::Panicked { target, panic } => {
                write!(f, "`{}` panicked: {panic}", quoted(target))
            }
            Self::Full { most } => full(f, *most),
            Self::NotRun { target, .. } => write!(f, "`{}` can't be run", quoted(target)),
            Self::Closed => f.write_str("the bus is closed"),
            Self::InTask => f.write_str(
                "`invoke_blocking` would keep a thread waiting that runs tasks: use `invoke(..).await`",
            ),
            Self::NoBus => f.write_str(NO_BUS),
        }
    }
}

impl std::error::Error for InvokeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unrecordable(error) => Some(error),
            Self::Params { error, .. } | Self::Answer { error, .. } => Some(error),
            Self::Failed { error, .. } => Some(&**error),
            Self::NotRun { error, .. } => Some(error),
            _ => None,
        }
    }
}
