//! [`DecisionError`]: why a decision is indeterminate.

use std::fmt::{self, Write as _};

use serde::{Deserialize, Serialize};

use crate::contain::{contain, discard};
use crate::word::named;

named! {
    /// The step of the decision path that could not be carried out.
    #[non_exhaustive]
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
    #[non_exhaustive]
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
        let mut cut = Cut {
            text: String::new(),
            left: MESSAGE_LIMIT,
        };
        let written = contain(|| write!(cut, "{message}"));
        discard(message);
        if written.is_err() && cut.text.is_empty() {
            cut.text.push_str("an error that panics when it is shown");
        }
        Self {
            stage,
            kind,
            message: cut.text,
        }
    }
}

/// Takes so many characters, then refuses more, which ends whoever writes without end.
struct Cut {
    text: String,
    left: usize,
}

impl fmt::Write for Cut {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            self.left = self.left.checked_sub(1).ok_or(fmt::Error)?;
            self.text.push(c);
        }
        Ok(())
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
