//! Holding policies against a schema.

use cedar_policy::{PolicyId, Schema, ValidationMode, Validator};
use miette::Diagnostic;

use super::diagnose::diagnosed;
use super::problem::{CedarProblem, CedarProblemKind};
use super::rule::Rules;
use super::source::Source;

/// What is wrong with the policies under the schema, strictly, in the order of the policies.
pub(super) fn validate(
    rules: &Rules,
    sources: &[Source],
    schema: &Schema,
    schema_source: &Source,
) -> impl Iterator<Item = CedarProblem> {
    let result = Validator::new(schema.clone()).validate(&rules.all, ValidationMode::Strict);
    let mut found = Vec::new();
    let mut add = |kind, id: &PolicyId, error: &dyn Diagnostic| {
        let rule = rules.get(id);
        let source = rule.and_then(|rule| sources.get(rule.source));
        for problem in diagnosed(kind, source.unwrap_or(schema_source), error) {
            let mut problem = without_prefix(problem, id);
            if let Some(rule) = rule {
                let place = problem.place.unwrap_or(rule.place);
                problem = problem.about(&rule.id).at(Some(place));
            }
            found.push((rules.position(id), problem));
        }
    };
    for error in result.validation_errors() {
        add(CedarProblemKind::Validation, error.policy_id(), error);
    }
    for warning in result.validation_warnings() {
        add(CedarProblemKind::Suspicious, warning.policy_id(), warning);
    }
    found.sort_by_cached_key(|(position, problem)| {
        (*position, problem.place, problem.message.clone())
    });
    found.into_iter().map(|(_, problem)| problem)
}

/// Cedar's messages begin with the policy, which the problem names by itself.
fn without_prefix(mut problem: CedarProblem, id: &PolicyId) -> CedarProblem {
    let prefix = format!("for policy `{id}`");
    let without = |text: &str| {
        let rest = text.strip_prefix(&prefix)?;
        Some(rest.trim_start_matches([',', ':', ' ']).to_owned())
    };
    problem.message = without(&problem.message).unwrap_or(problem.message);
    problem.hint = problem.hint.map(|hint| without(&hint).unwrap_or(hint));
    problem
}
