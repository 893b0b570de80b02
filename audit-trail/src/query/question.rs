//! [`Query`]: a question to a trail.

use std::ops::RangeInclusive;
use std::time::Duration;

use audit_core::{Effect, EventId, EventKind, Mode, Status, TenantId, Timestamp};

use super::condition::{Condition, Test};
use super::path::FieldPath;
use super::pattern::Pattern;

/// A question to a trail: what its records are asked for, and in which order they come.
///
/// All that is asked must hold. Several values of one key are a choice: any of them will do, or none of them if they
/// are excluded. Without anything asked, every record is meant.
///
/// ```
/// use audit_core::{Effect, Timestamp};
/// use audit_trail::{Pattern, Query};
/// let now: Timestamp = "2026-11-29T12:00:00Z".parse()?;
/// let built = Query::new()
///     .actor(Pattern::wild("al*"))
///     .action("refund")
///     .effect(Effect::Block)
///     .effect(Effect::RequireApproval);
/// let read = Query::parse("actor:al* action:refund effect:block,require_approval", now)?;
/// assert_eq!(built, read);
/// assert_eq!(built.to_string(), "actor:al* action:refund effect:block,require_approval");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// In the order of canonical text, none twice.
    terms: Vec<Term>,
    /// The tenants whose records alone may answer, whatever else is asked: each for itself, so that two leave none.
    within: Vec<Term>,
    pub(crate) first: Option<u64>,
    pub(crate) last: Option<u64>,
    pub(crate) since: Option<Timestamp>,
    pub(crate) until: Option<Timestamp>,
    /// Nanoseconds.
    pub(crate) took_least: Option<i64>,
    pub(crate) took_most: Option<i64>,
    pub(crate) order: Order,
}

/// A condition that must hold, or must not.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Term {
    /// Whether it must not.
    pub is_excluded: bool,
    /// What is asked.
    pub condition: Condition,
}

/// In which order records come: by time, those of one time by their place in the trail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Order {
    /// The newest first.
    #[default]
    Newest,
    /// The oldest first.
    Oldest,
}

impl Order {
    /// Every word, as it stands behind `order:`.
    pub(crate) const WORDS: [&str; 2] = ["newest", "oldest"];
}

impl Query {
    /// The most conditions that a query can have.
    pub const MAX_CONDITIONS: usize = 128;
    /// The longest text of a query, in bytes.
    pub const MAX_TEXT_BYTES: usize = 16 * 1024;

    /// Every record, the newest first.
    pub fn new() -> Self {
        Self::default()
    }

    /// Records of which this holds, or another condition of the same key.
    #[must_use]
    pub fn with(self, condition: Condition) -> Self {
        self.take(Term {
            is_excluded: false,
            condition,
        })
    }

    /// Records of which this does not hold, such as all that have no such part.
    #[must_use]
    pub fn without(self, condition: Condition) -> Self {
        self.take(Term {
            is_excluded: true,
            condition,
        })
    }

    fn take(mut self, term: Term) -> Self {
        let term = Term {
            condition: term.condition.normal(),
            ..term
        };
        let place = self
            .terms
            .binary_search_by_key(&rank(&term), rank)
            .unwrap_or_else(|place| place);
        if self.terms.get(place) != Some(&term) {
            self.terms.insert(place, term);
        }
        self
    }

    /// Records of this kind.
    #[must_use]
    pub fn kind(self, kind: EventKind) -> Self {
        self.with(Condition::Kind(kind))
    }

    /// Records of this name.
    #[must_use]
    pub fn name(self, name: impl Into<Pattern>) -> Self {
        self.with(Condition::Name(name.into()))
    }

    /// Records of what this actor did.
    #[must_use]
    pub fn actor(self, id: impl Into<Pattern>) -> Self {
        self.with(Condition::Actor(id.into()))
    }

    /// Records of this tenant.
    #[must_use]
    pub fn tenant(self, id: impl Into<Pattern>) -> Self {
        self.with(Condition::Tenant(id.into()))
    }

    /// The same question to this tenant's records alone. It can't be widened: a [`tenant`](Self::tenant) that is asked for besides
    /// narrows the answer, and is no choice beside this one. A cursor knows it: one of another tenant, or of nobody's question, is
    /// refused. It is no part of the text: a question that is kept as text, and read again, is everybody's until it is kept to a
    /// tenant once more.
    ///
    /// ```
    /// use audit_core::TenantId;
    /// use audit_trail::Query;
    ///
    /// let asked = Query::new().tenant("globex").within_tenant(&TenantId::new("acme")?);
    /// // Of `globex` and of `acme`, which no record is.
    /// assert_eq!(asked.groups().count(), 2);
    /// assert_eq!(asked.to_string(), "tenant:globex");
    /// # Ok::<(), audit_core::InvalidTenant>(())
    /// ```
    #[must_use]
    pub fn within_tenant(mut self, tenant: &TenantId) -> Self {
        let term = Term {
            is_excluded: false,
            condition: Condition::Tenant(Pattern::from(&**tenant)),
        };
        if !self.within.contains(&term) {
            self.within.push(term);
        }
        self
    }

    /// Records of actions of this type.
    #[must_use]
    pub fn action(self, action_type: impl Into<Pattern>) -> Self {
        self.with(Condition::Action(action_type.into()))
    }

    /// Records of what was done to this object.
    #[must_use]
    pub fn resource(self, resource: impl Into<Pattern>) -> Self {
        self.with(Condition::Resource(resource.into()))
    }

    /// Decisions that answered this.
    #[must_use]
    pub fn effect(self, effect: Effect) -> Self {
        self.with(Condition::Effect(effect))
    }

