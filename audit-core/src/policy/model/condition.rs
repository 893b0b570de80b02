//! When a rule matches.

use std::fmt;
use std::sync::Arc;

use ipnet::IpNet;
use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;
use regex::Regex;
use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

use crate::clock::Timestamp;

/// When a rule matches. In version 1 a single atom is an `All` of one, and nothing nests.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Condition {
    /// Every part is true.
    All(Vec<Condition>),
    /// At least one part is true.
    Any(Vec<Condition>),
    /// The part is false.
    Not(Box<Condition>),
    /// One comparison.
    #[serde(untagged)]
    Compare(Atom),
}

/// One comparison.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Atom {
    /// The field on the left.
    pub(crate) subject: FieldRef,
    /// How the two sides are compared.
    pub(crate) operator: Operator,
    /// What the subject is held against.
    pub(crate) operand: Operand,
}

/// A field of one domain.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub(crate) struct FieldRef {
    /// Where the field lives.
    pub(crate) domain: Domain,
    /// Its name.
    pub(crate) field: Arc<str>,
    /// The names of the parts inside it, from the outside in.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(crate) inner: Box<[Arc<str>]>,
}

/// How two sides are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Operator {
    /// Same type and same value.
    Equals,
    /// Same type and another value.
    NotEquals,
    /// Numbers, left above right.
    GreaterThan,
    /// Numbers, left below right.
    LessThan,
    /// Numbers, left at or above right.
    GreaterOrEqual,
    /// Numbers, left at or below right.
    LessOrEqual,
    /// Equal to one of a list.
    In,
    /// Equal to none of a list.
    NotIn,
    /// A list with this item, or a text with this part.
    Contains,
    /// A text with this beginning.
    StartsWith,
    /// A text with this end.
    EndsWith,
    /// A text that fits a pattern as a whole.
    Matches,
    /// A text in which a regular expression is found.
    MatchesRegex,
    /// It is there, or is not.
    Exists,
    /// An address in one of these networks.
    InCidr,
    /// A time before another.
    Before,
    /// A time after another.
    After,
    /// A time of day, on some days.
    Within,
}

/// What the subject of a comparison is held against.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Operand {
    /// A value written in the policy. For `exists`, whether it must be there.
    Literal(Literal),
    /// Another field.
    Field(FieldRef),
    /// Values written in the policy: `in`, `not_in`.
    List(Vec<Literal>),
    /// Networks: `in_cidr`.
    Networks(Vec<IpNetwork>),
    /// A pattern or regular expression: `matches`, `matches_regex`.
    Pattern(Pattern),
    /// A time of day: `within`.
    Window(Window),
}

/// A network, without bits behind its prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct IpNetwork(pub(crate) IpNet);

impl Serialize for IpNetwork {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// A pattern, with what it compiles to.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    /// As it was written.
    pub(crate) source: Arc<str>,
    /// What is searched for in the text.
    pub(crate) regex: Regex,
}

impl Serialize for Pattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.source.serialize(serializer)
    }
}

/// A time of day, on some days.
#[derive(Clone, Debug)]
pub(crate) struct Window {
    /// From this time on.
    pub(crate) from: Time,
    /// Up to this time, which is not inside. Not after `from`: past midnight.
    pub(crate) to: Time,
    /// Whose clock.
    pub(crate) zone: TimeZone,
    /// The days on which it begins, Monday first; all, if it does not say.
    pub(crate) days: Vec<Weekday>,
}

impl Serialize for Window {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Written {
            from: String,
            to: String,
            zone: String,
            days: Vec<i8>,
        }
        Written {
            from: self.from.to_string(),
            to: self.to.to_string(),
            zone: self.zone_name(),
            days: self
                .days
                .iter()
                .map(|day| day.to_monday_one_offset())
                .collect(),
        }
        .serialize(serializer)
    }
}

