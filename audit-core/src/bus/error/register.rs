//! [`RegisterError`]: why nobody is invoked by a name.

use std::fmt;

use super::ended;

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
