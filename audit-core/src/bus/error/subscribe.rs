//! [`SubscribeError`]: why somebody is not subscribed.

use std::fmt;

use crate::pattern::PatternError;

use super::ended;

/// A subscription that can't be made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SubscribeError {
    /// The pattern is too long.
    Pattern(PatternError),
    /// Whoever subscribes has ended: a component, or a bridge.
    Ended {
        /// Who.
        caller: String,
    },
}

impl From<PatternError> for SubscribeError {
    fn from(error: PatternError) -> Self {
        Self::Pattern(error)
    }
}

impl fmt::Display for SubscribeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pattern(error) => error.fmt(f),
            Self::Ended { caller } => ended(f, caller),
        }
    }
}

impl std::error::Error for SubscribeError {}
