//! [`ProofError`]: why a proof does not prove.

use std::fmt;

use crate::note::NoteError;
use crate::tree::ProofMismatch;

/// Why a proof does not prove that a record is in a trail.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProofError {
    /// It is not written as a `tlog-proof` is.
    Malformed {
        /// The line, from 1 on; 0 if the file ends too early.
        line: usize,
        /// What is wrong there.
        problem: &'static str,
    },
    /// Its checkpoint is none, or can't be trusted.
    Checkpoint {
        /// The lines of the file before it.
        before: usize,
        /// What is wrong with it, in lines of its own.
        error: NoteError,
    },
    /// The hashes do not lead from the record to the root that was signed.
    Record {
        /// The number of the record, counted from 0.
        index: u64,
        /// In which way.
        error: ProofMismatch,
    },
}

impl fmt::Display for ProofError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { line: 0, problem } => f.write_str(problem),
            Self::Malformed { line, problem } => write!(f, "line {line}: {problem}"),
            Self::Checkpoint { before, .. } => {
                write!(f, "the checkpoint that begins in line {}", before + 1)
            }
            Self::Record { index, .. } => write!(f, "record {index} is not proved"),
        }
    }
}

impl std::error::Error for ProofError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Malformed { .. } => None,
            Self::Checkpoint { error, .. } => Some(error),
            Self::Record { error, .. } => Some(error),
        }
    }
}
