//! [`Health`]: how a component does.

use std::fmt;

/// How a component does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// It does what it should.
    Healthy,
    /// It does less than it should, and says what.
    Degraded(String),
    /// It does not do what it should, and says why.
    Failed(String),
}

impl Health {
    /// Whether it does what it should.
    pub fn is_healthy(&self) -> bool {
        matches!(self, Self::Healthy)
    }

    /// The worse of two.
    #[must_use]
    pub fn worse(self, other: Self) -> Self {
        match (&self, &other) {
            (Self::Failed(_), _) | (_, Self::Healthy) | (Self::Degraded(_), Self::Degraded(_)) => {
                self
            }
            _ => other,
        }
    }
}

impl fmt::Display for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Healthy => f.write_str("healthy"),
            Self::Degraded(what) => write!(f, "degraded: {what}"),
            Self::Failed(why) => write!(f, "failed: {why}"),
        }
    }
}
