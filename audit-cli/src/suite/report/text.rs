//! [`text`]: the report for a person.

use std::io;

use audit_core::Value;

use super::{Counts, Outcome, Ran};
use crate::console::{Stream, one_line, one_line_path};
use crate::report::counted;
use crate::suite::coverage::{ComparisonCoverage, Coverage, RuleCoverage};
use crate::suite::plan::Case;
use crate::suite::policy::Tested;
use crate::suite::run::{Difference, Failure, Status};
use crate::suite::slot::Expected;

/// The widest name of a rule or comparison that the numbers of all are aligned for.
const WIDEST: usize = 72;

/// Tells each suite with its failures, the coverage, and the counts.
pub(crate) fn text(outcome: &Outcome<'_>, to: &mut Stream<'_>) -> io::Result<()> {
    let mut after_failure = false;
    for suite in &outcome.suites {
        if std::mem::take(&mut after_failure) {
            to.line("")?;
        }
        to.line(format_args!("{}: {}", one_line(suite.name), suite.counts()))?;
        for (case, status) in suite.cases() {
            if let Status::Failed(failure) = status {
                write_failure(suite, case, failure, to)?;
                after_failure = true;
            }
        }
    }
    to.line("")?;
    for (policy, coverage) in outcome.covered() {
        write_coverage(outcome, policy, coverage, to)?;
        to.line("")?;
    }
    let counts = outcome.counts();
    to.text(format_args!(
        "{}, {}: {counts}",
        counted(outcome.suites.len(), "suite"),
        counted(counts.total(), "case")
    ))?;
    if outcome.left_out > 0 {
        let left_out = counted(outcome.left_out, "case");
        to.text(format_args!("; {left_out} left out by the filter"))?;
    }
    to.line("")
}

impl std::fmt::Display for Counts {
    /// `3 passed, 1 failed`, and nothing of what there is none of.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} passed", self.passed)?;
        if self.failed > 0 {
            write!(f, ", {} failed", self.failed)?;
        }
        if self.not_run > 0 {
            write!(f, ", {} not run", self.not_run)?;
        }
        Ok(())
    }
}

fn write_failure(
    suite: &Ran<'_>,
    case: &Case,
    failure: &Failure,
    to: &mut Stream<'_>,
) -> io::Result<()> {
    let (name, place) = (one_line(&case.name), case.place);
    to.line(format_args!("\n  failed: {}/{name}", one_line(suite.name)))?;
    to.line(format_args!(
        "  {}:{}:{}\n",
        one_line(suite.file),
        place.line,
        place.column
    ))?;
    let rows: Vec<[String; 3]> = failure.differences.iter().map(row).collect();
    let head = ["", "expected", "got"].map(str::to_owned);
    let rows: Vec<&[String; 3]> = std::iter::once(&head).chain(&rows).collect();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let (first, second) = (width(0), width(1));
    for [of, expected, got] in rows {
        let line = format!("    {of:first$}  {expected:second$}  {got}");
        to.line(line.trim_end())?;
    }
    let notes = failure.differences.iter();
    for note in notes.filter_map(|difference| difference.note.as_ref()) {
        to.line(format_args!("    note: {note}"))?;
    }
    to.line("")?;
    for line in failure.explanation.lines() {
        to.line(format_args!("    {line}"))?;
    }
    Ok(())
}

/// What a difference is of, what was expected, and what came.
fn row(difference: &Difference) -> [String; 3] {
    let of = difference.of;
    let shown = |value| shown(of, value);
    [
        of.as_str().to_owned(),
        shown(&difference.expected),
        shown(&difference.got),
    ]
}

/// A value as a suite would say it: words of ours bare, texts of the user's in quotes.
pub(super) fn shown(of: Expected, value: &Value<'_>) -> String {
    match (of, value) {
        (
            Expected::Effect | Expected::Would | Expected::Severity | Expected::Mode,
            Value::Text(word),
        ) => word.to_string(),
        _ => value.to_string(),
    }
}

fn write_coverage(
    outcome: &Outcome<'_>,
    policy: &Tested,
    coverage: &Coverage,
    to: &mut Stream<'_>,
) -> io::Result<()> {
    let share = coverage.share();
    to.text(format_args!(
        "coverage of {}: {}, {} of {} seen",
        one_line_path(&policy.dir),
        percent(share.percent()),
        share.seen,
        share.total
    ))?;
    match outcome.threshold {
        Some(threshold) if !outcome.suffices(coverage) => {
            to.line(format_args!(", below the threshold of {threshold} %"))?;
        }
        _ => to.line("")?,
    }
    let head = "rule, and what it compares";
    let names = coverage.rules().iter().flat_map(|rule| {
        let comparisons = rule.comparisons.iter();
        let comparisons = comparisons.map(|one| one_line(&one.text).chars().count() + 2);
        comparisons.chain([one_line(&rule.id).chars().count()])
    });
    let widest = names.chain([head.len()]).max().unwrap_or(0);
    let width = widest.min(WIDEST);
    to.line(format_args!(
        "  {head:width$}  {:>5}  {:>5}  {:>5}",
        "line", "true", "false"
    ))?;
    for rule in coverage.rules() {
        write_rule(rule, width, to)?;
    }
    for rule in coverage.off() {
        let (id, line) = (one_line(&rule.id), rule.line);
        to.line(format_args!("  off, and not counted: {id}, line {line}"))?;
    }
    Ok(())
}

fn write_rule(rule: &RuleCoverage, width: usize, to: &mut Stream<'_>) -> io::Result<()> {
    let id = one_line(&rule.id);
    to.text(format_args!(
        "  {id:width$}  {:>5}  {:>5}  {:>5}",
        rule.line,
        times(rule.matched),
        rule.unmatched
    ))?;
    for (word, count) in [("in shadow", rule.in_shadow), ("expired", rule.expired)] {
        if count > 0 {
            to.text(format_args!("  ({word} in {count})"))?;
        }
    }
    to.line("")?;
    if rule.asked() == 0 {
        let comparisons = counted(rule.total, "comparison");
        return to.line(format_args!("    no case asks it ({comparisons})"));
    }
    let inner = width.saturating_sub(2);
    for ComparisonCoverage {
        text,
        yes,
        no,
        neither,
        ..
    } in &rule.comparisons
    {
        let text = one_line(text);
        to.text(format_args!(
            "    {text:inner$}  {:>5}  {:>5}  {:>5}",
            "",
            times(*yes),
            times(*no)
        ))?;
        match neither {
            0 => to.line("")?,
            _ => to.line(format_args!("  (neither in {neither})"))?,
        }
    }
    Ok(())
}

/// How often something was seen; what never was catches the eye.
fn times(count: u64) -> String {
    match count {
        0 => "never".to_owned(),
        _ => count.to_string(),
    }
}

/// With one decimal, never rounded up: 100 means all.
fn percent(percent: f64) -> String {
    format!("{:.1} %", (percent * 10.0).floor() / 10.0)
}
