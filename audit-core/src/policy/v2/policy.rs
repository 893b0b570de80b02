//! The policy file: what holds for all rules, and the rules.

use std::collections::HashMap;
use std::sync::Arc;

use super::names::Names;
use super::rule::{self, EFFECTS, MODES};
use super::scope;
use super::shape;
use crate::decision::{Effect, Mode};
use crate::policy::model::{Combine, OnError, OnMissing, Rule, Settings};
use crate::policy::problem::ProblemKind;
use crate::policy::reading::RulePlaces;
use crate::policy::reading::decode::{
    Key,
    Presence::{Optional, Required},
    repeated_key,
};
use crate::policy::reading::log::Log;
use crate::policy::reading::wording::quoted;
use crate::policy::yaml::Node;

pub(super) const POLICY: [Key; 9] = [
    ("language", Required),
    ("version", Optional),
    ("combine", Optional),
    ("default", Required),
    ("on_missing", Optional),
    ("on_error", Optional),
    ("mode", Optional),
    ("modes", Optional),
    ("rules", Required),
];
pub(super) const COMBINE: [(&str, Combine); 2] = [
    ("first_match", Combine::FirstMatch),
    ("block_overrides", Combine::BlockOverrides),
];
pub(super) const ON_MISSING: [(&str, OnMissing); 2] = [
    ("indeterminate", OnMissing::Indeterminate),
    ("no_match", OnMissing::NoMatch),
];
pub(super) const ON_ERROR: [(&str, OnError); 3] = [
    ("indeterminate", OnError::Indeterminate),
    ("no_match", OnError::NoMatch),
    ("allow", OnError::Allow),
];

/// A whole policy file.
pub(super) struct Policy {
    /// The `version` key.
    pub(super) version: u32,
    /// What holds for all rules.
    pub(super) settings: Settings,
    /// In file order.
    pub(super) rules: Vec<Rule>,
    /// Where each of them stands.
    pub(super) places: Vec<RulePlaces>,
}

/// Reads a policy. What it answers is complete only if nothing was logged as an error. Without `names` rules are not held
/// against the schema.
pub(super) fn read(node: &Node, names: Option<&Names<'_>>, log: &mut Log) -> Policy {
    let mut policy = Policy {
        version: 0,
        settings: Settings {
            combine: Combine::FirstMatch,
            default: Effect::Block,
            on_missing: OnMissing::Indeterminate,
            on_error: OnError::Indeterminate,
            mode: None,
            modes: Vec::new(),
        },
        rules: Vec::new(),
        places: Vec::new(),
    };
    let keys = shape::record(node, "the policy", &POLICY, log);
    let Some(
        [
            _,
            version,
            combine,
            default,
            missing,
            error,
            mode,
            modes,
            rules,
        ],
    ) = keys
    else {
        return policy;
    };
    if let Some(version) = version {
        policy.version = shape::number(version, "`version`", log).unwrap_or_default();
    }
    let settings = &mut policy.settings;
    let mut set = |node: Option<&Node>, log: &mut Log, put: &mut dyn FnMut(&Node, &mut Log)| {
        if let Some(node) = node {
            put(node, log);
        }
    };
    set(combine, log, &mut |node, log| {
        settings.combine =
            shape::word(node, "`combine`", &COMBINE, log).unwrap_or(settings.combine);
    });
    set(default, log, &mut |node, log| {
        settings.default =
            shape::word(node, "`default`", &EFFECTS, log).unwrap_or(settings.default);
    });
    set(missing, log, &mut |node, log| {
        settings.on_missing =
            shape::word(node, "`on_missing`", &ON_MISSING, log).unwrap_or(settings.on_missing);
    });
    set(error, log, &mut |node, log| {
        settings.on_error =
            shape::word(node, "`on_error`", &ON_ERROR, log).unwrap_or(settings.on_error);
    });
    settings.mode = mode.and_then(|node| shape::word(node, "`mode`", &MODES, log));
    settings.modes = modes.map_or_else(Vec::new, |node| read_modes(node, names, log));
    if let Some(rules) = rules {
        read_rules(rules, names, &mut policy, log);
    }
    policy
}

/// The modes of actions, by name.
fn read_modes(node: &Node, names: Option<&Names<'_>>, log: &mut Log) -> Vec<(Arc<str>, Mode)> {
    let mut modes: Vec<(Arc<str>, Mode)> = Vec::new();
    for (key, value) in shape::entries(node, "`modes`", log).unwrap_or_default() {
        let Some(name) = shape::name(key, "`modes`", log) else {
            continue;
        };
        let mode = shape::word(value, "mode", &MODES, log);
        if modes.iter().any(|(earlier, _)| earlier == name) {
            repeated_key(key, name, "`modes`", log);
        } else if scope::is_action(key, name, names, log) {
            modes.extend(mode.map(|mode| (Arc::clone(name), mode)));
        }
    }
    // The order says nothing, so equal policies are written alike.
    modes.sort_by(|a, b| a.0.cmp(&b.0));
    modes
}

fn read_rules(node: &Node, names: Option<&Names<'_>>, policy: &mut Policy, log: &mut Log) {
    let mut first: HashMap<Arc<str>, u32> = HashMap::new();
    for node in shape::items(node, "`rules`", log).unwrap_or_default() {
        let read = rule::read(node, names, log);
        if let Some((id, place)) = read.id {
            let line = *first.entry(Arc::clone(&id)).or_insert(place.line);
            if line != place.line {
                let message = format!(
                    "the rule id {} is used again, first on line {line}; expected one rule of each name",
                    quoted(&id)
                );
                log.report(ProblemKind::RepeatedRule, place, message, None);
            }
        }
        if let Some(rule) = read.rule {
            policy.rules.push(rule);
            policy.places.push(read.places);
        }
    }
    log.set_rule(None);
}
