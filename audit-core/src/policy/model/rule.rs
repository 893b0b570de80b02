//! One rule.

use std::sync::Arc;

use rust_decimal::Decimal;
use serde::Serialize;

use crate::clock::Timestamp;
use crate::decision::{Effect, Mode, Severity};

use super::{Atom, Condition, FieldRef, Literal, Operand, Operator};

/// One rule.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Rule {
    /// The identifier; version 1 allows the same one twice.
    pub(crate) id: Arc<str>,
    /// Which calls the rule judges.
    pub(crate) scope: RuleScope,
    /// When it matches; `All` of nothing is always.
    pub(crate) condition: Condition,
    /// What it then says.
    pub(crate) effect: Effect,
    /// What else it says.
    #[serde(flatten)]
    pub(crate) notes: Notes,
    /// Where the rule starts in its file, from 1.
    #[serde(skip)]
    pub(crate) line: u32,
}

/// What a rule says besides scope, condition and effect. Version 1 has nothing here.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Notes {
    /// Words for the caller that is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<Arc<str>>,
    /// How bad it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) severity: Option<Severity>,
    /// Whom to ask about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) owner: Option<Arc<str>>,
    /// What it belongs to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) tags: Vec<Arc<str>>,
    /// Its own mode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mode: Option<Mode>,
    /// For whom it has that mode; everybody, if it does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rollout: Option<Rollout>,
    /// From when on it no longer matches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) expires: Option<Timestamp>,
}

/// For whom a rule has its mode; for the others it is in shadow.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Rollout {
    /// How many of a hundred, from 0 to 100.
    #[serde(serialize_with = "written")]
    pub(crate) percent: Decimal,
    /// The text to divide by.
    pub(crate) by: FieldRef,
}

/// Equal percentages enter the digest alike.
fn written<S: serde::Serializer>(percent: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&percent.normalize())
}

/// Which calls a rule judges.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RuleScope {
    /// Calls of one action.
    Action(Arc<str>),
    /// Every call that no rule of its action decided.
    Global,
    /// No call: version 1 accepts actor-scoped rules and never runs them.
    Actor(Arc<str>),
    /// Language 2: calls of any of these actions (none: of every action) by any of these actors (none: by everybody).
    /// At least one of both lists names something.
    Named {
        /// The actions, by name.
        actions: Vec<Arc<str>>,
        /// The actors, by the field `id`.
        actors: Vec<Arc<str>>,
    },
}

impl RuleScope {
    /// What a scope that names actors asks of them.
    pub(crate) fn of_actors(&self) -> Option<Condition> {
        let Self::Named { actors, .. } = self else {
            return None;
        };
        let literals = actors.iter().cloned().map(Literal::Text);
        (!actors.is_empty()).then(|| {
            Condition::Compare(Atom {
                subject: FieldRef::actor_id(),
                operator: Operator::In,
                operand: Operand::List(literals.collect()),
            })
        })
    }
}