    /// Decisions that this rule made.
    #[must_use]
    pub fn rule(self, id: impl Into<Pattern>) -> Self {
        self.with(Condition::Rule(id.into()))
    }

    /// Records of calls that ended like this: outcomes, and the decisions of these calls.
    #[must_use]
    pub fn outcome(self, status: Status) -> Self {
        self.with(Condition::Outcome(status))
    }

    /// Decisions of calls that have not ended yet.
    #[must_use]
    pub fn open(self) -> Self {
        self.with(Condition::Open)
    }

    /// Decisions that were made in this mode.
    #[must_use]
    pub fn mode(self, mode: Mode) -> Self {
        self.with(Condition::Mode(mode))
    }

    /// The record with this identifier.
    #[must_use]
    pub fn id(self, id: EventId) -> Self {
        self.with(Condition::Id(id))
    }

    /// Records of this call.
    #[must_use]
    pub fn call(self, id: EventId) -> Self {
        self.with(Condition::Call(id))
    }

    /// Records whose field passes. Tests for a value are a choice, bounds hold together.
    #[must_use]
    pub fn field(self, path: impl Into<FieldPath>, test: Test) -> Self {
        self.with(Condition::Field(path.into(), test))
    }

    /// Records at these places in the trail, both ends included. A range that is empty means no record.
    #[must_use]
    pub fn seq(mut self, range: RangeInclusive<u64>) -> Self {
        (self.first, self.last) = (Some(*range.start()), Some(*range.end()));
        self
    }

    /// Records from this place in the trail on.
    #[must_use]
    pub fn seq_from(mut self, first: u64) -> Self {
        self.first = Some(first);
        self
    }

    /// Records up to this place in the trail, which is included.
    #[must_use]
    pub fn seq_to(mut self, last: u64) -> Self {
        self.last = Some(last);
        self
    }

    /// Records of this time or later.
    #[must_use]
    pub fn since(mut self, time: Timestamp) -> Self {
        self.since = Some(time);
        self
    }

    /// Records from before this time.
    #[must_use]
    pub fn until(mut self, time: Timestamp) -> Self {
        self.until = Some(time);
        self
    }

    /// Decisions and calls that took as long or longer.
    #[must_use]
    pub fn took_at_least(mut self, duration: Duration) -> Self {
        self.took_least = Some(nanos(duration));
        self
    }

    /// Decisions and calls that took as long or shorter.
    #[must_use]
    pub fn took_at_most(mut self, duration: Duration) -> Self {
        self.took_most = Some(nanos(duration));
        self
    }

    /// Records in this order.
    #[must_use]
    pub fn order(mut self, order: Order) -> Self {
        self.order = order;
        self
    }

    /// The order in which records come.
    pub fn in_order(&self) -> Order {
        self.order
    }

    pub(crate) fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// From when on and before when records are asked for.
    pub fn time_bounds(&self) -> (Option<Timestamp>, Option<Timestamp>) {
        (self.since, self.until)
    }

    /// The first and the last place that records are asked from.
    pub fn seq_bounds(&self) -> (Option<u64>, Option<u64>) {
        (self.first, self.last)
    }

    /// What records took at least and at most, in nanoseconds.
    pub fn took_bounds(&self) -> (Option<i64>, Option<i64>) {
        (self.took_least, self.took_most)
    }

    /// What is asked besides: terms that are one choice, of which any must hold, or that are excluded together, of which none may.
    /// Every group must do so. A store that has indexes can tell from these which of them to use.
    ///
    /// ```
    /// use audit_trail::{Condition, Query};
    ///
    /// let asked = Query::new().action("pay").actor("alice").actor("bob");
    /// // What an index by actor can look up.
    /// let actors = asked.groups().find_map(|choice| {
    ///     let exact = choice.iter().map(|term| match &term.condition {
    ///         Condition::Actor(actor) if !term.is_excluded => actor.as_exact(),
    ///         _ => None,
    ///     });
    ///     exact.collect::<Option<Vec<&str>>>()
    /// });
    /// assert_eq!(actors, Some(vec!["alice", "bob"]));
    /// ```
    pub fn groups(&self) -> impl Iterator<Item = &[Term]> {
        self.asked().chain(self.within.chunks(1))
    }

    /// The tenant that answers are kept to, if they are kept to one.
    pub(crate) fn kept_to(&self) -> Option<&str> {
        match &self.within.first()?.condition {
            Condition::Tenant(tenant) => tenant.as_exact(),
            _ => None,
        }
    }

    /// Whether answers are kept to two tenants, which no record is of: nothing needs to be read then, and how long that would take
    /// tells nothing.
    pub(crate) fn is_contradiction(&self) -> bool {
        self.within.len() > 1
    }

    /// The names of the tenants that answers are kept to.
    pub(crate) fn tenants(&self) -> impl Iterator<Item = String> {
        self.within.iter().map(|term| term.condition.value())
    }

    /// What stands in the text: that, and not whose records may answer.
    pub(super) fn asked(&self) -> impl Iterator<Item = &[Term]> {
        self.terms.chunk_by(|one, next| {
            one.is_excluded == next.is_excluded && one.condition.is_beside(&next.condition)
        })
    }
}

/// What terms are sorted by: terms of one choice stand together.
fn rank(term: &Term) -> (super::key::Key, String, bool, String) {
    let condition = &term.condition;
    (
        condition.key(),
        condition.head(),
        term.is_excluded,
        condition.value(),
    )
}

fn nanos(duration: Duration) -> i64 {
    i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)
}
