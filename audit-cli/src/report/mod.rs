//! [`Report`]: what a check found, written in a [`Format`].
//!
//! Each format is a room of its own with one door, `write`: `text` for a person, `json` for a script, `sarif` for a
//! code scanner.

mod json;
mod sarif;
mod text;

use std::io;

use audit_core::{
    Digest, Documents, Evaluator, Policy, PolicyError, Problem, ProblemKind, ProblemStage,
};
use clap::ValueEnum;
use serde::Serialize;

use crate::console::Stream;

/// How a report is written.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Format {
    /// For a person: each problem with its line underlined
    #[default]
    Text,
    /// For a script: one line of JSON, of the form that `schemas/policy_check.v1.schema.json` describes
    Json,
    /// For a code scanner: one line of JSON in SARIF 2.1.0
    Sarif,
}

/// What a check found.
pub(crate) struct Report<'a> {
    /// `None` where the documents themselves could not be brought in.
    documents: Option<&'a Documents>,
    problems: Vec<&'a Problem>,
    counts: Counts,
    /// `None` where the policy is not sound.
    sound: Option<Sound>,
}

/// How many problems there are.
#[derive(Clone, Copy, Debug, Serialize)]
struct Counts {
    errors: usize,
    warnings: usize,
}

/// What a sound policy is.
#[derive(Clone, Copy, Debug, Serialize)]
struct Sound {
    rules: usize,
    version: u32,
    digest: Digest,
}

/// How much a problem weighs; both words are levels of SARIF too.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
enum Severity {
    Error,
    Warning,
}

impl<'a> Report<'a> {
    /// Of these documents, where they could be brought in, and of what became of them.
    pub(crate) fn new(
        documents: Option<&'a Documents>,
        outcome: Result<&'a Policy, &'a PolicyError>,
    ) -> Self {
        let problems = match outcome {
            Ok(policy) => policy.warnings(),
            Err(error) => error.problems(),
        };
        let problems: Vec<&Problem> = problems.iter().collect();
        Self {
            documents,
            counts: Counts::of(&problems),
            problems,
            sound: outcome.ok().map(Sound::new),
        }
    }

    /// With what is legal and most likely not meant, each among the warnings of its file by its place.
    pub(crate) fn with_lints(mut self, lints: &'a [Problem]) -> Self {
        let Some(first) = lints.first() else {
            return self;
        };
        self.problems.extend(lints);
        // Lints are all of one file, the last that is read.
        self.problems
            .sort_by_key(|problem| (problem.file == first.file, problem.place));
        self.counts = Counts::of(&self.problems);
        self
    }

    /// Whether there are warnings.
    pub(crate) fn warns(&self) -> bool {
        self.counts.warnings > 0
    }

    /// Whether a file could not be read, so that nothing was checked.
    pub(crate) fn unreadable(&self) -> bool {
        self.problems
            .iter()
            .any(|problem| problem.kind == ProblemKind::Unreadable)
    }

    /// Writes all of it.
    pub(crate) fn write(&self, format: Format, to: &mut Stream<'_>) -> io::Result<()> {
        match format {
            Format::Text => text::write(self, to),
            Format::Json => json::write(self, to),
            Format::Sarif => sarif::write(self, to),
        }
    }
}

impl Counts {
    fn of(problems: &[&Problem]) -> Self {
        let warnings = problems
            .iter()
            .filter(|problem| problem.kind.is_warning())
            .count();
        Self {
            errors: problems.len() - warnings,
            warnings,
        }
    }
}

impl Sound {
    fn new(policy: &Policy) -> Self {
        let info = policy.info();
        Self {
            rules: policy.rule_count(),
            version: info.version,
            digest: info.digest,
        }
    }
}

impl From<ProblemKind> for Severity {
    fn from(kind: ProblemKind) -> Self {
        if kind.is_warning() {
            Self::Warning
        } else {
            Self::Error
        }
    }
}

/// Which rule a problem belongs to, where there is one and the message does not name it, as most do that are about
/// the rule itself.
fn rule_note(problem: &Problem) -> Option<String> {
    let rule = format!("`{}`", problem.rule.as_ref()?);
    let noun = match problem.stage {
        ProblemStage::GovernanceParse | ProblemStage::Governance => "governance rule",
        _ => "rule",
    };
    (!problem.message.contains(&rule)).then(|| format!("in {noun} {rule}"))
}

/// `1 error`, `2 errors`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
