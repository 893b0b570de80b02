//! Words that stand in several places: effects and modes.

use super::{alias, shape};
use crate::decision::{Effect, Mode};
use crate::policy::reading::log::Log;
use crate::policy::yaml::Node;

pub(super) const EFFECTS: [(&str, Effect); 3] = [
    (Effect::Allow.as_str(), Effect::Allow),
    (Effect::Block.as_str(), Effect::Block),
    (Effect::RequireApproval.as_str(), Effect::RequireApproval),
];
pub(super) const MODES: [(&str, Mode); 3] = [
    (Mode::Off.as_str(), Mode::Off),
    (Mode::Shadow.as_str(), Mode::Shadow),
    (Mode::Enforce.as_str(), Mode::Enforce),
];

/// Reads an effect; `what` names it in messages.
pub(super) fn read_effect(node: &Node, what: &str, log: &mut Log) -> Option<Effect> {
    shape::word_with(node, what, &EFFECTS, alias::EFFECTS, log)
}

/// Reads a mode.
pub(super) fn read_mode(node: &Node, log: &mut Log) -> Option<Mode> {
    shape::word_with(node, "mode", &MODES, alias::MODES, log)
}
