//! [`Condition`]: one thing that an event is asked for, whether by a query or by an assertion.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use crate::clock::EventId;
use crate::decision::{Decision, Effect, Mode};
use crate::event::{Event, EventKind};
use crate::outcome::Status;
use crate::pattern::Pattern;
use crate::value::Value;
use crate::word::one_line;

use super::field::{field_of, is_same};

/// One thing that an event is asked for.
#[derive(Clone, Debug)]
pub(crate) enum Condition {
    Kind(EventKind),
    Name(NamePattern),
    Actor(NamePattern),
    Tenant(NamePattern),
    Action(NamePattern),
    Resource(NamePattern),
    Effect(Effect),
    Rule(NamePattern),
    /// No rule decided.
    Default,
    /// Policy could not be asked or could not answer.
    Indeterminate,
    Mode(Mode),
    /// What a rule in shadow would have changed the effect to.
    Would(Effect),
    Outcome(Status),
    Id(EventId),
    Call(EventId),
    Cause(EventId),
    Field(String, Value<'static>),
    Redacted(String),
}

impl Condition {
    /// Whether it holds, given how calls ended.
    pub(crate) fn holds(&self, event: &Event<'_>, ends: &Ends) -> bool {
        let decision = event.decision.as_deref();
        match self {
            Self::Kind(kind) => event.kind == *kind,
            Self::Name(name) => name.is(Some(&event.name)),
            Self::Actor(id) => id.is(event.actor.as_ref().and_then(|actor| actor.id())),
            Self::Tenant(id) => id.is(event.tenant.as_deref()),
            Self::Action(kind) => kind.is(action_type(event)),
            Self::Resource(resource) => resource.is(event.resource.as_deref()),
            Self::Effect(effect) => decision.is_some_and(|decision| decision.effect == *effect),
            Self::Rule(rule) => rule.is(decision.and_then(rule_of)),
            Self::Default => decision.is_some_and(|decision| decision.default_used),
            Self::Indeterminate => decision.is_some_and(Decision::is_indeterminate),
            Self::Mode(mode) => decision.is_some_and(|decision| decision.mode == *mode),
            Self::Would(effect) => decision.and_then(|decision| decision.would) == Some(*effect),
            Self::Outcome(status) => ends.of(event) == Some(*status),
            Self::Id(id) => event.id == *id,
            Self::Call(call) => event.call == Some(*call),
            Self::Cause(cause) => event.cause == Some(*cause),
            Self::Field(path, value) => {
                field_of(event, path).is_some_and(|found| is_same(&found, value))
            }
            Self::Redacted(path) => {
                let is_it = |kept: &str| short(kept) == short(path);
                event.redacted.iter().any(|part| is_it(&part.path))
            }
        }
    }

    /// Whether two are a choice: both ask for the same thing.
    pub(super) fn asks_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Field(path, _), Self::Field(another, _)) => path == another,
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }
}

/// A path without the `fields` that stands in JSON between an action and its fields.
fn short(path: &str) -> (&str, &str) {
    match path.strip_prefix("action.") {
        Some(field) => ("action", field.strip_prefix("fields.").unwrap_or(field)),
        None => ("", path),
    }
}

/// The type of an action, of what has one: decisions, and what became of them.
fn action_type<'e>(event: &'e Event<'_>) -> Option<&'e str> {
    let action = event.action.as_ref().and_then(|action| action.kind());
    action.or_else(|| (event.kind == EventKind::Outcome).then_some(&*event.name))
}

/// The rule that decided.
pub(crate) fn rule_of<'d>(decision: &'d Decision<'_>) -> Option<&'d str> {
    decision.matched_rule.as_deref()
}

/// A name that is asked for: a text stands for itself, a [`Pattern`] for what it matches.
#[derive(Clone, Debug)]
pub struct NamePattern(Meant);

#[derive(Clone, Debug)]
enum Meant {
    Itself(String),
    Like(Pattern),
}

impl NamePattern {
    fn is(&self, found: Option<&str>) -> bool {
        found.is_some_and(|found| match &self.0 {
            Meant::Itself(text) => text == found,
            Meant::Like(pattern) => pattern.matches(found),
        })
    }
}

impl From<&str> for NamePattern {
    fn from(text: &str) -> Self {
        Self(Meant::Itself(text.to_owned()))
    }
}

impl From<String> for NamePattern {
    fn from(text: String) -> Self {
        Self(Meant::Itself(text))
    }
}

impl From<Pattern> for NamePattern {
    fn from(pattern: Pattern) -> Self {
        Self(Meant::Like(pattern))
    }
}

impl fmt::Display for NamePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match &self.0 {
            Meant::Itself(text) => text,
            Meant::Like(pattern) => pattern.as_str(),
        };
        write!(f, "{}", one_line(text))
    }
}

/// How calls ended, by their identifier.
#[derive(Debug, Default)]
pub(crate) struct Ends(HashMap<EventId, Status>);

impl Ends {
    /// As these events tell.
    pub(crate) fn told_by(events: &[Arc<Event<'static>>]) -> Self {
        let told = events.iter().filter_map(|event| {
            let outcome = event.outcome.as_deref()?;
            Some((event.call?, outcome.status))
        });
        Self(told.collect())
    }

    /// How what an event tells of ended: an outcome itself, or the call of a decision.
    pub(crate) fn of(&self, event: &Event<'_>) -> Option<Status> {
        match event.outcome.as_deref() {
            Some(outcome) => Some(outcome.status),
            None => self.0.get(&event.id).copied(),
        }
    }
}
