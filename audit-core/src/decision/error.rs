//! [`DecisionError`]: why a decision is indeterminate.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::contain::shown;
use crate::word::{named, one_line};

named! {
    /// The step of the decision path that could not be carried out.
    #[non_exhaustive]
    Stage as "stage" {
        /// Finding the runtime.
        Runtime = "runtime",
        /// The context resolver.
        Context = "context",
        /// The action-type resolver.
        ActionType = "action_type",
        /// The action builder, the action resolver, or the expressions of an attribute that make the fields.
        Action = "action",
        /// The tenant resolver.
        Tenant = "tenant",
        /// The actor resolver.
        Actor = "actor",
        /// The snapshot resolver.
        Snapshot = "snapshot",
        /// The evaluator.
        Evaluate = "evaluate",
    }
}

named! {
    /// In which way a step failed.
    #[non_exhaustive]
    FailureKind as "failure kind" {
        /// It returned an error.
        Failed = "failed",
        /// It panicked.
        Panicked = "panicked",
        /// It can only be awaited, and a synchronous call met it.
        AsyncOnly = "async_only",
        /// A rule that could change the answer asks for a field that is not there.
        Missing = "missing",
        /// A rule that could change the answer asks for a field that holds a value of another type.
        TypeMismatch = "type_mismatch",
    }
}

/// Why a decision is indeterminate: policy could not be asked, or could not answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DecisionError {
    /// The step that could not be carried out.
    pub stage: Stage,
    /// In which way it failed.
    pub kind: FailureKind,
    /// What it said, at most 512 characters.
    pub message: String,
}

impl DecisionError {
    /// An error of this step. The message is foreign: it is cut at 512 characters while it is being written,
    /// and if writing it fails or panics, what was written by then stands.
    pub fn new(stage: Stage, kind: FailureKind, message: impl fmt::Display) -> Self {
        Self {
            stage,
            kind,
            message: shown(message),
        }
    }
}

impl fmt::Display for DecisionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "step `{}` {}: {}",
            self.stage,
            self.kind,
            one_line(&self.message)
        )
    }
}

impl std::error::Error for DecisionError {}
