//! [`ModeSettings`]: which modes a policy names.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::decision::Mode;

/// Which modes a policy names, for everything, for actions and for rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModeSettings {
    /// The mode of the whole policy.
    pub policy: Option<Mode>,
    /// The modes of actions, by type.
    pub actions: BTreeMap<Arc<str>, Mode>,
    /// The modes of rules, by identifier: those that say one, or are rolled out to a part alone.
    pub rules: BTreeMap<Arc<str>, RuleMode>,
}

/// What one rule says of its mode.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleMode {
    /// Its own mode.
    pub mode: Option<Mode>,
    /// For how many of a hundred it has that mode, as written, such as `12.5`.
    pub rollout: Option<String>,
}
