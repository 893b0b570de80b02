//! [`PublishError`]: why an event is not published.

use std::fmt;

use crate::executor::SpawnError;
use crate::recorder::RecordError;

use super::denied::Denied;
use super::{NO_BUS, full};

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
    /// One publication led to so many others in its handlers, in what these published, and so on.
    TooMany {
        /// How many it may lead to.
        most: u64,
        /// How deep they may be.
        deep: u16,
    },
    /// Its record is to be on disk first, and is not.
    Unrecordable(RecordError),
    /// The bus is closed.
    Closed,
    /// The queue of what is published without waiting is full.
    Full {
        /// How many may wait in it.
        most: usize,
    },
    /// The bus's executor takes no task.
    NotRun(SpawnError),
    /// It would have to wait on a thread that runs tasks.
    InTask,
    /// There is no bus here.
    NoBus,
}

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
            Self::TooMany { most, deep } => write!(
                f,
                "one publication led to more than {most} others in its handlers, most likely without end: {most} are the bound, and {deep} deep"
            ),
            Self::Unrecordable(_) => {
                f.write_str("the record of the publication is to be on disk first, and is not")
            }
            Self::Closed => f.write_str("the bus is closed"),
            Self::Full { most } => full(f, *most),
            Self::NotRun(_) => f.write_str("there is no task to publish it"),
            Self::InTask => f.write_str(
                "`publish_blocking` would keep a thread waiting that runs tasks: use `publish(..).await`",
            ),
            Self::NoBus => f.write_str(NO_BUS),
        }
    }
}

impl std::error::Error for PublishError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unrecordable(error) => Some(error),
            Self::NotRun(error) => Some(error),
            _ => None,
        }
    }
}
