//! [`Overrides`]: what was set over the modes that the policy names.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::clock::Timestamp;
use crate::decision::Mode;

use super::{Change, ModeTarget};

/// A mode that was set over what the policy says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ModeOverride {
    /// What it holds for.
    pub target: ModeTarget,
    /// The mode.
    pub mode: Mode,
    /// Since when.
    pub since: Timestamp,
    /// Who set it, and why; `None` where the program itself did when it built the runtime.
    pub change: Option<Change>,
}

/// What was set over the modes that the policy names: one mode for each target.
#[derive(Clone, Debug, Default)]
pub(crate) struct Overrides(BTreeMap<ModeTarget, ModeOverride>);

impl Overrides {
    /// Sets one. Returns the mode that was set before.
    pub(crate) fn set(&mut self, set: ModeOverride) -> Option<Mode> {
        let before = self.0.insert(set.target.clone(), set);
        before.map(|before| before.mode)
    }

    /// Takes one away. Returns the mode that was set before.
    pub(crate) fn clear(&mut self, target: &ModeTarget) -> Option<Mode> {
        self.0.remove(target).map(|before| before.mode)
    }

    /// All, everything first, then actions, then rules.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &ModeOverride> {
        self.0.values()
    }

    /// The mode of everything.
    pub(super) fn everything(&self) -> Option<Mode> {
        let set = self.0.get(&ModeTarget::Everything);
        set.map(|set| set.mode)
    }

    /// The modes of actions, by type.
    pub(super) fn actions(&self) -> impl Iterator<Item = (&str, Mode)> {
        self.iter().filter_map(|set| match &set.target {
            ModeTarget::Action(kind) => Some((&**kind, set.mode)),
            ModeTarget::Everything | ModeTarget::Rule(_) => None,
        })
    }

    /// The modes of rules, by identifier.
    pub(crate) fn rules(&self) -> BTreeMap<Arc<str>, Mode> {
        let rules = self.iter().filter_map(|set| match &set.target {
            ModeTarget::Rule(id) => Some((id.clone().into_shared(), set.mode)),
            ModeTarget::Everything | ModeTarget::Action(_) => None,
        });
        rules.collect()
    }
}
