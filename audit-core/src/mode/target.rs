//! [`ModeTarget`]: what a mode is set for.

use std::fmt;

use crate::value::Text;
use crate::word::one_line;

/// What a mode is set for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ModeTarget {
    /// Every action that has no override of its own.
    Everything,
    /// The action of this type.
    Action(Text<'static>),
    /// The rule of this identifier, in every call it judges.
    Rule(Text<'static>),
}

impl ModeTarget {
    /// The action of this type.
    pub fn action(kind: impl Into<String>) -> Self {
        Self::Action(Text::from(kind.into()))
    }

    /// The rule of this identifier.
    pub fn rule(id: impl Into<String>) -> Self {
        Self::Rule(Text::from(id.into()))
    }

    /// The word for it in events: `everything`, `action` or `rule`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Everything => "everything",
            Self::Action(_) => "action",
            Self::Rule(_) => "rule",
        }
    }

    /// The action's type or the rule's identifier.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Everything => None,
            Self::Action(name) | Self::Rule(name) => Some(name),
        }
    }
}

impl fmt::Display for ModeTarget {
    /// As messages name it: `everything`, ``action `refund` ``, ``rule `block_large` ``.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())?;
        match self.name() {
            Some(name) => write!(f, " `{}`", one_line(name)),
            None => Ok(()),
        }
    }
}
