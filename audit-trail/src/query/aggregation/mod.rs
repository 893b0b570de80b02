//! [`Aggregation`]: how many records there are of what, over time, and what they took.

mod samples;
mod tally;

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::candidate::Candidate;
use super::parse::unknown;
use super::question::Query;

pub use self::samples::Latency;
pub use self::tally::{Counter, Group, Tally};

/// How many records there are of what, over time, and what they took.
///
/// ```
/// use std::time::Duration;
/// use audit_core::EventKind;
/// use audit_trail::{Aggregation, Dimension, Query};
/// let by_effect = Aggregation::new(Query::new().kind(EventKind::Decision))
///     .by(Dimension::Effect)
///     .every(Duration::from_secs(60))
///     .with_latency();
/// # let _ = by_effect;
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Aggregation {
    pub(crate) query: Query,
    pub(crate) by: Vec<Dimension>,
    pub(crate) bucket: Option<Duration>,
    pub(crate) has_latency: bool,
    pub(crate) top: Option<usize>,
}

impl Aggregation {
    /// The most groups that are counted at once, those of `top` and the rest together.
    pub const MAX_GROUPS: usize = 1_000_000;

    /// The number of records that a query asks for, in one group. Its order does not matter.
    pub fn new(query: Query) -> Self {
        Self {
            query,
            by: Vec::new(),
            bucket: None,
            has_latency: false,
            top: None,
        }
    }

    /// A group for each value of this, within the groups so far.
    #[must_use]
    pub fn by(mut self, dimension: Dimension) -> Self {
        if !self.by.contains(&dimension) {
            self.by.push(dimension);
        }
        self
    }

    /// A group for each span of time of this length, counted from the start of 1970, UTC.
    #[must_use]
    pub fn every(mut self, bucket: Duration) -> Self {
        self.bucket = Some(bucket);
        self
    }

    /// With quantiles of what deciding took, or the call.
    #[must_use]
    pub fn with_latency(mut self) -> Self {
        self.has_latency = true;
        self
    }

    /// Only so many groups, those with most records over all times; the others are counted as one.
    #[must_use]
    pub fn top(mut self, groups: usize) -> Self {
        self.top = Some(groups);
        self
    }

    /// Which records are counted.
    pub fn query(&self) -> &Query {
        &self.query
    }

    /// What the groups stand for, in the order of [`Group::keys`].
    pub fn dimensions(&self) -> &[Dimension] {
        &self.by
    }
}

/// What records can be counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dimension {
    /// What kind of fact they state.
    Kind,
    /// What happened.
    Name,
    /// The type of the action.
    Action,
    /// Who acted.
    Actor,
    /// For which tenant.
    Tenant,
    /// The object it was done to.
    Resource,
    /// What the policy answered.
    Effect,
    /// The rule that decided.
    Rule,
    /// What became of it; `open` where the call has not ended yet.
    Outcome,
    /// What was done with the answer.
    Mode,
}

impl Dimension {
    const ALL: [Self; 10] = [
        Self::Kind,
        Self::Name,
        Self::Action,
        Self::Actor,
        Self::Tenant,
        Self::Resource,
        Self::Effect,
        Self::Rule,
        Self::Outcome,
        Self::Mode,
    ];

    /// The word it is called by, that of a query's key.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Name => "name",
            Self::Action => "action",
            Self::Actor => "actor",
            Self::Tenant => "tenant",
            Self::Resource => "resource",
            Self::Effect => "effect",
            Self::Rule => "rule",
            Self::Outcome => "outcome",
            Self::Mode => "mode",
        }
    }

    /// What a record is counted by; none where it has no such part.
    pub fn value_of<'r>(self, record: &Candidate<'r>) -> Option<&'r str> {
        let columns = record.columns;
        match self {
            Self::Kind => Some(columns.kind.as_str()),
            Self::Name => Some(&columns.name),
            Self::Action => columns.is_action.then_some(&*columns.name),
            Self::Actor => columns.actor.as_deref(),
            Self::Tenant => columns.tenant.as_deref(),
            Self::Resource => columns.resource.as_deref(),
            Self::Effect => columns.effect.as_deref(),
            Self::Rule => columns.rule.as_deref(),
            Self::Outcome if record.is_open => Some("open"),
            Self::Outcome => record.outcome,
            Self::Mode => columns.mode.as_deref(),
        }
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A word that names nothing that records can be counted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownDimension {
    message: String,
}

impl fmt::Display for UnknownDimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for UnknownDimension {}

impl FromStr for Dimension {
    type Err = UnknownDimension;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let mut all = Self::ALL.into_iter();
        all.find(|dimension| dimension.as_str() == word)
            .ok_or_else(|| UnknownDimension {
                message: unknown("dimension", word, &Self::ALL.map(Self::as_str)),
            })
    }
}
