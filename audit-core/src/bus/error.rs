//! What keeps an operation from being done.

use std::fmt;

use crate::recorder::RecordError;

use super::policy::{Operation, Rule};

/// An event that was not published.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PublishError {
    /// The policy of the caller denies it.
    Denied(Denied),
    /// Names that begin with two underscores are the bus's own.
    Reserved {
        /// The name.
        name: String,
    },
    /// A handler published in a handler, and so on, so many times.
    TooDeep {
        /// How many times it may be.
        most: u16,
    },
    /// Its record is to be on disk first, and is not.
    Unrecordable(RecordError),
    /// The bus is closed.
    Closed,
    /// The queue is full.
    Full,
    /// It would have to wait on a thread that runs tasks.
    InTask,
}

/// An operation that the policy of its caller denies.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Denied {
    /// Who asked: a component's instance, `host` or `anonymous`.
    pub caller: String,
    /// What for.
    pub operation: Operation,
    /// The name of an event or of a runnable.
    pub target: String,
    /// The part of the policy that denies it.
    pub rule: Rule,
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            caller,
            operation,
            target,
            rule,
        } = self;
        let (caller, target) = (caller.escape_debug(), target.escape_debug());
        write!(
            f,
            "`{caller}` may not {} `{target}`, by rule `{rule}`",
            operation.as_str()
        )
    }
}

impl std::error::Error for Denied {}

impl fmt::Display for PublishError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Denied(denied) => denied.fmt(f),
            Self::Reserved { name } => write!(
                f,
                "`{}` can't be published: names that begin with `__` are the bus's own",
                name.escape_debug()
            ),
            Self::TooDeep { most } => write!(
                f,
                "handlers publish within handlers more than {most} deep, most likely without end"
            ),
            Self::Unrecordable(_) => {
                f.write_str("the record of the publication is to be on disk first, and is not")
            }
            Self::Closed => f.write_str("the bus is closed"),
            Self::Full => f.write_str("the bus's queue is full"),
            Self::InTask => f.write_str(
                "`publish_blocking` would keep a thread waiting that runs tasks: use `publish(..).await`",
            ),
        }
    }
}

impl std::error::Error for PublishError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unrecordable(error) => Some(error),
            _ => None,
        }
    }
}
