//! Words that stand in several places: effects and modes.

use super::shape;
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
    let instead_of = |word: &str| match word {
        "deny" | "reject" | "forbid" | "refuse" => Some("write `block`"),
        "permit" | "accept" | "grant" => Some("write `allow`"),
        "approve" | "approval" | "review" | "escalate" => Some("write `require_approval`"),
        _ => None,
    };
    shape::word_with(node, what, &EFFECTS, instead_of, log)
}

/// Reads a mode.
pub(super) fn read_mode(node: &Node, log: &mut Log) -> Option<Mode> {
    let instead_of = |word: &str| match word {
        "on" | "enabled" | "enforced" | "enforcing" | "active" => Some("write `enforce`"),
        "monitor" | "audit" | "dry_run" | "log" | "permissive" => Some("write `shadow`"),
        "disabled" | "none" => Some("write `off`"),
        _ => None,
    };
    shape::word_with(node, "mode", &MODES, instead_of, log)
}
