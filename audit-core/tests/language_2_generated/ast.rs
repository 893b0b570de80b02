//! A policy set and a request as the generator means them: what the YAML says, without having been read from it.

use audit_core::{Action, Actor, Effect, Fields, Mode, Severity};

/// The type of a value that is neither a list nor a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Scalar {
    Text,
    Boolean,
    Integer,
    Decimal,
    Number,
    Time,
}

/// The type of a field.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    One(Scalar),
    List(Scalar),
    Map(Vec<Field>),
}

/// A declared field.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) optional: bool,
    pub(crate) nullable: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Schema {
    pub(crate) actions: Vec<(&'static str, Vec<Field>)>,
    pub(crate) actor: Vec<Field>,
    pub(crate) snapshot: Vec<Field>,
}

/// A field that a rule reads: its domain, then its names from the outside in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Path {
    pub(crate) domain: &'static str,
    pub(crate) names: Vec<&'static str>,
}

/// A value written in a rule.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Literal {
    Text(&'static str),
    Boolean(bool),
    Whole(i128),
    /// Its digits.
    Decimal(&'static str),
    Number(f64),
    /// As it is spelled.
    Time(&'static str),
    Null,
}

/// A time of day.
#[derive(Clone, Debug)]
pub(crate) struct Window {
    pub(crate) from: &'static str,
    pub(crate) to: &'static str,
    pub(crate) zone: &'static str,
    /// Monday is 0; `None`: every day.
    pub(crate) days: Option<Vec<u8>>,
}

/// What a field is held against.
#[derive(Clone, Debug)]
pub(crate) enum Right {
    Literal(Literal),
    Field(Path),
    List(Vec<Literal>),
    /// Networks for `in_cidr`.
    Networks(Vec<&'static str>),
    /// A pattern or a regular expression.
    Pattern(String),
    Window(Window),
    /// For `exists`; `None`: nothing is written.
    There(Option<bool>),
}

#[derive(Clone, Debug)]
pub(crate) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Compare(Path, &'static str, Right),
}

#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) id: String,
    /// Without actions and actors: global.
    pub(crate) actions: Vec<&'static str>,
    pub(crate) actors: Vec<&'static str>,
    pub(crate) when: Option<Condition>,
    pub(crate) effect: Effect,
    pub(crate) reason: Option<&'static str>,
    pub(crate) severity: Option<Severity>,
    pub(crate) owner: Option<&'static str>,
    pub(crate) tags: Vec<&'static str>,
    pub(crate) mode: Option<Mode>,
    /// The percentage as it is spelled, and what is divided by, if not the actor's `id`.
    pub(crate) rollout: Option<(&'static str, Option<Path>)>,
    pub(crate) expires: Option<&'static str>,
}

#[derive(Clone, Debug)]
pub(crate) struct Policy {
    pub(crate) schema: Schema,
    pub(crate) block_overrides: bool,
    pub(crate) default: Effect,
    /// `on_missing`: the word, if it says one.
    pub(crate) on_missing: Option<&'static str>,
    pub(crate) on_error: Option<&'static str>,
    pub(crate) mode: Option<Mode>,
    pub(crate) modes: Vec<(&'static str, Mode)>,
    pub(crate) rules: Vec<Rule>,
}

/// One request, and the modes that were set while the program runs.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) action: Action<'static>,
    pub(crate) actor: Actor<'static>,
    pub(crate) snapshot: Fields<'static>,
    pub(crate) tenant: Option<&'static str>,
    pub(crate) time: Option<&'static str>,
    pub(crate) mode: Mode,
    pub(crate) overridden: bool,
    pub(crate) rule_modes: Vec<(String, Mode)>,
}

impl Scalar {
    pub(crate) const ALL: [Self; 6] = [
        Self::Text,
        Self::Boolean,
        Self::Integer,
        Self::Decimal,
        Self::Number,
        Self::Time,
    ];

    /// The word of the schema.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Text => "string",
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Number => "number",
            Self::Time => "timestamp",
        }
    }
}

impl Path {
    pub(crate) fn new(domain: &'static str, names: &[&'static str]) -> Self {
        Self {
            domain,
            names: names.to_vec(),
        }
    }

    /// As decisions write it.
    pub(crate) fn written(&self) -> String {
        format!("{}.{}", self.domain, self.names.join("."))
    }
}

impl Condition {
    /// Every comparison in it.
    pub(crate) fn comparisons(&self) -> Vec<&Self> {
        match self {
            Self::All(parts) | Self::Any(parts) => {
                parts.iter().flat_map(Self::comparisons).collect()
            }
            Self::Not(part) => part.comparisons(),
            Self::Compare(..) => vec![self],
        }
    }
}
