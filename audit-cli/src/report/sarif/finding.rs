//! [`Finding`]: one problem.

use audit_core::Problem;
use serde::Serialize;

use super::fingerprint::{Fingerprint, Fingerprints};
use super::location::Location;
use super::message::Message;
use super::rule;
use crate::excerpt::Excerpts;
use crate::report::{Report, Severity, rule_note};

/// One problem (§3.27).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Finding {
    rule_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: Severity,
    message: Message,
    locations: [Location; 1],
    partial_fingerprints: Fingerprint,
}

/// Every problem of a report, in its order.
pub(super) fn findings(report: &Report<'_>) -> Vec<Finding> {
    let mut excerpts = Excerpts::new(report.documents);
    let mut fingerprints = Fingerprints::default();
    let finding = |problem| {
        let excerpt = excerpts.of(problem);
        let thing = excerpt.map(|excerpt| excerpt.thing());
        Finding {
            rule_id: problem.kind.code(),
            rule_index: rule::index(problem.kind),
            level: problem.kind.into(),
            message: Message::new(&told(problem)),
            locations: [Location::of(problem)],
            partial_fingerprints: fingerprints.of(problem, thing.unwrap_or_default()),
        }
    };
    report.problems.iter().copied().map(finding).collect()
}

/// What the text report says, a line each. A message must say something (§3.11.8), which the words of a governance
/// rule need not.
fn told(problem: &Problem) -> String {
    let message = problem.message.as_str();
    let mut told = match message.trim() {
        "" => problem.kind.description().to_owned(),
        _ => message.to_owned(),
    };
    let rule = rule_note(problem);
    for (word, line) in [("note", &rule), ("help", &problem.hint)] {
        if let Some(line) = line {
            told.extend(["\n", word, ": ", line]);
        }
    }
    told
}
