//! [`RecordError`]: why a fact could not be recorded.

use std::fmt;

use crate::contain::shown;
use crate::word::{named, one_line};

named! {
    /// In which way recording failed.
    #[non_exhaustive]
    RecordErrorKind as "kind of record error" {
        /// There is nobody who keeps records.
        Absent = "absent",
        /// The queue is full.
        Full = "full",
        /// It took longer than it may.
        TimedOut = "timed_out",
        /// The recorder was closed.
        Closed = "closed",
        /// The store refused it, or is not the one it was.
        Failed = "failed",
    }
}

/// Why a fact could not be recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordError {
    /// In which way it failed.
    pub kind: RecordErrorKind,
    /// What the recorder said, at most 512 characters. It may name files, so it does not go to a caller.
    pub message: String,
}

impl RecordError {
    /// An error of this kind. The message is cut at 512 characters while it is written.
    pub fn new(kind: RecordErrorKind, message: impl fmt::Display) -> Self {
        Self {
            kind,
            message: shown(message),
        }
    }
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "recording {}: {}", self.kind, one_line(&self.message))
    }
}

impl std::error::Error for RecordError {}
