//! [`json`]: the report for a program, in the form of `schemas/policy_test.v1.schema.json`.

use std::io;

use audit_core::{Digest, Effect, Evaluator, Text, Value};
use serde::Serialize;

use super::{Counts, Outcome, Ran};
use crate::console::Stream;
use crate::suite::coverage::{ComparisonCoverage, Coverage, OffRule, RuleCoverage};
use crate::suite::plan::Case;
use crate::suite::policy::Tested;
use crate::suite::run::{Difference, Status};

/// The version of the form.
const VERSION: u32 = 1;

/// Tells everything in one line.
pub(crate) fn json(outcome: &Outcome<'_>, to: &mut Stream<'_>) -> io::Result<()> {
    let counts = outcome.counts();
    to.json(&ReportForm {
        v: VERSION,
        fine: outcome.is_fine(),
        suites: outcome.suites.len(),
        cases: counts.total(),
        counts: counts.into(),
        left_out: outcome.left_out,
        results: outcome.suites.iter().map(suite_form).collect(),
        coverage: outcome.coverage.as_ref().map(|_| {
            outcome
                .covered()
                .map(|(policy, coverage)| coverage_form(outcome, policy, coverage))
                .collect()
        }),
    })
}

#[derive(Serialize)]
struct ReportForm<'r> {
    v: u32,
    fine: bool,
    suites: usize,
    cases: usize,
    #[serde(flatten)]
    counts: CountsForm,
    left_out: usize,
    results: Vec<SuiteForm<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage: Option<Vec<CoverageForm<'r>>>,
}

#[derive(Serialize)]
struct CountsForm {
    passed: usize,
    failed: usize,
    not_run: usize,
}

#[derive(Serialize)]
struct SuiteForm<'r> {
    suite: &'r str,
    file: &'r str,
    policy: PolicyForm,
    #[serde(flatten)]
    counts: CountsForm,
    cases: Vec<CaseForm<'r>>,
}

#[derive(Serialize)]
struct PolicyForm {
    directory: String,
    version: u32,
    digest: Digest,
}

#[derive(Serialize)]
struct CaseForm<'r> {
    case: &'r str,
    line: u32,
    column: u32,
    status: &'static str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    differences: Vec<DifferenceForm<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<&'r str>,
}

#[derive(Serialize)]
struct DifferenceForm<'r> {
    of: &'static str,
    expected: &'r Value<'static>,
    got: &'r Value<'static>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'r str>,
}

#[derive(Serialize)]
struct CoverageForm<'r> {
    policy: PolicyForm,
    percent: f64,
    seen: usize,
    total: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    threshold: Option<f64>,
    rules: Vec<RuleForm<'r>>,
    off: Vec<OffForm<'r>>,
}

#[derive(Serialize)]
struct RuleForm<'r> {
    rule: &'r Text<'static>,
    line: u32,
    effect: Effect,
    matched: u64,
    unmatched: u64,
    in_shadow: u64,
    expired: u64,
    decided: u64,
    comparisons: Vec<ComparisonForm<'r>>,
    /// Comparisons that no case asked.
    unasked: usize,
}

/// A rule that no case can cover.
#[derive(Serialize)]
struct OffForm<'r> {
    rule: &'r Text<'static>,
    line: u32,
    effect: Effect,
}

#[derive(Serialize)]
struct ComparisonForm<'r> {
    comparison: &'r str,
    r#true: u64,
    r#false: u64,
    neither: u64,
}

impl From<Counts> for CountsForm {
    fn from(counts: Counts) -> Self {
        Self {
            passed: counts.passed,
            failed: counts.failed,
            not_run: counts.not_run,
        }
    }
}

fn suite_form<'r>(suite: &'r Ran<'r>) -> SuiteForm<'r> {
    SuiteForm {
        suite: suite.name,
        file: suite.file,
        policy: policy_form(suite.policy),
        counts: suite.counts().into(),
        cases: suite
            .cases()
            .map(|(case, status)| case_form(case, status))
            .collect(),
    }
}

fn case_form<'r>(case: &'r Case, status: &'r Status) -> CaseForm<'r> {
    let (status, failure) = match status {
        Status::Passed => ("passed", None),
        Status::Failed(failure) => ("failed", Some(failure)),
        Status::NotRun => ("not_run", None),
    };
    let differences = failure.iter().flat_map(|failure| &failure.differences);
    CaseForm {
        case: &case.name,
        line: case.place.line,
        column: case.place.column,
        status,
        differences: differences.map(difference_form).collect(),
        explanation: failure.map(|failure| failure.explanation.as_str()),
    }
}

fn difference_form(difference: &Difference) -> DifferenceForm<'_> {
    DifferenceForm {
        of: difference.of.as_str(),
        expected: &difference.expected,
        got: &difference.got,
        note: difference.note.as_deref(),
    }
}

fn policy_form(tested: &Tested) -> PolicyForm {
    let info = tested.policy.info();
    PolicyForm {
        directory: tested.dir.display().to_string(),
        version: info.version,
        digest: info.digest,
    }
}

fn coverage_form<'r>(
    outcome: &Outcome<'_>,
    policy: &Tested,
    coverage: &'r Coverage,
) -> CoverageForm<'r> {
    let share = coverage.share();
    CoverageForm {
        policy: policy_form(policy),
        percent: share.percent(),
        seen: share.seen,
        total: share.total,
        threshold: outcome.threshold,
        rules: coverage.rules().iter().map(rule_form).collect(),
        off: coverage.off().iter().map(off_form).collect(),
    }
}

fn rule_form(rule: &RuleCoverage) -> RuleForm<'_> {
    RuleForm {
        rule: &rule.id,
        line: rule.line,
        effect: rule.effect,
        matched: rule.matched,
        unmatched: rule.unmatched,
        in_shadow: rule.in_shadow,
        expired: rule.expired,
        decided: rule.decided,
        comparisons: rule.comparisons.iter().map(comparison_form).collect(),
        unasked: rule.total.saturating_sub(rule.comparisons.len()),
    }
}

fn off_form(rule: &OffRule) -> OffForm<'_> {
    OffForm {
        rule: &rule.id,
        line: rule.line,
        effect: rule.effect,
    }
}

fn comparison_form(comparison: &ComparisonCoverage) -> ComparisonForm<'_> {
    ComparisonForm {
        comparison: &comparison.text,
        r#true: comparison.yes,
        r#false: comparison.no,
        neither: comparison.neither,
    }
}
