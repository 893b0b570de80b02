//! Points in time: RFC 3339 with an offset.

use super::shape;
use crate::clock::Timestamp;
use crate::policy::problem::ProblemKind;
use crate::policy::reading::log::Log;
use crate::policy::reading::wording::quoted;
use crate::policy::yaml::Node;

/// Reads a point in time.
pub(in crate::policy::v2) fn read(node: &Node, what: &str, log: &mut Log) -> Option<Timestamp> {
    let text = shape::text(node, what, log)?;
    match text.parse() {
        Ok(time) => Some(time),
        Err(_) => {
            let message = format!(
                "{} is no time, expected RFC 3339 with an offset, such as `2026-11-23T08:00:00Z`",
                quoted(&text)
            );
            log.report(ProblemKind::InvalidTime, node.place, message, None);
            None
        }
    }
}
