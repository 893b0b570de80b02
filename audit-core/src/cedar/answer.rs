//! Cedar's response as a verdict.

use cedar_policy::{
    AuthorizationError, Decision, Diagnostics, EvaluationError, PolicyId, Response,
};
use miette::Diagnostic;

use crate::decision::Effect;
use crate::evaluator::{EvaluateError, Verdict};

use super::rule::{Rule, Rules};
use super::source::Source;

/// Policies that are named in one message.
const NAMED: usize = 4;

/// What the response says. `firm` asks again, without the forbids that want an approval for what is permitted.
pub(super) fn verdict<'r>(
    rules: &'r Rules,
    sources: &[Source],
    response: &Response,
    firm: impl FnOnce() -> Option<Response>,
) -> Result<Verdict<'r>, EvaluateError> {
    let failed = failures(rules, sources, response.diagnostics());
    let rule = determining(rules, response.diagnostics());
    match (response.decision(), rule) {
        // A forbid that holds decides, whatever other policies would have said.
        (Decision::Deny, Some(rule)) if rule.effect == Effect::Block => Ok(by(rule)),
        (Decision::Deny, Some(rule)) => {
            let firm = firm();
            let sure = |firm: &Response| firm.diagnostics().errors().next().is_none();
            match firm.filter(sure).map(|firm| firm.decision()) {
                Some(Decision::Allow) => Ok(by(rule)),
                // What nobody permits can't be approved.
                Some(Decision::Deny) => failed.map_or(Ok(Verdict::by_default(Effect::Block)), Err),
                None => Err(failed.unwrap_or_else(|| EvaluateError::new("Cedar gave no answer"))),
            }
        }
        (_, rule) => match (failed, rule) {
            (Some(failed), _) => Err(failed),
            (None, Some(rule)) => Ok(by(rule)),
            (None, None) => Ok(Verdict::by_default(Effect::Block)),
        },
    }
}

fn by(rule: &Rule) -> Verdict<'_> {
    let verdict = Verdict::by_rule(&rule.id, rule.effect);
    match &rule.reason {
        Some(reason) => verdict.because(reason),
        None => verdict,
    }
}

/// The one of the determining policies that decides: a plain one before one that wants an approval, then the first.
fn determining<'r>(rules: &'r Rules, diagnostics: &Diagnostics) -> Option<&'r Rule> {
    let rank = |id: &&PolicyId| {
        let approval = rules
            .get(id)
            .is_none_or(|rule| rule.effect == Effect::RequireApproval);
        (approval, rules.position(id))
    };
    rules.get(diagnostics.reason().min_by_key(rank)?)
}

/// Which policies could not be evaluated, and why, without any value; `None` if all could.
fn failures(rules: &Rules, sources: &[Source], diagnostics: &Diagnostics) -> Option<EvaluateError> {
    let mut failed: Vec<_> = diagnostics
        .errors()
        .map(|error| {
            let AuthorizationError::PolicyEvaluationError(error) = error;
            (
                rules.position(error.policy_id()),
                error.policy_id(),
                error.inner(),
            )
        })
        .collect();
    failed.sort_by_key(|(position, ..)| *position);
    let named = failed.iter().take(NAMED).map(|(_, id, error)| {
        let source = rules.get(id).and_then(|rule| sources.get(rule.source));
        let place = place_of(error, source);
        format!("policy `{id}` can't be evaluated: {}{place}", cause(error))
    });
    let mut message = named.collect::<Vec<_>>().join("; ");
    if failed.len() > NAMED {
        message = format!("{message}; and {} more", failed.len() - NAMED);
    }
    (!failed.is_empty()).then(|| EvaluateError::new(message))
}

/// What went wrong, in words that show no value.
fn cause(error: &EvaluationError) -> &'static str {
    match error {
        EvaluationError::EntityDoesNotExist(_) => {
            "it asks something of an entity that nobody knows"
        }
        EvaluationError::EntityAttrDoesNotExist(_) | EvaluationError::RecordAttrDoesNotExist(_) => {
            "it reads an attribute or tag that is not there"
        }
        EvaluationError::TypeError(_) => "an operator or function met a value of another type",
        EvaluationError::IntegerOverflow(_) => "a number grew beyond 64 bits",
        EvaluationError::FailedExtensionFunctionExecution(_) => {
            "an extension function does not accept its argument"
        }
        EvaluationError::RecursionLimit(_) => "it nests too deep for the caller's stack",
        _ => "Cedar can't say more without a value",
    }
}

/// Where it went wrong, in brackets.
fn place_of(error: &EvaluationError, source: Option<&Source>) -> String {
    let label = error.labels().and_then(|mut labels| labels.next());
    match (label, source) {
        (Some(label), Some(source)) => {
            let (line, column) = source.place(label.offset());
            format!(" ({}:{line}:{column})", source.name)
        }
        _ => String::new(),
    }
}
