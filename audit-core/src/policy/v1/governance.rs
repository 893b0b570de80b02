//! The governance file: demands on the rules.

use std::sync::Arc;

use super::decode::{self, Key, Presence::Optional, Presence::Required};
use super::{explain, form};
use crate::decision::Effect;
use crate::policy::model::{Constraint, Governance, GovernanceRule, Selection};
use crate::policy::problem::{Place, ProblemKind};
use crate::policy::reading::log::Log;
use crate::policy::reading::wording::{did_you_mean, listed, quoted};
use crate::policy::yaml::Node;

const FILE: &[Key] = &[("version", Required), ("governance", Required)];
const BLOCK: &[Key] = &[("rules", Required)];
const RULE: &[Key] = &[
    ("id", Required),
    ("applies_to", Optional),
    ("select", Required),
    ("must", Required),
    ("error", Required),
];
const APPLIES_TO: &[Key] = &[("actions", Required)];
const SELECT: &[Key] = &[("where", Required)];
const WHERE: &[Key] = &[
    ("id", Optional),
    ("scope", Optional),
    ("effect", Optional),
    ("when", Optional),
];
const SCOPE: &[Key] = &[("global", Optional), ("action", Optional)];
const WHEN: &[Key] = &[("subject", Optional)];
const SUBJECT: &[Key] = &[("domain", Optional), ("field", Optional)];
const DOMAINS: [&str; 3] = ["action", "actor", "snapshot"];

/// A governance file, and where its rules start.
#[derive(Debug)]
pub(super) struct Demands {
    pub(super) governance: Governance,
    /// One place for each rule.
    pub(super) places: Vec<Place>,
}

/// Reads a governance file. What it answers is complete only if nothing was logged as an error.
pub(super) fn read(node: &Node, log: &mut Log) -> Demands {
    let mut governance = Governance {
        version: 0,
        rules: Vec::new(),
    };
    let mut places = Vec::new();
    decode::map(
        node,
        "the governance file",
        FILE,
        log,
        |key, value, log| match key {
            "version" => {
                governance.version = decode::number(value, "`version`", log).unwrap_or_default();
            }
            _ => {
                decode::map(value, "`governance`", BLOCK, log, |_, value, log| {
                    let rules = decode::items(value, "governance rules", log).unwrap_or_default();
                    governance.rules = rules
                        .iter()
                        .filter_map(|rule| read_rule(rule, log))
                        .collect();
                    places = rules.iter().map(|rule| rule.place).collect();
                    log.set_rule(None);
                });
            }
        },
    );
    Demands { governance, places }
}

fn read_rule(node: &Node, log: &mut Log) -> Option<GovernanceRule> {
    let name = node.get("id").and_then(Node::text);
    log.set_rule(name.cloned());
    let what = name.map_or_else(
        || "a governance rule".to_owned(),
        |name| format!("the governance rule {}", quoted(name)),
    );
    let (mut id, mut applies_to, mut must, mut error) = (None, None, None, None);
    let mut select = Selection::default();
    decode::map(node, &what, RULE, log, |key, value, log| match key {
        "id" => id = decode::text(value, "`id`, a text", log),
        "applies_to" => applies_to = decode::optional(value, |value| read_applies_to(value, log)),
        "select" => {
            decode::map(value, "`select`", SELECT, log, |_, value, log| {
                select = read_where(value, log);
            });
        }
        "must" => must = read_must(value, log),
        _ => error = decode::text(value, "`error`, a text", log),
    });
    Some(GovernanceRule {
        id: id?,
        applies_to,
        select,
        must: must?,
        error: error?,
    })
}

fn read_applies_to(node: &Node, log: &mut Log) -> Option<Vec<Arc<str>>> {
    let mut actions = None;
    decode::map(node, "`applies_to`", APPLIES_TO, log, |_, value, log| {
        let names = decode::items(value, "action names", log).unwrap_or_default();
        actions = Some(
            names
                .iter()
                .filter_map(|name| decode::text(name, "an action name", log))
                .collect(),
        );
    });
    actions
}

