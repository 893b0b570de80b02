//! [`MemoryQuery`]: a question to what a memory sink keeps.

use std::fmt;
use std::sync::Arc;
use std::vec;

use crate::clock::{EventId, Timestamp};
use crate::decision::{Effect, Mode};
use crate::event::{Event, EventKind};
use crate::outcome::Status;
use crate::value::Value;

use super::condition::{Condition, Ends, NamePattern};

/// A question to what a [`MemorySink`](super::MemorySink) kept when it was asked: the words are those of a trail's query.
///
/// All that is asked must hold. Several values of one key are a choice: any of them will do. A text is a name as it
/// stands; a [`Pattern`](crate::Pattern) is one of all that it matches. No event is copied.
///
/// ```
/// use std::sync::Arc;
/// use audit_core::sink::MemorySink;
/// use audit_core::{Action, Actor, Effect, Pattern, Policy, Runtime, Scope};
///
/// # let dir = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/payments/policy"));
/// let runtime = Runtime::builder().policy(Policy::from_dir(dir)?).build()?;
/// let sink = Arc::new(MemorySink::new());
/// runtime.register_sink(sink.clone())?;
/// let alice = Scope::new().actor(Actor::new("alice"));
/// alice.run(|| runtime.allow(&Action::new("refund").with("amount", 5000)));
///
/// let refused = sink.query().actor("al*".parse::<Pattern>()?).effect(Effect::Block).effect(Effect::RequireApproval);
/// assert_eq!(refused.count(), 1);
/// assert_eq!(sink.query().field("action.amount", 5000).first().map(|event| event.id), refused.last().map(|event| event.id));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "a question asks nothing before it is answered: by `events`, `count`, `first` or `last`"]
#[derive(Clone)]
pub struct MemoryQuery {
    kept: Vec<Arc<Event<'static>>>,
    conditions: Vec<Condition>,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
}

impl MemoryQuery {
    pub(super) fn of(kept: Vec<Arc<Event<'static>>>) -> Self {
        Self {
            kept,
            conditions: Vec::new(),
            since: None,
            until: None,
        }
    }

    fn with(mut self, condition: Condition) -> Self {
        self.conditions.push(condition);
        self
    }

    /// Events of this kind.
    pub fn kind(self, kind: EventKind) -> Self {
        self.with(Condition::Kind(kind))
    }

    /// Events of such a name.
    pub fn name(self, name: impl Into<NamePattern>) -> Self {
        self.with(Condition::Name(name.into()))
    }

    /// Events of what such an actor did.
    pub fn actor(self, id: impl Into<NamePattern>) -> Self {
        self.with(Condition::Actor(id.into()))
    }

    /// Events of such a tenant.
    pub fn tenant(self, id: impl Into<NamePattern>) -> Self {
        self.with(Condition::Tenant(id.into()))
    }

    /// Decisions about actions of such a type, and what became of them.
    pub fn action(self, action_type: impl Into<NamePattern>) -> Self {
        self.with(Condition::Action(action_type.into()))
    }

    /// Events of what was done to such an object.
    pub fn resource(self, resource: impl Into<NamePattern>) -> Self {
        self.with(Condition::Resource(resource.into()))
    }

    /// Decisions that answered this.
    pub fn effect(self, effect: Effect) -> Self {
        self.with(Condition::Effect(effect))
    }

    /// Decisions that such a rule made.
    pub fn rule(self, id: impl Into<NamePattern>) -> Self {
        self.with(Condition::Rule(id.into()))
    }

    /// Outcomes like this, and the decisions of these calls.
    pub fn outcome(self, status: Status) -> Self {
        self.with(Condition::Outcome(status))
    }

    /// Decisions that were made in this mode.
    pub fn mode(self, mode: Mode) -> Self {
        self.with(Condition::Mode(mode))
    }

    /// The event with this identifier.
    pub fn id(self, id: EventId) -> Self {
        self.with(Condition::Id(id))
    }

    /// Events of this call.
    pub fn call(self, id: EventId) -> Self {
        self.with(Condition::Call(id))
    }

    /// Events that this one led to.
    pub fn cause(self, id: EventId) -> Self {
        self.with(Condition::Cause(id))
    }

    /// Events with this value at a path, such as `action.amount`, `actor.role`, `data.lines.0.price` or `decision.mode`. A whole number is the
    /// same as a float without a fraction.
    pub fn field<'v>(self, path: &str, value: impl Into<Value<'v>>) -> Self {
        let value = value.into().into_owned();
        self.with(Condition::Field(path.to_owned(), value))
    }

    /// Events of this time or later.
    pub fn since(mut self, time: Timestamp) -> Self {
        self.since = Some(time);
        self
    }

    /// Events from before this time.
    pub fn until(mut self, time: Timestamp) -> Self {
        self.until = Some(time);
        self
    }

    /// What was asked for, in the order in which it came.
    pub fn events(&self) -> Vec<Arc<Event<'static>>> {
        self.matching().cloned().collect()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.matching().count()
    }

    /// The one that came first.
    pub fn first(&self) -> Option<Arc<Event<'static>>> {
        self.matching().next().cloned()
    }

    /// The one that came last.
    pub fn last(&self) -> Option<Arc<Event<'static>>> {
        self.matching().next_back().cloned()
    }

    fn matching(&self) -> impl DoubleEndedIterator<Item = &Arc<Event<'static>>> {
        let asks_for_ends = |condition: &Condition| matches!(condition, Condition::Outcome(_));
        let ends = if self.conditions.iter().any(asks_for_ends) {
            Ends::told_by(&self.kept)
        } else {
            Ends::default()
        };
        self.kept
            .iter()
            .filter(move |event| self.holds(event, &ends))
    }

    fn holds(&self, event: &Event<'_>, ends: &Ends) -> bool {
        let is_in_time = self.since.is_none_or(|since| event.time >= since)
            && self.until.is_none_or(|until| event.time < until);
        is_in_time
            && self.conditions.iter().all(|asked| {
                let mut choice = self.conditions.iter().filter(|one| one.asks_like(asked));
                choice.any(|one| one.holds(event, ends))
            })
    }
}

impl IntoIterator for MemoryQuery {
    type Item = Arc<Event<'static>>;
    type IntoIter = vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.events().into_iter()
    }
}

impl fmt::Debug for MemoryQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryQuery")
            .field("conditions", &self.conditions)
            .field("since", &self.since)
            .field("until", &self.until)
            .finish_non_exhaustive()
    }
}
