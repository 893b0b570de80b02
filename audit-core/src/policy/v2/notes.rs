//! What a rule says besides scope, condition and effect.

use super::literal;
use super::rollout;
use super::rule::MODES;
use super::scope::Readable;
use super::shape;
use crate::decision::Severity;
use crate::policy::model::Notes;
use crate::policy::reading::log::Log;
use crate::policy::yaml::Node;

pub(super) const SEVERITIES: [(&str, Severity); 5] = [
    (Severity::Informational.as_str(), Severity::Informational),
    (Severity::Low.as_str(), Severity::Low),
    (Severity::Medium.as_str(), Severity::Medium),
    (Severity::High.as_str(), Severity::High),
    (Severity::Critical.as_str(), Severity::Critical),
];

/// The values that were written for it.
pub(super) struct Written<'n> {
    pub(super) reason: Option<&'n Node>,
    pub(super) severity: Option<&'n Node>,
    pub(super) owner: Option<&'n Node>,
    pub(super) tags: Option<&'n Node>,
    pub(super) mode: Option<&'n Node>,
    pub(super) rollout: Option<&'n Node>,
    pub(super) expires: Option<&'n Node>,
}

/// Reads them; each is complete only if nothing was logged as an error.
pub(super) fn read(written: Written<'_>, readable: &Readable<'_, '_>, log: &mut Log) -> Notes {
    let Written {
        reason,
        severity,
        owner,
        tags,
        mode,
        rollout,
        expires,
    } = written;
    let tags = tags.and_then(|node| shape::items(node, "`tags`", log));
    Notes {
        reason: reason.and_then(|node| shape::text(node, "`reason`", log)),
        severity: severity.and_then(|node| shape::word(node, "severity", &SEVERITIES, log)),
        owner: owner.and_then(|node| shape::text(node, "`owner`", log)),
        tags: tags
            .unwrap_or_default()
            .iter()
            .filter_map(|tag| shape::text(tag, "a tag", log))
            .collect(),
        mode: mode.and_then(|node| shape::word(node, "mode", &MODES, log)),
        rollout: rollout.and_then(|node| rollout::read(node, readable, log)),
        expires: expires.and_then(|node| literal::time::read(node, "`expires`", log)),
    }
}
