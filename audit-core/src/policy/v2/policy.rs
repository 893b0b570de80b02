//! The policy file: what holds for all rules, and the rules.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use foldhash::fast::FixedState;

use super::alias;
use super::budget::Budget;
use super::names::Names;
use super::rule;
use super::scope;
use super::shape;
use super::word::{read_effect, read_mode};
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
    // Where it is missing, that was reported already.
    ("language", Optional),
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
        settings: Settings::VERSION_1,
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
    policy.settings = Settings {
        combine: word(combine, "combine", &COMBINE, Combine::FirstMatch, log),
        default: default
            .and_then(|node| read_effect(node, "default", log))
            .unwrap_or(Effect::Block),
        on_missing: word(
            missing,
            "on_missing",
            &ON_MISSING,
            OnMissing::Indeterminate,
            log,
        ),
        on_error: word(error, "on_error", &ON_ERROR, OnError::Indeterminate, log),
        mode: mode.and_then(|node| read_mode(node, log)),
        modes: modes.map_or_else(Vec::new, |node| read_modes(node, names, log)),
    };
    if let Some(rules) = rules {
        read_rules(rules, names, &mut policy, log);
    }
    policy
}

/// A word, or what holds where there is none.
fn word<T: Copy>(
    node: Option<&Node>,
    what: &str,
    accepted: &[(&'static str, T)],
    otherwise: T,
    log: &mut Log,
) -> T {
    node.and_then(|node| shape::word_with(node, what, accepted, alias::SETTINGS, log))
        .unwrap_or(otherwise)
}

/// The modes of actions, by name.
fn read_modes(node: &Node, names: Option<&Names<'_>>, log: &mut Log) -> Vec<(Arc<str>, Mode)> {
    let mut modes: Vec<(Arc<str>, Mode)> = Vec::new();
    let mut seen = HashSet::new();
    for [key, value] in shape::entries(node, "`modes`", log).unwrap_or_default() {
        let Some(name) = shape::name(key, "`modes`", log) else {
            continue;
        };
        let mode = read_mode(value, log);
        if !seen.insert(name) {
            repeated_key(key, name, "`modes`", log);
        } else if scope::is_action(key, name, alias::MODES_OF, names, log) {
            modes.extend(mode.map(|mode| (Arc::clone(name), mode)));
        }
    }
    // The order says nothing, so equal policies are written alike.
    modes.sort_by(|a, b| a.0.cmp(&b.0));
    modes
}

fn read_rules(node: &Node, names: Option<&Names<'_>>, policy: &mut Policy, log: &mut Log) {
    let mut first: HashMap<Arc<str>, u32, FixedState> = HashMap::default();
    let budget = Budget::new();
    if node.entries().is_some_and(|entries| !entries.is_empty()) {
        let hint = "each rule begins with a `-`, such as `- id: ..`";
        shape::mismatch::<()>(node, "`rules`, a list", Some(hint.to_owned()), log);
        return;
    }
    for node in shape::items(node, "`rules`", log).unwrap_or_default() {
        let read = rule::read(node, names, &budget, log);
        if let Some((id, place)) = read.id {
            match first.entry(id) {
                Entry::Vacant(entry) => {
                    entry.insert(place.line);
                }
                Entry::Occupied(entry) => {
                    let message = format!(
                        "the rule id {} is used again, first on line {}; expected it once in a set",
                        quoted(entry.key()),
                        entry.get()
                    );
                    log.report(ProblemKind::RepeatedRule, place, message, None);
                }
            }
        }
        if let Some(rule) = read.rule {
            policy.rules.push(rule);
            policy.places.push(read.places);
        }
    }
    log.set_rule(None);
}
