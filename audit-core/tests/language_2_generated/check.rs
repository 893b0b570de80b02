//! One policy set, and the requests that are put to it: what is said, held against what has to be said.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Arc;

use audit_core::{
    Effect, Evaluator, Mode, Request, RuleOutcome, RuleTrace, Timestamp, Truth, Verdict,
};

use super::ast::{Asked, Policy};
use super::naive::Answer;
use super::naive::condition;

/// What differs, in words.
pub(crate) type Difference = String;

/// Puts the requests to a policy set. `Err`: the first request that is answered otherwise, and how.
pub(crate) fn check(policy: &Policy, requests: &[Asked]) -> Result<(), (usize, Difference)> {
    let read = audit_core::Policy::from_strings(&policy.schema.to_yaml(), &policy.to_yaml(), None)
        .map_err(|error| (0, format!("the reader refuses it: {error}")))?;
    same("the modes", &read.modes().policy, &policy.mode).map_err(|difference| (0, difference))?;
    for (place, asked) in requests.iter().enumerate() {
        let modes = asked.rule_modes.iter();
        let modes: BTreeMap<Arc<str>, Mode> = modes
            .map(|(rule, mode)| (Arc::from(rule.as_str()), *mode))
            .collect();
        let overridden = (!modes.is_empty()).then(|| read.with_rule_modes(&modes).unwrap());
        let evaluator: &dyn Evaluator = overridden.as_deref().unwrap_or(&read);
        check_one(evaluator, policy, asked).map_err(|difference| (place, difference))?;
    }
    Ok(())
}

fn check_one(evaluator: &dyn Evaluator, policy: &Policy, asked: &Asked) -> Result<(), Difference> {
    let mut request = Request::new(&asked.action, &asked.actor, &asked.snapshot)
        .in_mode(asked.mode, asked.overridden);
    request.tenant = asked.tenant;
    request.time = asked
        .time
        .map(|time| time.to_uppercase().parse::<Timestamp>().unwrap());
    let expected = policy.answer(asked);
    let verdict = evaluator.evaluate(&request).unwrap();
    let effect = match (&verdict.error, evaluator.allows_indeterminate()) {
        (None, _) => verdict.effect,
        (Some(_), true) => Effect::Allow,
        (Some(_), false) => Effect::Block,
    };
    same("the rule", &verdict.matched_rule.as_deref(), &expected.rule)?;
    same("the effect", &effect, &expected.effect)?;
    same("the reason", &verdict.reason.as_deref(), &expected.reason)?;
    same("the severity", &verdict.severity, &expected.severity)?;
    same("the mode", &verdict.mode, &expected.mode)?;
    let would = verdict.would.zip(verdict.would_rule.as_deref());
    same("what would be", &would, &expected.would)?;
    check_doubt(&verdict, &expected)?;
    check_trace(&evaluator.trace(&request).unwrap(), &expected)
}

fn same<T: Debug + PartialEq>(what: &str, found: &T, expected: &T) -> Result<(), Difference> {
    if found == expected {
        return Ok(());
    }
    Err(format!("{what}: found {found:?}, expected {expected:?}"))
}

fn check_doubt(verdict: &Verdict<'_>, expected: &Answer<'_>) -> Result<(), Difference> {
    let kind = verdict.error.as_ref().map(|error| error.kind().as_str());
    let Some((rule, reasons)) = &expected.doubt else {
        return same("the error", &kind, &None);
    };
    let fits = reasons.iter().any(|(_, why)| Some(*why) == kind);
    if !fits {
        return Err(format!(
            "the error: found {kind:?}, expected {rule:?}: {reasons:?}"
        ));
    }
    let missing = expected.missing();
    match missing.iter().find(|path| {
        verdict
            .missing
            .iter()
            .all(|known| *known.as_str() != **path)
    }) {
        Some(path) => Err(format!(
            "what is missing: {:?} lacks {path}",
            verdict.missing
        )),
        None => Ok(()),
    }
}

/// The trace tells the same story.
fn check_trace(trace: &[RuleTrace], expected: &Answer<'_>) -> Result<(), Difference> {
    let truth = |rule: &RuleTrace| match rule.condition.truth() {
        Truth::True => condition::Truth::True,
        Truth::False => condition::Truth::False,
        _ => condition::Truth::Unknown,
    };
    let traced: Vec<_> = trace
        .iter()
        .map(|rule| (rule.rule.as_str(), truth(rule)))
        .collect();
    same("the traced conditions", &traced, &expected.candidates)?;
    let first = |outcome| {
        let mut found = trace.iter().filter(|rule| rule.outcome == outcome);
        found.next().map(|rule| rule.rule.as_str())
    };
    same(
        "the traced rule",
        &first(RuleOutcome::Decided),
        &expected.rule,
    )?;
    let would = expected.would.map(|(_, rule)| rule);
    same(
        "the traced rule that would decide",
        &first(RuleOutcome::WouldDecide),
        &would,
    )?;
    let doubt = expected.doubt.as_ref().map(|(rule, _)| *rule);
    same(
        "the traced rule that is undecided",
        &first(RuleOutcome::Undecided),
        &doubt,
    )?;
    Ok(())
}
