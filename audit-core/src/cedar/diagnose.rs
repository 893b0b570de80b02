//! Cedar's errors as problems of ours.

use miette::Diagnostic;

use super::problem::{CedarProblem, CedarProblemKind};
use super::source::Source;

/// What Cedar says of errors whose problem says it too.
const SAID: [&str; 2] = [
    "error parsing schema: ",
    "error during entity deserialization: ",
];

/// An error of Cedar's with everything that goes along with it, each at its place.
pub(super) fn diagnosed(
    kind: CedarProblemKind,
    source: &Source,
    error: &dyn Diagnostic,
) -> Vec<CedarProblem> {
    let mut problems = vec![problem(kind, source, error)];
    for related in error.related().into_iter().flatten() {
        problems.push(problem(kind, source, related));
    }
    problems
}

/// One error of Cedar's. What its label says was expected belongs to the message.
fn problem(kind: CedarProblemKind, source: &Source, error: &dyn Diagnostic) -> CedarProblem {
    let said = chain(error);
    let rest = SAID.iter().find_map(|what| said.strip_prefix(what));
    let mut message = rest.unwrap_or(&said).to_owned();
    let mut place = None;
    if let Some(label) = error.labels().and_then(|mut labels| labels.next()) {
        place = Some(source.place(label.offset()));
        if let Some(text) = label.label().filter(|text| text.starts_with("expected")) {
            message = format!("{message}, {text}");
        }
    }
    let hint = error.help().map(|help| help.to_string());
    CedarProblem::new(kind, &source.name, message)
        .at(place)
        .hint(hint)
}

/// A message with the sources that it does not repeat.
fn chain(error: &dyn Diagnostic) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    // More sources than any honest error has.
    for _ in 0..16 {
        let Some(next) = source else { break };
        let next_text = next.to_string();
        if !text.contains(&next_text) {
            text = format!("{text}: {next_text}");
        }
        source = next.source();
    }
    text
}
