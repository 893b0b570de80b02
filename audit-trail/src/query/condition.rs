//! [`Condition`]: one thing that a record is asked for.

use std::cmp::Ordering;
use std::fmt;

use audit_core::{Effect, EventId, EventKind, Mode, Status};
use serde_json::Value;

use super::key::Key;
use super::literal::Literal;
use super::path::FieldPath;
use super::pattern::Pattern;

/// One thing that a record is asked for.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Condition {
    /// What kind of fact it states.
    Kind(EventKind),
    /// What happened.
    Name(Pattern),
    /// Who acted.
    Actor(Pattern),
    /// For which tenant.
    Tenant(Pattern),
    /// The type of the action: the name of records that have one.
    Action(Pattern),
    /// The object it was done to.
    Resource(Pattern),
    /// What the policy answered.
    Effect(Effect),
    /// The rule that decided.
    Rule(Pattern),
    /// What became of it; a decision has the outcome of its call, and `unknown` if its process died before.
    Outcome(Status),
    /// It is the decision of a call that has not ended yet.
    Open,
    /// What was done with the answer.
    Mode(Mode),
    /// Its identifier.
    Id(EventId),
    /// The call it belongs to, whose identifier is that of the decision.
    Call(EventId),
    /// Anything else in its JSON.
    Field(FieldPath, Test),
}

/// What the value of a field must be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Test {
    /// There is a value, be it `null`.
    Exists,
    /// This one.
    Equals(Literal),
    /// A text that fits; `*` alone is the same as [`Test::Exists`].
    Like(Pattern),
    /// Less than this.
    Less(Literal),
    /// This or less.
    AtMost(Literal),
    /// More than this.
    More(Literal),
    /// This or more.
    AtLeast(Literal),
}

impl Test {
    /// Whether a field's value passes, or its absence.
    pub(crate) fn passes(&self, value: Option<&Value>) -> bool {
        let Some(value) = value else {
            return false;
        };
        let is = |literal: &Literal, wanted: &[Ordering]| {
            literal
                .order_of(value)
                .is_some_and(|order| wanted.contains(&order))
        };
        match self {
            Self::Exists => true,
            Self::Equals(literal) => literal.equals(value),
            Self::Like(pattern) => value.as_str().is_some_and(|text| pattern.matches(text)),
            Self::Less(literal) => is(literal, &[Ordering::Less]),
            Self::AtMost(literal) => is(literal, &[Ordering::Less, Ordering::Equal]),
            Self::More(literal) => is(literal, &[Ordering::Greater]),
            Self::AtLeast(literal) => is(literal, &[Ordering::Greater, Ordering::Equal]),
        }
    }

    /// Whether it says what a value is, so that several are a choice; bounds hold together.
    pub(crate) const fn is_choice(&self) -> bool {
        matches!(self, Self::Exists | Self::Equals(_) | Self::Like(_))
    }

    /// What stands between path and value.
    pub(crate) const fn sign(&self) -> &'static str {
        match self {
            Self::Exists | Self::Equals(_) | Self::Like(_) => ":",
            Self::Less(_) => "<",
            Self::AtMost(_) => "<=",
            Self::More(_) => ">",
            Self::AtLeast(_) => ">=",
        }
    }
}

impl Condition {
    pub(crate) const fn key(&self) -> Key {
        match self {
            Self::Kind(_) => Key::Kind,
            Self::Name(_) => Key::Name,
            Self::Actor(_) => Key::Actor,
            Self::Tenant(_) => Key::Tenant,
            Self::Action(_) => Key::Action,
            Self::Resource(_) => Key::Resource,
            Self::Effect(_) => Key::Effect,
            Self::Rule(_) => Key::Rule,
            Self::Outcome(_) | Self::Open => Key::Outcome,
            Self::Mode(_) => Key::Mode,
            Self::Id(_) => Key::Id,
            Self::Call(_) => Key::Call,
            Self::Field(..) => Key::Field,
        }
    }

    /// Whether the two are alternatives if both are asked for.
    pub(crate) fn is_beside(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Field(one, test), Self::Field(other, beside)) => {
                one == other && test.is_choice() && beside.is_choice()
            }
            _ => self.key() == other.key(),
        }
    }

    /// Key, path and sign, as they are written before the value.
    pub(crate) fn head(&self) -> String {
        match self {
            Self::Field(path, test) => format!("field.{path}{}", test.sign()),
            _ => format!("{}:", self.key()),
        }
    }

    /// The value, as it is written.
    pub(crate) fn value(&self) -> String {
        match self {
            Self::Kind(kind) => kind.to_string(),
            Self::Name(pattern)
            | Self::Actor(pattern)
            | Self::Tenant(pattern)
            | Self::Action(pattern)
            | Self::Resource(pattern)
            | Self::Rule(pattern) => pattern.to_string(),
            Self::Effect(effect) => effect.to_string(),
            Self::Outcome(status) => status.to_string(),
            Self::Open => "open".to_owned(),
            Self::Mode(mode) => mode.to_string(),
            Self::Id(id) | Self::Call(id) => id.to_string(),
            Self::Field(_, test) => match test {
                Test::Exists => "*".to_owned(),
                Test::Like(pattern) => pattern.to_string(),
                Test::Equals(literal)
                | Test::Less(literal)
                | Test::AtMost(literal)
                | Test::More(literal)
                | Test::AtLeast(literal) => literal.to_string(),
            },
        }
    }

    /// The form that its text is read as: a pattern without wildcards is a literal, one of `*` alone asks for any value.
    pub(crate) fn normal(self) -> Self {
        match self {
            Self::Field(path, Test::Like(pattern)) if pattern.is_everything() => {
                Self::Field(path, Test::Exists)
            }
            Self::Field(path, Test::Like(pattern)) => {
                let exact = pattern.as_exact().map(Literal::from);
                let test = exact.map_or(Test::Like(pattern), Test::Equals);
                Self::Field(path, test)
            }
            other => other,
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.head(), self.value())
    }
}
