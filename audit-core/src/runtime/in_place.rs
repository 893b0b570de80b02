//! [`InPlace`]: the policy in place and the modes in force, which change in one step.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::contain::contain;
use crate::decision::{Mode, PolicyInfo};
use crate::evaluator::{Evaluator, ModeSettings};
use crate::mode::{Modes, Overrides};
use crate::redaction::Classification;

use super::Engine;

/// The policy in place and the modes in force.
#[derive(Clone)]
pub(crate) struct InPlace {
    /// Answers: the policy, its rules in the modes that were set for them.
    pub(crate) evaluator: Engine,
    /// Which policy of the process this is; never 0.
    pub(crate) serial: u32,
    pub(crate) policy: PolicyInfo,
    /// What the policy keeps out of records, if anything.
    pub(crate) classification: Option<Arc<Classification>>,
    pub(crate) modes: Modes,
    /// What evaluator and modes follow from.
    pub(crate) grounds: Arc<Grounds>,
    /// How often it was changed.
    pub(super) revision: u64,
}

/// A policy as it was loaded, and what was set over it: read only where something changes.
pub(crate) struct Grounds {
    pub(crate) loaded: Engine,
    /// The modes that the policy names.
    pub(crate) settings: Arc<ModeSettings>,
    /// What was set over them.
    pub(crate) overrides: Overrides,
    /// The rules that have an override and are not in the policy, or can't have a mode of their own in it.
    pub(crate) lost_rules: Vec<Arc<str>>,
}

impl InPlace {
    /// A policy under modes that were set before.
    pub(crate) fn load(loaded: Engine, overrides: Overrides) -> Self {
        let settings = Arc::new(loaded.modes());
        let (policy, classification) = (loaded.info(), loaded.classification());
        let (evaluator, modes, grounds) = judging(loaded, settings, overrides);
        Self {
            evaluator,
            serial: next_serial(),
            policy,
            classification: (!classification.is_empty()).then(|| Arc::new(classification)),
            modes,
            grounds,
            revision: 0,
        }
    }

    /// The same policy under other modes.
    pub(crate) fn under(&self, overrides: Overrides) -> Self {
        let loaded = self.grounds.loaded.clone();
        let settings = Arc::clone(&self.grounds.settings);
        let (evaluator, modes, grounds) = judging(loaded, settings, overrides);
        Self {
            evaluator,
            serial: self.serial,
            policy: self.policy,
            classification: self.classification.clone(),
            modes,
            grounds,
            revision: self.revision,
        }
    }
}

impl Grounds {
    /// Every action of the policy's schema, if it has one.
    pub(crate) fn declared_actions(&self) -> Option<Vec<Arc<str>>> {
        contain(|| self.loaded.declared_actions()).ok().flatten()
    }

    /// Every rule of the policy, if it can say.
    pub(crate) fn declared_rules(&self) -> Option<Vec<Arc<str>>> {
        declared_rules(&*self.loaded)
    }

    /// The policy, this rule in this mode beside what was set for others; `None` where its rules have none of their own.
    ///
    /// # Errors
    /// The text of the panic in which asking for it ended.
    pub(crate) fn with_rule_mode(
        &self,
        rule: Arc<str>,
        mode: Mode,
    ) -> Result<Option<Engine>, String> {
        let (mut rules, _lost) = known_rules(&self.loaded, &self.overrides);
        rules.insert(rule, mode);
        with_rule_modes(&self.loaded, &rules)
    }
}

/// Who answers in which modes, where these were set over a policy.
fn judging(
    loaded: Engine,
    settings: Arc<ModeSettings>,
    overrides: Overrides,
) -> (Engine, Modes, Arc<Grounds>) {
    let (mut rules, mut lost_rules) = known_rules(&loaded, &overrides);
    let mut evaluator = loaded.clone();
    if !rules.is_empty() {
        match with_rule_modes(&loaded, &rules).ok().flatten() {
            Some(with_modes) => evaluator = with_modes,
            None => lost_rules.extend(std::mem::take(&mut rules).into_keys()),
        }
    }
    let modes = Modes::new(&settings, &overrides, &rules);
    let grounds = Grounds {
        loaded,
        settings,
        overrides,
        lost_rules,
    };
    (evaluator, modes, Arc::new(grounds))
}

/// The modes that were set for rules of a policy, and the rules that it does not have.
fn known_rules(
    loaded: &Engine,
    overrides: &Overrides,
) -> (BTreeMap<Arc<str>, Mode>, Vec<Arc<str>>) {
    let mut rules = overrides.rules();
    let mut lost = Vec::new();
    if !rules.is_empty()
        && let Some(declared) = declared_rules(&**loaded)
    {
        lost.extend(rules.keys().filter(|id| !declared.contains(id)).cloned());
        rules.retain(|id, _| declared.contains(id));
    }
    (rules, lost)
}

/// A policy, these rules in these modes; `None` where its rules have none of their own.
fn with_rule_modes(
    loaded: &Engine,
    rules: &BTreeMap<Arc<str>, Mode>,
) -> Result<Option<Engine>, String> {
    let made = contain(|| loaded.with_rule_modes(rules))?;
    Ok(made.map(Engine::new))
}

/// Every rule of a policy, if it can say.
fn declared_rules(evaluator: &dyn Evaluator) -> Option<Vec<Arc<str>>> {
    contain(|| evaluator.declared_rules()).ok().flatten()
}

/// A number that no policy had before.
fn next_serial() -> u32 {
    static SERIALS: AtomicU32 = AtomicU32::new(0);
    let previous = SERIALS.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |serial| {
        Some(serial.checked_add(1).unwrap_or(1))
    });
    previous.unwrap_or_default().checked_add(1).unwrap_or(1)
}
