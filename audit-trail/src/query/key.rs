//! [`Key`]: what stands before the colon of a term.

use std::fmt;
use std::str::FromStr;

/// What stands before the colon of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Key {
    Kind,
    Name,
    Actor,
    Tenant,
    Action,
    Resource,
    Effect,
    Rule,
    Outcome,
    Mode,
    Id,
    Call,
    Field,
    Seq,
    Since,
    Until,
    Took,
    Order,
}

impl Key {
    /// Every key, in the order of canonical text.
    pub(crate) const ALL: [Self; 18] = [
        Self::Kind,
        Self::Name,
        Self::Actor,
        Self::Tenant,
        Self::Action,
        Self::Resource,
        Self::Effect,
        Self::Rule,
        Self::Outcome,
        Self::Mode,
        Self::Id,
        Self::Call,
        Self::Field,
        Self::Seq,
        Self::Since,
        Self::Until,
        Self::Took,
        Self::Order,
    ];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Name => "name",
            Self::Actor => "actor",
            Self::Tenant => "tenant",
            Self::Action => "action",
            Self::Resource => "resource",
            Self::Effect => "effect",
            Self::Rule => "rule",
            Self::Outcome => "outcome",
            Self::Mode => "mode",
            Self::Id => "id",
            Self::Call => "call",
            Self::Field => "field",
            Self::Seq => "seq",
            Self::Since => "since",
            Self::Until => "until",
            Self::Took => "took",
            Self::Order => "order",
        }
    }

    /// Whether several terms of this key are one choice, and whether it can be negated.
    pub(crate) const fn is_choice(self) -> bool {
        !matches!(
            self,
            Self::Seq | Self::Since | Self::Until | Self::Took | Self::Order
        )
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Key {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|key| key.as_str() == word)
            .ok_or(())
    }
}
