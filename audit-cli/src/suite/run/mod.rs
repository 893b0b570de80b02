//! From cases to what became of them: ask, compare, and where something differs, explain.

mod answer;
mod explain;
mod note;

use audit_core::{Evaluator, Mode, Value};

use super::coverage::Coverage;
use super::plan::Case;
use super::policy::Tested;
use super::slot::Expected;
use crate::exit::Stop;

use answer::Answer;
use explain::Explainer;
use note::note;

/// What there is to say where nobody was asked.
const UNJUDGED: &str = "the policy says mode `off` for this call, so nothing is judged\n";

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
    /// Why it can't come, if it can't come of this policy.
    pub(crate) note: Option<String>,
}

/// Asks a policy the cases of one suite, in their order.
pub(crate) fn run(
    tested: &Tested,
    cases: &[Case],
    mut coverage: Option<&mut Coverage>,
    fail_fast: bool,
) -> Result<Vec<Status>, Stop> {
    let mut explainer = Explainer::new(tested);
    let mut statuses = Vec::with_capacity(cases.len());
    for case in cases {
        let mode = tested.mode(case.action.part.kind(), case.mode);
        let request = case.request(mode);
        let asks = mode > Mode::Off || tested.rules_hold();
        let answer = if asks {
            Answer::of(&tested.policy, case, &request)
        } else {
            Answer::unasked()
        };
        if let Some(coverage) = coverage.as_mut().filter(|_| asks) {
            let traces = tested.policy.trace(&request).unwrap_or_default();
            coverage.see(&traces, mode);
        }
        if answer.meets(&case.expect) {
            statuses.push(Status::Passed);
            continue;
        }
        let explanation = if answer.is_judged() {
            explainer.explain(case)?
        } else {
            UNJUDGED.to_owned()
        };
        let mut differences = answer.differences(&case.expect);
        for difference in &mut differences {
            difference.note = note(tested, difference);
        }
        statuses.push(Status::Failed(Failure {
            differences,
            explanation,
        }));
        if fail_fast {
            break;
        }
    }
    statuses.resize_with(cases.len(), || Status::NotRun);
    Ok(statuses)
}
