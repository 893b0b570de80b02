//! Which of the attributes is being expanded.

use std::fmt;

/// The attribute, printed as its user writes it: `#[audit]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Audit,
    Admit,
    Component,
    Subscribe,
    Runnable,
    Requires,
    Provides,
    Activate,
    Deactivate,
    Health,
}

/// Those that judge a call.
pub(crate) const JUDGES: &[Kind] = &[Kind::Audit, Kind::Admit];

/// Those that say inside an impl block with `#[component]` what a function is for.
pub(crate) const MARKS: &[Kind] = &[
    Kind::Subscribe,
    Kind::Runnable,
    Kind::Requires,
    Kind::Provides,
    Kind::Activate,
    Kind::Deactivate,
    Kind::Health,
];

impl Kind {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Audit => "audit",
            Self::Admit => "admit",
            Self::Component => "component",
            Self::Subscribe => "subscribe",
            Self::Runnable => "runnable",
            Self::Requires => "requires",
            Self::Provides => "provides",
            Self::Activate => "activate",
            Self::Deactivate => "deactivate",
            Self::Health => "health",
        }
    }

    pub(crate) fn is_judge(self) -> bool {
        JUDGES.contains(&self)
    }

    /// How its user writes it, with the one thing that it can't do without.
    pub(crate) fn example(self) -> String {
        let word = self.word();
        match self {
            Self::Component => format!("`#[{word}(\"accounts\")]`"),
            Self::Subscribe => format!("`#[{word}(\"account.*\")]`"),
            Self::Runnable => format!("`#[{word}(\"transfer\")]`"),
            _ => self.to_string(),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "`#[{}]`", self.word())
    }
}
