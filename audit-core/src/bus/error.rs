//! What keeps an operation from being done.

use std::fmt;
use std::time::Duration;

use crate::clock::EventId;
use crate::executor::SpawnError;
use crate::recorder::RecordError;
use crate::runtime::BoxError;

use super::event::PayloadError;
use super::policy::{Operation, Rule};
use super::subscribe_error::ended;

/// What is said where there is no bus.
const NO_BUS: &str = "there is no bus here: use a handle, or `audit_core::bus::install` one first";

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
    /// The identifier of the operation's event, by which its record is found; nothing where nobody wants to know of it.
    pub id: Option<EventId>,
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            caller,
            operation,
            target,
            rule,
            id,
        } = self;
        let (caller, target) = (caller.escape_debug(), target.escape_debug());
        write!(
            f,
            "`{caller}` may not {} `{target}`, by rule `{rule}`",
            operation.as_str()
        )?;
        match id {
            Some(id) => write!(f, " (operation {id})"),
            None => Ok(()),
        }
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

fn full(f: &mut fmt::Formatter<'_>, most: usize) -> fmt::Result {
    write!(
        f,
        "the bus's queue is full: {most} wait in it, which is its bound"
    )
}

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

/// A runnable that can't be registered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegisterError {
    /// The name is taken.
    Taken {
        /// The name.
        name: String,
        /// Who is invoked by it.
        owner: String,
    },
    /// It has a time-out, and the bus's executor has no timer.
    NoTimer {
        /// The name.
        name: String,
    },
    /// Names that begin with two underscores are the bus's own.
    Reserved {
        /// The name.
        name: String,
    },
    /// Whoever registers has ended: a component, or a bridge.
    Ended {
        /// Who.
        caller: String,
    },
}

impl fmt::Display for RegisterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Taken { name, owner } => write!(
                f,
                "`{}` is taken: `{}` is invoked by it",
                name.escape_debug(),
                owner.escape_debug()
            ),
            Self::NoTimer { name } => write!(
                f,
                "`{}` has a time-out, and the bus's executor has no timer",
                name.escape_debug()
            ),
            Self::Reserved { name } => write!(
                f,
                "`{}` can't be registered: names that begin with `__` are the bus's own",
                name.escape_debug()
            ),
            Self::Ended { caller } => ended(f, caller),
        }
    }
}

impl std::error::Error for RegisterError {}
