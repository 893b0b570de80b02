//! [`DecisionError`]: why a decision is indeterminate.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::word::named;

named! {
    /// The step of the decision path that could not be carried out.
    Stage as "stage" {
        /// The context resolver.
        Context = "context",
        /// The action-type resolver.
        ActionType = "action_type",
        /// The action builder or the action resolver.
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
    FailureKind as "failure kind" {
        /// It returned an error.
        Failed = "failed",
        /// It panicked.
        Panicked = "panicked",
        /// It can only be awaited, and a synchronous call met it.
        AsyncOnly = "async_only",
    }
}

/// The most characters of a foreign error or panic text that are kept.
const MESSAGE_LIMIT: usize = 512;

/// Why a decision is indeterminate: policy could not be asked, or could not answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionError {
    /// The step that could not be carried out.
    pub stage: Stage,
    /// In which way it failed.
    pub kind: FailureKind,
    /// What it said, at most 512 characters.
    pub message: String,
}

impl DecisionError {
    /// An error of this step; the message is cut at 512 characters.
    pub fn new(stage: Stage, kind: FailureKind, message: impl fmt::Display) -> Self {
        let mut message = message.to_string();
        if let Some((end, _)) = message.char_indices().nth(MESSAGE_LIMIT) {
            message.truncate(end);
        }
        Self {
            stage,
            kind,
            message,
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
            self.message.escape_debug()
        )
    }
}

impl std::error::Error for DecisionError {}
