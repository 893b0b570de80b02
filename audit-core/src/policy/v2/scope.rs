//! Which calls a rule judges, and which fields it may read by that.

use std::cell::RefCell;
use std::collections::HashSet;
use std::sync::Arc;

use super::actor_id;
use super::alias::{self, Alias};
use super::budget::Budget;
use super::names::{Fields, Names};
use super::shape;
use crate::policy::model::RuleScope;
use crate::policy::problem::ProblemKind;
use crate::policy::reading::decode::{Key, Presence::Optional};
use crate::policy::reading::log::Log;
use crate::policy::reading::wording::{found, listed, quoted};
use crate::policy::yaml::Node;

pub(super) const SCOPE: [Key; 3] = [
    ("action", Optional),
    ("actor", Optional),
    ("global", Optional),
];
const FORMS: &str = "`{action: ..}`, `{actor: ..}`, both, or `{global: true}`";

/// What the comparisons of one rule may name.
pub(super) struct Readable<'n, 's> {
    /// The schema; `None` if it could not be read.
    pub(super) names: Option<&'n Names<'s>>,
    /// The actions of the rule.
    pub(super) actions: Actions<'n, 's>,
    /// What its comparisons may take, together with those of all other rules.
    pub(super) budget: &'n Budget,
    /// Fields that all of several actions were found to declare alike.
    pub(super) alike: RefCell<HashSet<Arc<str>>>,
}

/// The actions whose fields a rule may read.
pub(super) enum Actions<'n, 's> {
    /// The scope could not be read.
    Unknown,
    /// The rule names no action.
    None,
    /// The rule names these.
    Named(Vec<(&'s Arc<str>, &'n Fields<'s>)>),
}

/// Reads a scope.
pub(super) fn read<'n, 's>(
    node: Option<&Node>,
    names: Option<&'n Names<'s>>,
    budget: &'n Budget,
    log: &mut Log,
) -> (Option<RuleScope>, Readable<'n, 's>) {
    let mut readable = Readable {
        names,
        actions: Actions::Unknown,
        budget,
        alike: RefCell::default(),
    };
    let Some(node) = node else {
        return (None, readable);
    };
    let Some([action, actor, global]) = read_keys(node, log) else {
        return (None, readable);
    };
    if let Some(global) = global {
        let beside = action.map(|_| "action").or(actor.map(|_| "actor"));
        let scope = read_global(node, global, beside, &mut readable, log);
        return (scope, readable);
    }
    if action.is_none() && actor.is_none() {
        // An unknown key was reported; it may have been meant for one of these.
        if node.entries().is_some_and(<[_]>::is_empty) && node.whole {
            let message = format!("found {} as `scope`, expected {FORMS}", found(node));
            log.report(ProblemKind::InvalidScope, node.place, message, None);
        }
        return (None, readable);
    }
    let nobody = || Some(Vec::new());
    let actions = action.map_or_else(nobody, |node| read_actions(node, names, log));
    let actors = actor.map_or_else(nobody, |node| read_actors(node, names, log));
    readable.actions = match (&actions, names) {
        _ if action.is_none() => Actions::None,
        (Some(actions), Some(names)) => Actions::Named(
            actions
                .iter()
                .filter_map(|action| names.action(action))
                .collect(),
        ),
        _ => Actions::Unknown,
    };
    (scope_of(actions, actors), readable)
}

fn read_keys<'n>(node: &'n Node, log: &mut Log) -> Option<[Option<&'n Node>; 3]> {
    if node.entries().is_some() {
        return shape::record(node, "the scope", &SCOPE, log);
    }
    let hint = match shape::text_of(node).map(|word| &**word) {
        Some("global" | "all" | "any" | "*") => Some("write `{global: true}`".to_owned()),
        Some(name) => Some(format!("write `{{action: {name}}}`")).filter(|hint| hint.len() < 96),
        None if node.items().is_some() => Some("write `{action: [..]}`".to_owned()),
        None => None,
    };
    shape::mismatch(node, &format!("`scope`, {FORMS}"), hint, log)
}

fn scope_of(actions: Option<Vec<Arc<str>>>, actors: Option<Vec<Arc<str>>>) -> Option<RuleScope> {
    let (actions, actors) = (actions?, actors?);
    Some(match &actions[..] {
        [action] if actors.is_empty() => RuleScope::Action(Arc::clone(action)),
        _ => RuleScope::Named { actions, actors },
    })
}

fn read_global(
    node: &Node,
    global: &Node,
    beside: Option<&str>,
    readable: &mut Readable<'_, '_>,
    log: &mut Log,
) -> Option<RuleScope> {
    let value = shape::boolean(global, "`global`", log)?;
    if let Some(beside) = beside {
        let message = format!("found `{beside}` beside `global` in one scope, expected {FORMS}");
        let place = shape::key_of(node, beside).place;
        log.report(ProblemKind::ConflictingKeys, place, message, None);
        return None;
    }
    if !value {
        let message = format!("found `global: false` as the whole scope, expected {FORMS}");
        log.report(ProblemKind::InvalidScope, global.place, message, None);
        return None;
    }
    readable.actions = Actions::None;
    Some(RuleScope::Global)
}

fn read_actions(node: &Node, names: Option<&Names<'_>>, log: &mut Log) -> Option<Vec<Arc<str>>> {
    let written = read_names(node, "`action`", log)?;
    let declared = written.iter().fold(true, |so_far, (name, node)| {
        is_action(node, name, alias::ACTIONS, names, log) && so_far
    });
    declared.then(|| without_nodes(written))
}

fn read_actors(node: &Node, names: Option<&Names<'_>>, log: &mut Log) -> Option<Vec<Arc<str>>> {
    let written = read_names(node, "`actor`", log)?;
    let needed = "a scope finds actors by";
    let hint =
        "declare `id: string` under `actor`, with `optional: true` where calls may have no actor";
    actor_id::is_declared(node, names, needed, hint, log).then(|| without_nodes(written))
}

fn without_nodes(names: Vec<(Arc<str>, &Node)>) -> Vec<Arc<str>> {
    names.into_iter().map(|(name, _)| name).collect()
}

/// One name, or a list of them.
fn read_names<'n>(node: &'n Node, what: &str, log: &mut Log) -> Option<Vec<(Arc<str>, &'n Node)>> {
    if node.items().is_none() {
        return Some(vec![(shape::text(node, what, log)?, node)]);
    }
    let items = shape::some_items(node, what, log)?;
    let mut seen = HashSet::new();
    let mut names = Vec::with_capacity(items.len());
    let mut complete = true;
    for item in items {
        match shape::text(item, what, log) {
            Some(name) if seen.insert(Arc::clone(&name)) => names.push((name, item)),
            Some(_) => shape::repeated_value(item, what, log),
            None => complete = false,
        }
    }
    complete.then_some(names)
}

/// Whether the schema declares an action; what it does not is reported.
pub(super) fn is_action(
    node: &Node,
    name: &str,
    aliases: &[Alias],
    names: Option<&Names<'_>>,
    log: &mut Log,
) -> bool {
    let Some(names) = names.filter(|names| names.action(name).is_none()) else {
        return true;
    };
    let message = format!(
        "unknown action {}, the schema declares {}",
        quoted(name),
        listed(names.action_names())
    );
    log.report(
        ProblemKind::UnknownAction,
        node.place,
        message,
        alias::meant(name, aliases, names.action_names()),
    );
    false
}
