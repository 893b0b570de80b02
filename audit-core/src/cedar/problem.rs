//! [`CedarProblem`] and [`CedarError`]: what is wrong with a set of Cedar policies, where, and the way out.

use std::fmt;
use std::sync::Arc;

use crate::word::{named, one_line};

named! {
    /// What is wrong with a set of Cedar policies.
    #[non_exhaustive]
    CedarProblemKind as "problem" {
        /// A file can't be read, or is too long.
        Unreadable = "unreadable",
        /// A text nests deeper, or joins more, than is read.
        TooDeep = "too_deep",
        /// The policies are no Cedar.
        PolicySyntax = "policy_syntax",
        /// The schema is none, or contradicts itself.
        Schema = "schema",
        /// The entities are none, or do not fit the schema.
        Entities = "entities",
        /// There is no policy at all, or more than one schema.
        Missing = "missing",
        /// Two policies have the same identifier.
        DuplicateId = "duplicate_id",
        /// A policy is a template, which nobody fills in.
        Template = "template",
        /// An annotation says something that its policy can't.
        Annotation = "annotation",
        /// A name is no entity type.
        EntityType = "entity_type",
        /// A policy does not fit the schema.
        Validation = "validation",
        /// Warning: a policy that fits the schema and is surely not meant.
        Suspicious = "suspicious",
        /// Warning: an annotation that is ignored and looks like one that is not.
        IgnoredAnnotation = "ignored_annotation",
    }
}

impl CedarProblemKind {
    /// Whether this is only a warning: the policies answer all the same.
    pub const fn is_warning(self) -> bool {
        matches!(self, Self::Suspicious | Self::IgnoredAnnotation)
    }
}

/// One thing that is wrong with a set of Cedar policies, where it stands, and the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CedarProblem {
    /// What is wrong.
    pub kind: CedarProblemKind,
    /// The file as it was named to the reader, or `policies`, `schema`, `entities` for text.
    pub file: Arc<str>,
    /// Line and column in characters, each from 1; `None` where the whole file is meant.
    pub place: Option<(u32, u32)>,
    /// The policy, by the identifier that decisions name it by, where it is one.
    pub policy: Option<Arc<str>>,
    /// What was found and what is accepted: one line, lower case, no final stop.
    pub message: String,
    /// The way out, where there is one to name.
    pub hint: Option<String>,
}

impl CedarProblem {
    /// About a whole file.
    pub(super) fn new(kind: CedarProblemKind, file: &Arc<str>, message: impl Into<String>) -> Self {
        Self {
            kind,
            file: Arc::clone(file),
            place: None,
            policy: None,
            message: in_house_style(&message.into()),
            hint: None,
        }
    }

    /// The same at a place.
    pub(super) fn at(mut self, place: Option<(u32, u32)>) -> Self {
        self.place = place;
        self
    }

    /// The same about a policy.
    pub(super) fn about(mut self, policy: &Arc<str>) -> Self {
        self.policy = Some(Arc::clone(policy));
        self
    }

    /// The same with a way out.
    pub(super) fn hint(mut self, hint: impl Into<Option<String>>) -> Self {
        self.hint = hint.into().map(|hint| in_house_style(&hint));
        self
    }
}

/// A foreign message on one line, beginning in lower case and without a final stop.
fn in_house_style(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = text.trim_end_matches('.');
    match text.split_at_checked(1) {
        Some((first, rest)) if rest.starts_with(|next: char| next.is_lowercase()) => {
            format!("{}{rest}", first.to_lowercase())
        }
        _ => text.to_owned(),
    }
}

impl fmt::Display for CedarProblem {
    /// `refund.cedar:3:12: policy `large`: attribute `amuont` not found [validation]`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some((line, column)) = self.place {
            write!(f, ":{line}:{column}")?;
        }
        if let Some(policy) = &self.policy {
            write!(f, ": policy `{}`", one_line(policy))?;
        }
        write!(f, ": {} [{}]", self.message, self.kind)
    }
}

/// Why a set of Cedar policies was refused: every problem found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CedarError {
    problems: Vec<CedarProblem>,
}

impl CedarError {
    /// Of these problems, of which one at least is no warning.
    pub(super) fn all(problems: Vec<CedarProblem>) -> Self {
        Self { problems }
    }

    /// Every problem found, warnings included.
    pub fn problems(&self) -> &[CedarProblem] {
        &self.problems
    }
}

impl fmt::Display for CedarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let errors = || {
            self.problems
                .iter()
                .filter(|problem| !problem.kind.is_warning())
        };
        match (errors().next(), errors().count()) {
            (Some(first), 1) => write!(f, "{first}"),
            (Some(first), count) => write!(f, "{first} (and {} more)", count - 1),
            (None, _) => f.write_str("no problem"),
        }
    }
}

impl std::error::Error for CedarError {}