impl Window {
    /// The zone as files write it.
    pub(crate) fn zone_name(&self) -> String {
        match (self.zone.iana_name(), self.zone.to_fixed_offset()) {
            (Some(name), _) => name.to_owned(),
            (None, Ok(offset)) => offset.to_string(),
            (None, Err(_)) => "UTC".to_owned(),
        }
    }
}

/// A value written in the policy.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub(crate) enum Literal {
    /// Characters.
    Text(Arc<str>),
    /// A binary floating point number; may be infinite or NaN.
    Number(#[serde(serialize_with = "number_bits")] f64),
    /// True or false.
    Boolean(bool),
    /// A whole number from `i64::MIN` to `u64::MAX`.
    Integer(i128),
    /// A decimal number.
    Decimal(#[serde(serialize_with = "decimal_text")] Decimal),
    /// A point in time.
    Timestamp(Timestamp),
    /// Known to be nothing.
    Null,
}

/// Numbers enter the digest by their bits: `-0.0`, NaN and the infinities included.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn number_bits<S: Serializer>(number: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Bits {
        bits: u64,
    }
    Bits {
        bits: number.to_bits(),
    }
    .serialize(serializer)
}

/// Equal decimals enter the digest alike, and no text can be taken for one.
fn decimal_text<S: Serializer>(number: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Written {
        decimal: String,
    }
    Written {
        decimal: number.normalize().to_string(),
    }
    .serialize(serializer)
}

/// The places a field can live in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Domain {
    /// The action that is to be judged.
    Action,
    /// Who acts.
    Actor,
    /// The state of the system.
    Snapshot,
    /// What comes with every request: `time`, `tenant`, `resource`.
    Request,
}

impl Condition {
    /// The comparison, if it is one.
    pub(crate) const fn atom(&self) -> Option<&Atom> {
        match self {
            Self::Compare(atom) => Some(atom),
            _ => None,
        }
    }
}

impl FieldRef {
    /// The name under which rules read the action's type; no data field can take its place.
    pub(crate) const ACTION_TYPE: &'static str = "type";
    /// The name by which scopes and rollouts know who acts.
    pub(crate) const ACTOR_ID: &'static str = "id";

    /// Whether it is the action's type.
    pub(crate) fn is_action_type(&self) -> bool {
        self.domain == Domain::Action && &*self.field == Self::ACTION_TYPE && self.inner.is_empty()
    }

    /// Who acts, as scopes and rollouts know it.
    pub(crate) fn actor_id() -> Self {
        Self::new(Domain::Actor, Self::ACTOR_ID.into())
    }

    /// A field of the first level.
    pub(crate) fn new(domain: Domain, field: Arc<str>) -> Self {
        Self {
            domain,
            field,
            inner: Box::default(),
        }
    }

    /// As rules and messages write it: `domain.field`, with its parts.
    pub(crate) fn path(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for FieldRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.domain.as_str(), self.field)?;
        self.inner.iter().try_for_each(|name| write!(f, ".{name}"))
    }
}

impl Domain {
    /// The word used in files.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Action => "action",
            Self::Actor => "actor",
            Self::Snapshot => "snapshot",
            Self::Request => "request",
        }
    }
}

impl Operator {
    /// The word used in files.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Equals => "equals",
            Self::NotEquals => "not_equals",
            Self::GreaterThan => "greater_than",
            Self::LessThan => "less_than",
            Self::GreaterOrEqual => "greater_or_equal",
            Self::LessOrEqual => "less_or_equal",
            Self::In => "in",
            Self::NotIn => "not_in",
            Self::Contains => "contains",
            Self::StartsWith => "starts_with",
            Self::EndsWith => "ends_with",
            Self::Matches => "matches",
            Self::MatchesRegex => "matches_regex",
            Self::Exists => "exists",
            Self::InCidr => "in_cidr",
            Self::Before => "before",
            Self::After => "after",
            Self::Within => "within",
        }
    }
}
