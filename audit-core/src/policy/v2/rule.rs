//! One rule.

use std::fmt;
use std::sync::Arc;

use super::budget::Budget;
use super::condition;
use super::names::Names;
use super::notes;
use super::scope;
use super::shape;
use super::word::read_effect;
use crate::policy::model::{Condition, Rule};
use crate::policy::problem::{Place, ProblemKind};
use crate::policy::reading::RulePlaces;
use crate::policy::reading::decode::{
    Key,
    Presence::{Optional, Required},
};
use crate::policy::reading::log::Log;
use crate::policy::reading::wording::quoted;
use crate::policy::yaml::Node;

pub(super) const RULE: [Key; 11] = [
    ("id", Required),
    ("scope", Required),
    ("when", Optional),
    ("effect", Required),
    ("reason", Optional),
    ("severity", Optional),
    ("owner", Optional),
    ("tags", Optional),
    ("mode", Optional),
    ("rollout", Optional),
    ("expires", Optional),
];

/// A rule in messages, made into words only where there is one.
#[derive(Clone, Copy)]
struct What<'n>(Option<&'n str>);

impl fmt::Display for What<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(name) => write!(f, "the rule {}", quoted(name)),
            None => f.write_str("a rule"),
        }
    }
}

/// What became of one rule.
#[derive(Default)]
pub(super) struct ReadRule {
    /// Its identifier and where that stands, whatever is wrong with the rest.
    pub(super) id: Option<(Arc<str>, Place)>,
    /// The rule, if it could be read.
    pub(super) rule: Option<Rule>,
    /// Where its parts stand.
    pub(super) places: RulePlaces,
}

/// Reads a rule.
pub(super) fn read(
    node: &Node,
    names: Option<&Names<'_>>,
    budget: &Budget,
    log: &mut Log,
) -> ReadRule {
    let name = node.get("id").and_then(Node::text);
    let name = name.filter(|name| !name.is_empty());
    log.set_rule(name.cloned());
    let keys = shape::record(node, What(name.map(|name| &**name)), &RULE, log);
    let Some(
        [
            id,
            scope,
            when,
            effect,
            reason,
            severity,
            owner,
            tags,
            mode,
            rollout,
            expires,
        ],
    ) = keys
    else {
        return ReadRule::default();
    };
    let mut places = RulePlaces {
        id: id.map_or_else(Place::default, |node| node.place),
        scope: scope.map_or_else(Place::default, |node| node.place),
        atoms: Vec::new(),
    };
    let id = id.and_then(|node| Some((read_id(node, log)?, node.place)));
    let (scope, readable) = scope::read(scope, names, budget, log);
    let condition = when.map_or(Some(Condition::All(Vec::new())), |node| {
        condition::read(node, &readable, &mut places.atoms, log)
    });
    let effect = effect.and_then(|node| read_effect(node, "effect", log));
    let notes = notes::read(
        &notes::Written {
            reason,
            severity,
            owner,
            tags,
            mode,
            rollout,
            expires,
        },
        &readable,
        log,
    );
    let rule = match (&id, scope, condition, effect) {
        (Some((id, _)), Some(scope), Some(condition), Some(effect)) => Some(Rule {
            id: Arc::clone(id),
            scope,
            condition,
            effect,
            notes,
            line: node.place.line,
        }),
        _ => None,
    };
    ReadRule { id, rule, places }
}

fn read_id(node: &Node, log: &mut Log) -> Option<Arc<str>> {
    let id = shape::text(node, "`id`", log)?;
    if id.is_empty() {
        let message = "found an empty text as `id`, expected a name".to_owned();
        log.report(ProblemKind::InvalidValue, node.place, message, None);
        return None;
    }
    Some(id)
}