fn read_where(node: &Node, log: &mut Log) -> Selection {
    let mut select = Selection::default();
    decode::map(node, "`where`", WHERE, log, |key, value, log| match key {
        "id" => {
            select.id = decode::optional(value, |value| decode::text(value, "`id`, a text", log));
        }
        "effect" => {
            select.effect =
                decode::optional(value, |value| decode::text(value, "`effect`, a text", log));
            warn_empty(select.effect.as_ref(), "effect", Effect::WORDS, value, log);
        }
        "scope" if !value.is_null() => {
            decode::map(value, "`scope`", SCOPE, log, |key, value, log| match key {
                "global" => {
                    select.global =
                        decode::optional(value, |value| decode::boolean(value, "`global`", log));
                }
                _ => {
                    select.action = decode::optional(value, |value| {
                        decode::text(value, "`action`, a text", log)
                    });
                }
            });
        }
        "when" if !value.is_null() => {
            decode::map(value, "`when`", WHEN, log, |_, value, log| {
                if !value.is_null() {
                    read_subject(value, &mut select, log);
                }
            });
        }
        _ => {}
    });
    select
}

fn read_subject(node: &Node, select: &mut Selection, log: &mut Log) {
    decode::map(
        node,
        "`subject`",
        SUBJECT,
        log,
        |key, value, log| match key {
            "domain" => {
                select.domain =
                    decode::optional(value, |value| decode::text(value, "`domain`, a text", log));
                warn_empty(select.domain.as_ref(), "domain", &DOMAINS, value, log);
            }
            _ => {
                select.field =
                    decode::optional(value, |value| decode::text(value, "`field`, a text", log));
            }
        },
    );
}

/// Warns of a filter word that no rule can have.
fn warn_empty(word: Option<&Arc<str>>, what: &str, accepted: &[&str], node: &Node, log: &mut Log) {
    let Some(word) = word.filter(|word| !accepted.contains(&&***word)) else {
        return;
    };
    let words = || accepted.iter().copied();
    let message = format!(
        "the {what} {} selects no rule, expected one of {}",
        quoted(word),
        listed(words())
    );
    log.report(
        ProblemKind::EmptySelection,
        node.place,
        message,
        did_you_mean(word, words()),
    );
}

/// The first form in the order of [`explain::CONSTRAINTS`] that fits, whatever else stands beside it.
fn read_must(node: &Node, log: &mut Log) -> Option<Constraint> {
    if !form::is_readable(node, log) {
        return None;
    }
    let value = |key| form::keyed(node, [key]).map(|[value]| value);
    let exists = || {
        value("exists")
            .and_then(form::boolean)
            .map(Constraint::Exists)
    };
    let min_count = || {
        value("min_count")
            .and_then(form::count)
            .map(Constraint::MinCount)
    };
    let max_count = || {
        value("max_count")
            .and_then(form::count)
            .map(Constraint::MaxCount)
    };
    let forbid = || {
        value("forbid")
            .and_then(form::boolean)
            .map(Constraint::Forbid)
    };
    let allowed = || {
        value("allowed_fields")
            .and_then(|list| form::list(list, form::text))
            .map(Constraint::AllowedFields)
    };
    let must = exists()
        .or_else(min_count)
        .or_else(max_count)
        .or_else(forbid)
        .or_else(allowed);
    match &must {
        Some(constraint) => warn_unused(node, constraint, log),
        None => explain::constraint(node).report(log),
    }
    must
}

/// Warns of constraints beside the one that counts.
fn warn_unused(node: &Node, used: &Constraint, log: &mut Log) {
    let used = match used {
        Constraint::Exists(_) => "exists",
        Constraint::MinCount(_) => "min_count",
        Constraint::MaxCount(_) => "max_count",
        Constraint::Forbid(_) => "forbid",
        Constraint::AllowedFields(_) => "allowed_fields",
    };
    for [key, _] in node.entries().unwrap_or_default() {
        if key.text().is_some_and(|text| **text != *used) {
            decode::ignored_key(key, "`must`", [used].into_iter(), None, log);
        }
    }
}
