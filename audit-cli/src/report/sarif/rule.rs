//! [`Rule`]: one kind of problem, whether it was found or not.

use audit_core::ProblemKind;
use serde::Serialize;

use super::message::Message;
use crate::report::Severity;

/// What a reader of the alert is told, whatever was found.
const HELP: &str = "The message says what was found and what is accepted; behind `help:` it names the way out, where there is one.";

/// One kind of problem (§3.49).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Rule {
    id: &'static str,
    name: &'static str,
    short_description: Message,
    /// The same again: GitHub asks for both, and for help.
    full_description: Message,
    help: Message,
    default_configuration: Configuration,
}

/// What the kind weighs (§3.50).
#[derive(Serialize)]
struct Configuration {
    level: Severity,
}

/// Every kind of problem, in the order of the codes.
pub(super) fn rules() -> Vec<Rule> {
    ProblemKind::ALL.iter().copied().map(Rule::new).collect()
}

/// Where [`rules`] has this kind.
pub(super) fn index(kind: ProblemKind) -> Option<usize> {
    ProblemKind::ALL.iter().position(|known| *known == kind)
}

impl Rule {
    fn new(kind: ProblemKind) -> Self {
        let description = kind.description();
        Self {
            id: kind.code(),
            name: kind.as_str(),
            short_description: Message::new(description),
            full_description: Message::new(description),
            help: Message::new(&format!("{description} {HELP}")),
            default_configuration: Configuration { level: kind.into() },
        }
    }
}
