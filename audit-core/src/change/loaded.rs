//! The events of policies that were loaded or refused, and of the modes that they name.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use crate::contain::shown;
use crate::decision::{Mode, PolicyInfo};
use crate::evaluator::{ModeSettings, RuleMode};
use crate::event::EventKind;
use crate::mode::ModeTarget;
use crate::policy::{PolicyError, Problem};
use crate::runtime::{Announcement, InPlace};
use crate::value::{Fields, Value};

use super::fact::{Facts, of_target};

/// The most problems, and rules without their override, that one event lists.
const LISTED: usize = 16;

/// Another policy is in place.
pub(super) fn policy_loaded(
    facts: &Facts<'_>,
    old: &InPlace,
    new: &InPlace,
    dir: Option<&Path>,
) -> Announcement {
    let mut data = Fields::new()
        .with("from", of_policy(old.policy))
        .with("to", of_policy(new.policy));
    if let Some(rules) = new.grounds.declared_rules() {
        data.set("rules", rules.len());
    }
    if let Some(dir) = dir {
        data.set("dir", shown(dir.display()));
    }
    let lost = &new.grounds.lost_rules;
    if !lost.is_empty() {
        let listed = lost.iter().take(LISTED);
        let listed: Vec<_> = listed.map(|rule| Value::from(shown(rule))).collect();
        data.set("overrides_without_rule", listed);
        data.set("overrides_without_rule_count", lost.len());
    }
    facts.event(EventKind::Policy, "policy.loaded", data, &[old, new])
}

/// A policy is refused, and the old one stays.
pub(super) fn policy_refused(
    facts: &Facts<'_>,
    in_place: &InPlace,
    dir: &Path,
    error: &PolicyError,
) -> Announcement {
    // Warnings refuse nothing.
    let errors = || {
        let problems = error.problems().iter();
        problems.filter(|problem| !problem.kind.is_warning())
    };
    let listed: Vec<Value<'static>> = errors()
        .take(LISTED)
        .map(|problem| Value::from(of_problem(problem)))
        .collect();
    let data = Fields::new()
        .with("in_place", of_policy(in_place.policy))
        .with("dir", shown(dir.display()))
        .with("problem_count", errors().count())
        .with("problems", listed);
    facts.event(EventKind::Policy, "policy.refused", data, &[in_place])
}

/// Every mode that the new policy names otherwise than the old one.
pub(super) fn modes_loaded(facts: &Facts<'_>, old: &InPlace, new: &InPlace) -> Vec<Announcement> {
    let (was, is) = (&*old.grounds.settings, &*new.grounds.settings);
    let differences = targets(was, is).into_iter().filter_map(|target| {
        let (was, is) = (said(was, &target), said(is, &target));
        (was != is).then_some((target, was, is))
    });
    let event = |(target, was, is): (ModeTarget, RuleMode, RuleMode)| {
        let mut data = of_target(&target, was.mode, is.mode);
        if was.rollout != is.rollout {
            data.set("rollout_from", was.rollout);
            data.set("rollout_to", is.rollout);
        }
        facts.event(EventKind::Mode, "mode.loaded", data, &[old, new])
    };
    differences.map(event).collect()
}

/// Everything that one of two policies may name a mode for.
fn targets(one: &ModeSettings, other: &ModeSettings) -> BTreeSet<ModeTarget> {
    let both = [one, other];
    let actions = both.iter().flat_map(|said| said.actions.keys());
    let rules = both.iter().flat_map(|said| said.rules.keys());
    let everything = std::iter::once(ModeTarget::Everything);
    everything
        .chain(actions.map(|kind| ModeTarget::Action(Arc::clone(kind).into())))
        .chain(rules.map(|id| ModeTarget::Rule(Arc::clone(id).into())))
        .collect()
}

/// What a policy names for a target.
fn said(settings: &ModeSettings, target: &ModeTarget) -> RuleMode {
    let mode = |mode: Option<Mode>| RuleMode {
        mode,
        rollout: None,
    };
    match target {
        ModeTarget::Everything => mode(settings.policy),
        ModeTarget::Action(kind) => mode(settings.actions.get(&**kind).copied()),
        ModeTarget::Rule(id) => settings.rules.get(&**id).cloned().unwrap_or_default(),
    }
}

/// Which policy it is.
fn of_policy(info: PolicyInfo) -> Fields<'static> {
    Fields::new()
        .with("digest", info.digest.to_string())
        .with("version", info.version)
}

/// One thing that is wrong with a policy.
fn of_problem(problem: &Problem) -> Fields<'static> {
    let mut fields = Fields::new()
        .with("code", problem.kind.code())
        .with("file", shown(&problem.file));
    if let Some(place) = problem.place {
        fields.set("line", place.line);
        fields.set("column", place.column);
    }
    if let Some(rule) = &problem.rule {
        fields.set("rule", shown(rule));
    }
    fields.with("message", shown(&problem.message))
}
