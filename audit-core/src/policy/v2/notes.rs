//! What a rule says besides scope, condition and effect.

use std::collections::HashSet;
use std::sync::Arc;

use super::alias;
use super::literal;
use super::rollout;
use super::scope::Readable;
use super::shape;
use super::word::read_mode;
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
pub(super) fn read(written: &Written<'_>, readable: &Readable<'_, '_>, log: &mut Log) -> Notes {
    let Written {
        reason,
        severity,
        owner,
        tags,
        mode,
        rollout,
        expires,
    } = *written;
    Notes {
        reason: reason.and_then(|node| shape::text(node, "`reason`", log)),
        severity: severity.and_then(|node| {
            shape::word_with(node, "severity", &SEVERITIES, alias::SEVERITIES, log)
        }),
        owner: owner.and_then(|node| shape::text(node, "`owner`", log)),
        tags: tags.map_or_else(Vec::new, |node| read_tags(node, log)),
        mode: mode.and_then(|node| read_mode(node, log)),
        rollout: rollout.and_then(|node| rollout::read(node, readable, log)),
        expires: expires.and_then(|node| literal::time::read(node, "`expires`", log)),
    }
}

/// Tags, each once.
fn read_tags(node: &Node, log: &mut Log) -> Vec<Arc<str>> {
    let mut seen = HashSet::new();
    let mut tags = Vec::new();
    for item in shape::items(node, "`tags`", log).unwrap_or_default() {
        let Some(tag) = shape::text(item, "a tag", log) else {
            continue;
        };
        if seen.insert(Arc::clone(&tag)) {
            tags.push(tag);
        } else {
            shape::repeated_value(item, "`tags`", log);
        }
    }
    tags
}
