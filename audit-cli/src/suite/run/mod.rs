//! From cases to what became of them: ask, compare, and where something differs, explain.

mod answer;
mod explain;

use audit_core::{Evaluator, Value};

use super::coverage::Coverage;
use super::plan::Case;
use super::policy::Tested;
use super::slot::Expected;
use crate::exit::Stop;

use answer::Answer;
use explain::Explainer;

/// What became of a case.
#[derive(Debug)]
pub(crate) enum Status {
    /// The policy answered what was expected.
    Passed,
    /// It answered something else.
    Failed(Failure),
    /// A case before it failed, and the run ended there.
    NotRun,
}

/// What was answered in place of what was expected.
#[derive(Debug)]
pub(crate) struct Failure {
    /// At least one.
    pub(crate) differences: Vec<Difference>,
    /// The decision with every rule that was asked, in lines.
    pub(crate) explanation: String,
}

/// One expectation that was not met.
#[derive(Debug)]
pub(crate) struct Difference {
    pub(crate) of: Expected,
    pub(crate) expected: Value<'static>,
    pub(crate) got: Value<'static>,
}

/// Asks a policy the cases of one suite, in their order.
pub(crate) fn run(
    tested: &Tested,
    cases: &[Case],
    mut coverage: Option<&mut Coverage>,
    fail_fast: bool,
) -> Result<Vec<Status>, Stop> {
    let mut explainer = None;
    let mut statuses = Vec::with_capacity(cases.len());
    for case in cases {
        let request = case.request(tested.mode(case.action.kind(), case.mode));
        let answer = Answer::of(&tested.policy, case, &request);
        if let Some(coverage) = &mut coverage {
            coverage.see(&tested.policy.trace(&request).unwrap_or_default());
        }
        if answer.meets(&case.expect) {
            statuses.push(Status::Passed);
            continue;
        }
        let explainer = match &explainer {
            Some(explainer) => explainer,
            None => explainer.insert(Explainer::new(tested)?),
        };
        statuses.push(Status::Failed(Failure {
            differences: answer.differences(&case.expect),
            explanation: explainer.explain(case),
        }));
        if fail_fast {
            break;
        }
    }
    statuses.resize_with(cases.len(), || Status::NotRun);
    Ok(statuses)
}
