//! The policy file: rules as drafts.

use std::collections::HashMap;
use std::sync::Arc;

use super::comparison::{ATOM, SUBJECT, read_atom, read_operand};
use super::decode::{self, Key, Presence::Required};
use super::draft::{Join, Operand, Policy, Rule, Scope, When, Word};
use super::{explain, form};
use crate::decision::Effect;
use crate::policy::problem::ProblemKind;
use crate::policy::reading::log::Log;
use crate::policy::reading::wording::quoted;
use crate::policy::yaml::Node;

const POLICY: &[Key] = &[("version", Required), ("rules", Required)];
const RULE: &[Key] = &[
    ("id", Required),
    ("scope", Required),
    ("when", Required),
    ("effect", Required),
];
const EFFECTS: &[(&str, Effect)] = &[
    (Effect::Allow.as_str(), Effect::Allow),
    (Effect::Block.as_str(), Effect::Block),
    (Effect::RequireApproval.as_str(), Effect::RequireApproval),
];

/// Reads a policy. What it answers is complete only if nothing was logged as an error.
pub(super) fn read(node: &Node, log: &mut Log) -> Policy {
    let mut policy = Policy::default();
    decode::map(node, "the policy", POLICY, log, |key, value, log| {
        if key == "version" {
            policy.version = decode::number(value, "`version`", log).unwrap_or_default();
        } else {
            let rules = decode::items(value, "rules", log).unwrap_or_default();
            policy.rules = rules
                .iter()
                .filter_map(|rule| read_rule(rule, log))
                .collect();
        }
    });
    log.set_rule(None);
    warn(&policy, log);
    policy
}

fn read_rule(node: &Node, log: &mut Log) -> Option<Rule> {
    let name = node.get("id").and_then(Node::text);
    log.set_rule(name.cloned());
    let what = name.map_or_else(
        || "a rule".to_owned(),
        |name| format!("the rule {}", quoted(name)),
    );
    let (mut id, mut scope, mut when, mut effect) = (None, None, None, None);
    decode::map(node, &what, RULE, log, |key, value, log| match key {
        "id" => id = decode::text(value, "`id`, a text", log).map(|id| (id, value.place)),
        "scope" => scope = read_scope(value, log),
        "when" => when = read_when(value, log),
        _ => effect = decode::word(value, "effect", EFFECTS, log),
    });
    let (id, id_place) = id?;
    Some(Rule {
        id,
        id_place,
        scope: scope?,
        when: when?,
        effect: effect?,
        place: node.place,
    })
}

/// `action`, else `actor`, else `global`, whatever else stands beside it.
fn read_scope(node: &Node, log: &mut Log) -> Option<Word<Scope>> {
    if !form::is_readable(node, log) {
        return None;
    }
    let text = |key| form::keyed(node, [key]).and_then(|[value]| form::text(value));
    let global = || form::keyed(node, ["global"]).and_then(|[value]| form::boolean(value));
    let (key, value) = if let Some(action) = text("action") {
        ("action", Scope::Action(action))
    } else if let Some(actor) = text("actor") {
        ("actor", Scope::Actor(actor))
    } else if let Some(global) = global() {
        ("global", Scope::Global(global))
    } else {
        explain::scope(node).report(log);
        return None;
    };
    warn_ignored(node, "the scope", &[key], log);
    let place = node.get(key).unwrap_or(node).place;
    Some(Word { value, place })
}

/// One comparison, else `all`, else `any`, whatever else stands beside it.
fn read_when(node: &Node, log: &mut Log) -> Option<When> {
    if !form::is_readable(node, log) {
        return None;
    }
    let joined = |key| form::keyed(node, [key]).and_then(|[list]| form::list(list, read_atom));
    let (join, keys, atoms) = if let Some(atom) = read_atom(node) {
        (Join::Single, ATOM.as_slice(), vec![atom])
    } else if let Some(atoms) = joined("all") {
        (Join::All, ["all"].as_slice(), atoms)
    } else if let Some(atoms) = joined("any") {
        (Join::Any, ["any"].as_slice(), atoms)
    } else {
        explain::condition(node).report(log);
        return None;
    };
    warn_ignored(node, "the condition", keys, log);
    let listed = keys
        .first()
        .filter(|_| join != Join::Single)
        .and_then(|key| node.get(key))
        .and_then(Node::items);
    let single = if join == Join::Single {
        std::slice::from_ref(node)
    } else {
        &[]
    };
    warn_ignored_in_atoms(listed.unwrap_or(single), join, log);
    Some(When {
        join,
        atoms,
        place: node.place,
    })
}

/// Warns of keys beside those that a form was chosen by.
fn warn_ignored(node: &Node, what: &str, used: &[&'static str], log: &mut Log) {
    for [key, _] in node.entries().unwrap_or_default() {
        // A whole number is the position of a key that is read.
        if form::text(key).is_some_and(|text| !used.contains(&&*text)) {
            decode::ignored_key(key, what, used.iter().copied(), None, log);
        }
    }
}

fn warn_ignored_in_atoms(nodes: &[Node], join: Join, log: &mut Log) {
    for node in nodes {
        if join != Join::Single {
            warn_ignored(node, "the condition", &ATOM, log);
        }
        if let Some(subject) = node.get("subject") {
            warn_ignored(subject, "the subject", &SUBJECT, log);
        }
        if let Some(value) = node.get("value") {
            let used = match read_operand(value) {
                Some(Operand::Literal(_)) => "literal",
                _ => "subject",
            };
            warn_ignored(value, "the value", &[used], log);
        }
    }
}

/// Warns of rules that are not what they seem.
fn warn(policy: &Policy, log: &mut Log) {
    let mut first: HashMap<&Arc<str>, u32> = HashMap::new();
    for rule in &policy.rules {
        let id = quoted(&rule.id);
        log.set_rule(Some(Arc::clone(&rule.id)));
        if let Some(line) = first.get(&rule.id) {
            let message = format!(
                "the rule id {id} is used again, first on line {line}; a decision can't tell them apart"
            );
            log.report(ProblemKind::DuplicateRule, rule.id_place, message, None);
        } else {
            first.insert(&rule.id, rule.id_place.line);
        }
        if let Scope::Actor(_) = rule.scope.value {
            let message =
                format!("the rule {id} is scoped to an actor and never runs in version 1");
            let hint = "scope it to an action, or use `global: true`, and compare a field of the actor in `when`";
            log.report(
                ProblemKind::DeadRule,
                rule.scope.place,
                message,
                Some(hint.to_owned()),
            );
        }
    }
    log.set_rule(None);
}
