//! Which of the attributes is being expanded.

use std::fmt;

/// The attribute, printed as its user writes it: `#[audit]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Audit,
    Admit,
}

impl Kind {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Audit => "audit",
            Self::Admit => "admit",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "`#[{}]`", self.word())
    }
}
