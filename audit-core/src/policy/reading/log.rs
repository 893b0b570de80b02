//! [`Log`]: where one stage writes down what is wrong.

use std::sync::Arc;

use crate::policy::problem::{Place, Problem, ProblemKind, ProblemStage};
use crate::policy::yaml::Failure;

/// More errors, or more warnings, of one stage than anybody reads; what comes after is left out.
const KEPT: usize = 100_000;

/// The problems of one stage in one file.
#[derive(Debug)]
pub(in crate::policy) struct Log {
    stage: ProblemStage,
    file: Arc<str>,
    rule: Option<Arc<str>>,
    problems: Vec<Problem>,
    errors: usize,
    warnings: usize,
}

impl Log {
    /// An empty log.
    pub(in crate::policy) fn new(stage: ProblemStage, file: &str) -> Self {
        Self {
            stage,
            file: file.into(),
            rule: None,
            problems: Vec::new(),
            errors: 0,
            warnings: 0,
        }
    }

    /// Names the rule that what follows belongs to.
    pub(in crate::policy) fn set_rule(&mut self, rule: Option<Arc<str>>) {
        self.rule = rule;
    }

    /// Writes down one problem.
    pub(in crate::policy) fn report(
        &mut self,
        kind: ProblemKind,
        place: Place,
        message: String,
        hint: Option<String>,
    ) {
        self.push(kind, Some(place), message, hint);
    }

    /// Writes down why a text is not one document.
    pub(in crate::policy) fn report_failure(&mut self, failure: Failure) {
        self.push(failure.kind, failure.place, failure.message, failure.hint);
    }

    fn push(
        &mut self,
        kind: ProblemKind,
        place: Option<Place>,
        message: String,
        hint: Option<String>,
    ) {
        let count = if kind.is_warning() {
            &mut self.warnings
        } else {
            &mut self.errors
        };
        *count += 1;
        if *count > KEPT {
            return;
        }
        // Language 2 holds rules against the schema while it reads them.
        let stage = match (self.stage, kind.code().as_bytes()) {
            (ProblemStage::PolicyParse, [b'P', b'2', ..]) => ProblemStage::Compile,
            (stage, _) => stage,
        };
        let (file, rule) = (Arc::clone(&self.file), self.rule.clone());
        self.problems.push(Problem {
            stage,
            kind,
            file,
            place,
            message,
            hint,
            rule,
        });
    }

    /// Whether an error was written down; warnings are none.
    pub(in crate::policy) fn failed(&self) -> bool {
        self.errors > 0
    }

    /// What was written down, in order.
    pub(in crate::policy) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }
}
