//! `audit policy eval`: what a policy says to one request.

use std::path::PathBuf;

use audit_core::{Effect, Evaluator, Severity};
use clap::Args;
use serde::Serialize;

use crate::cases;
use crate::console::{Console, one_line};
use crate::exit::{Exit, Stop};
use crate::question::{Format, QuestionArgs, note_undeclared};

#[derive(Debug, Args)]
pub(crate) struct EvalArgs {
    #[command(flatten)]
    question: QuestionArgs,
    /// Answers each row of this file (`-`: of the standard input) with one line of JSON
    ///
    /// A row is one line with a JSON object: `id`, `schema_yaml`, `policy_yaml` and, where it has them,
    /// `governance_yaml` and `input` with the objects `action`, `actor` and `snapshot`.
    ///
    /// The answer is `{"id", "effect", "matched_rule"}`, `{"id", "compiled": true}` where the row has no input,
    /// or `{"id", "error": {"stage", "kind"}}`.
    ///
    /// A row that is not of this form is told on the standard error with its line number and makes the exit
    /// code 3; the other rows are answered all the same.
    #[arg(long, value_name = "FILE", exclusive = true, verbatim_doc_comment)]
    cases: Option<PathBuf>,
}

/// The answer to one request, as JSON.
#[derive(Serialize)]
struct Answer<'a> {
    effect: Effect,
    matched_rule: Option<&'a str>,
    missing: Vec<&'a str>,
    /// What follows is left out where it says nothing, which in version 1 is always.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    severity: Option<Severity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    would: Option<Effect>,
    #[serde(skip_serializing_if = "Option::is_none")]
    would_rule: Option<&'a str>,
}

/// Prints what a policy says to one request, or to each row of a file.
pub(crate) fn eval(args: &EvalArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    match &args.cases {
        Some(path) => cases::answer(path, console),
        None => answer(&args.question, console),
    }
}

fn answer(question: &QuestionArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    let input = question.input()?;
    let policy = question.source.compiled(console)?;
    note_undeclared(&policy, &input, &mut console.err)?;
    let mut request = input.request().at(question.time());
    request.tenant = question.tenant().map(|tenant| &**tenant);
    let verdict = policy
        .evaluate(&request)
        .map_err(|error| Stop::CouldNotRun(error.to_string()))?;
    let allows = verdict.error.is_some() && policy.allows_indeterminate();
    let answer = Answer {
        effect: if allows {
            Effect::Allow
        } else {
            verdict.effect
        },
        matched_rule: verdict.matched_rule.as_deref(),
        missing: verdict.missing.iter().map(|path| &**path).collect(),
        error: verdict.error.as_ref().map(ToString::to_string),
        reason: verdict.reason.as_deref(),
        severity: verdict.severity,
        would: verdict.would,
        would_rule: verdict.would_rule.as_deref(),
    };
    match question.format {
        Format::Json => console.out.json(&answer)?,
        Format::Text => write_text(input.action.kind(), &answer, console)?,
    }
    Ok(Exit::Fine)
}

/// The first lines of an explanation, in its words.
fn write_text(
    kind: Option<&str>,
    answer: &Answer<'_>,
    console: &mut Console<'_>,
) -> Result<(), Stop> {
    let kind = one_line(kind.unwrap_or("(no action type)"));
    let by = match (&answer.error, answer.matched_rule) {
        (Some(error), _) => format!("indeterminate: {error}"),
        (None, Some(rule)) => format!("by rule {rule:?}"),
        (None, None) => "by default, as no rule matches".to_owned(),
    };
    console
        .out
        .line(format_args!("{kind}: {} {by}", answer.effect))?;
    if !answer.missing.is_empty() {
        console
            .out
            .line(format_args!("  missing: {}", answer.missing.join(", ")))?;
    }
    if let Some(reason) = answer.reason {
        let reason = one_line(reason);
        console.out.line(format_args!("  reason: {reason}"))?;
    }
    if let (Some(effect), Some(rule)) = (answer.would, answer.would_rule) {
        console
            .out
            .line(format_args!("  would: {effect} by rule {rule:?}"))?;
    }
    Ok(())
}
