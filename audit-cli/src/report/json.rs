//! A report for a script: one object, of the form that `schemas/policy_check.v1.schema.json` describes.

use std::io;

use audit_core::{Place, Problem, ProblemStage};
use serde::Serialize;

use super::{Counts, Report, Severity, Sound};
use crate::console::Stream;

/// Which version of the form this is. A part that goes or changes its meaning needs another one and a schema beside
/// the old one; so does a new part, as the schema knows every part.
const VERSION: u32 = 1;

/// The whole report.
#[derive(Serialize)]
struct Answer<'a> {
    v: u32,
    counts: Counts,
    policy: Option<Sound>,
    problems: Vec<Told<'a>>,
}

/// One problem. Every part is there, `null` where it has no value, so that a script need not ask twice.
#[derive(Serialize)]
struct Told<'a> {
    code: &'a str,
    kind: &'a str,
    severity: Severity,
    stage: ProblemStage,
    file: &'a str,
    line: Option<u32>,
    column: Option<u32>,
    length: Option<u32>,
    message: &'a str,
    hint: Option<&'a str>,
    rule: Option<&'a str>,
}

/// Writes a report as one line of JSON.
pub(super) fn write(report: &Report<'_>, to: &mut Stream<'_>) -> io::Result<()> {
    to.json(&Answer {
        v: VERSION,
        counts: report.counts,
        policy: report.sound,
        problems: report.problems.iter().copied().map(Told::new).collect(),
    })
}

impl<'a> Told<'a> {
    fn new(problem: &'a Problem) -> Self {
        let place = |part: fn(Place) -> u32| problem.place.map(part);
        Self {
            code: problem.kind.code(),
            kind: problem.kind.as_str(),
            severity: problem.kind.into(),
            stage: problem.stage,
            file: &problem.file,
            line: place(|place| place.line),
            column: place(|place| place.column),
            length: place(|place| place.length),
            message: &problem.message,
            hint: problem.hint.as_deref(),
            rule: problem.rule.as_deref(),
        }
    }
}
