//! What became of a run, and the forms in which it is told.

mod json;
mod junit;
mod text;

use std::time::Duration;

use super::coverage::Coverage;
use super::plan::Case;
use super::policy::Tested;
use super::run::Status;

pub(crate) use json::json;
pub(crate) use junit::junit;
pub(crate) use text::text;

/// What became of a run.
pub(crate) struct Outcome<'r> {
    pub(crate) suites: Vec<Ran<'r>>,
    pub(crate) policies: &'r [Tested],
    /// Of each policy, where it was asked for.
    pub(crate) coverage: Option<Vec<Coverage>>,
    /// How many percent of each policy must be covered.
    pub(crate) threshold: Option<f64>,
    /// How many cases were not selected.
    pub(crate) left_out: usize,
}

/// What became of one suite.
pub(crate) struct Ran<'r> {
    pub(crate) name: &'r str,
    pub(crate) file: &'r str,
    pub(crate) policy: &'r Tested,
    pub(crate) cases: &'r [Case],
    /// One for each case.
    pub(crate) statuses: Vec<Status>,
    pub(crate) duration: Duration,
}

/// How many cases there are of each status.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) not_run: usize,
}

impl Counts {
    fn total(self) -> usize {
        self.passed + self.failed + self.not_run
    }

    fn of<'s>(statuses: impl IntoIterator<Item = &'s Status>) -> Self {
        let mut counts = Self::default();
        for status in statuses {
            match status {
                Status::Passed => counts.passed += 1,
                Status::Failed(_) => counts.failed += 1,
                Status::NotRun => counts.not_run += 1,
            }
        }
        counts
    }
}

impl Ran<'_> {
    fn counts(&self) -> Counts {
        Counts::of(&self.statuses)
    }

    /// Each case with what became of it.
    fn cases(&self) -> impl Iterator<Item = (&Case, &Status)> {
        self.cases.iter().zip(&self.statuses)
    }
}

impl Outcome<'_> {
    fn counts(&self) -> Counts {
        Counts::of(self.suites.iter().flat_map(|suite| &suite.statuses))
    }

    /// Whether every case passed, and every policy is covered as it must be.
    pub(crate) fn is_fine(&self) -> bool {
        self.counts().failed == 0 && self.covered().all(|(_, coverage)| self.suffices(coverage))
    }

    /// Each policy with what was seen of it.
    fn covered(&self) -> impl Iterator<Item = (&Tested, &Coverage)> {
        self.policies.iter().zip(self.coverage.iter().flatten())
    }

    /// Whether a policy is covered as it must be.
    fn suffices(&self, coverage: &Coverage) -> bool {
        let percent = coverage.share().percent();
        self.threshold.is_none_or(|threshold| percent >= threshold)
    }
}
