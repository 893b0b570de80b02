//! [`Slot`]: one thing that a case says, under a key of its own or in a column of its table.

use audit_core::Place;

use super::yaml::Node;
use crate::mistake::{Mistake, did_you_mean, listed, quoted};

/// The first word of every expectation in a column.
const EXPECT: &str = "expect";

/// One thing that a case says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Slot<'n> {
    Name,
    Part(Part),
    Tenant,
    Resource,
    Mode,
    Clock,
    /// Whether it means what the schema does not declare.
    Undeclared,
    /// A field of a part, or what lies inside one: `action.amount`, `snapshot.limits.daily`.
    Field(Part, &'n str),
    Expect(Expected),
}

/// What a request is made of and fixtures are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Part {
    Action,
    Actor,
    Snapshot,
}

/// What a case can expect of an answer, in the order in which differences are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Expected {
    Effect,
    Rule,
    Would,
    WouldRule,
    Missing,
    Indeterminate,
    Reason,
    Severity,
    Mode,
}

/// Something said, and where.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Said<'n> {
    pub(crate) slot: Slot<'n>,
    /// Where its key or column is.
    pub(crate) place: Place,
    pub(crate) node: &'n Node,
}

/// The keys of a case that are columns too, `name` among them.
const SLOTS: [(&str, Slot<'static>); 9] = [
    ("name", Slot::Name),
    ("action", Slot::Part(Part::Action)),
    ("actor", Slot::Part(Part::Actor)),
    ("snapshot", Slot::Part(Part::Snapshot)),
    ("tenant", Slot::Tenant),
    ("resource", Slot::Resource),
    ("mode", Slot::Mode),
    ("clock", Slot::Clock),
    ("undeclared", Slot::Undeclared),
];

impl<'n> Slot<'n> {
    /// Every key of a case that is a column too.
    pub(crate) fn words() -> impl Iterator<Item = &'static str> {
        SLOTS.iter().map(|(word, _)| *word)
    }

    /// By the key of a case.
    pub(crate) fn of_key(word: &str) -> Option<Slot<'static>> {
        SLOTS
            .iter()
            .find(|(known, _)| *known == word)
            .map(|(_, slot)| *slot)
    }

    /// By the head of a column.
    pub(crate) fn of_column(word: &'n str, place: Place) -> Result<Self, Mistake> {
        if let Some(slot) = Slot::of_key(word) {
            return Ok(slot);
        }
        let unknown = || {
            let words = Self::words();
            let columns = words.chain(["action.FIELD", "actor.FIELD", "snapshot.FIELD"]);
            let columns = columns.chain(["expect.KEY"]);
            let message = format!(
                "unknown column {}, expected one of {}",
                quoted(word),
                listed(columns)
            );
            Mistake::at(place, message).helped(meant_column(word))
        };
        let (first, rest) = word.split_once('.').ok_or_else(unknown)?;
        match Slot::of_key(first) {
            Some(Slot::Part(_)) if rest.split('.').any(str::is_empty) => {
                let message = format!("the column {} names no field", quoted(word));
                Err(Mistake::at(place, message))
            }
            Some(Slot::Part(part)) => Ok(Self::Field(part, rest)),
            _ if first == EXPECT => Expected::of_word(rest, place).map(Self::Expect),
            _ => Err(unknown()),
        }
    }

    /// Whether it changes what another slot says, and so comes after it.
    pub(crate) const fn comes_after(self) -> bool {
        matches!(self, Self::Field(..))
    }
}

/// The column that a misspelled one was meant to be: only its first word may be known here.
fn meant_column(word: &str) -> Option<String> {
    let Some((first, rest)) = word.split_once('.') else {
        return did_you_mean(word, Slot::words());
    };
    let firsts = [Part::Action, Part::Actor, Part::Snapshot].map(Part::as_str);
    let whole = firsts
        .into_iter()
        .chain([EXPECT])
        .find(|known| did_you_mean(first, [*known]).is_some())?;
    Some(format!(
        "did you mean {}?",
        quoted(&format!("{whole}.{rest}"))
    ))
}

impl Part {
    /// The word used in files and messages.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Action => "action",
            Self::Actor => "actor",
            Self::Snapshot => "snapshot",
        }
    }
}

impl Expected {
    /// Every expectation.
    const ALL: [Self; 9] = [
        Self::Effect,
        Self::Rule,
        Self::Would,
        Self::WouldRule,
        Self::Missing,
        Self::Indeterminate,
        Self::Reason,
        Self::Severity,
        Self::Mode,
    ];

    /// The word used in files and messages.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Effect => "effect",
            Self::Rule => "rule",
            Self::Would => "would",
            Self::WouldRule => "would_rule",
            Self::Missing => "missing",
            Self::Indeterminate => "indeterminate",
            Self::Reason => "reason",
            Self::Severity => "severity",
            Self::Mode => "mode",
        }
    }

    /// By its word.
    pub(crate) fn of_word(word: &str, place: Place) -> Result<Self, Mistake> {
        let words = || Self::ALL.iter().map(|expected| expected.as_str());
        Self::ALL
            .into_iter()
            .find(|expected| expected.as_str() == word)
            .ok_or_else(|| {
                let message = format!(
                    "unknown expectation {}, expected one of {}",
                    quoted(word),
                    listed(words())
                );
                Mistake::at(place, message).helped(did_you_mean(word, words()))
            })
    }
}
