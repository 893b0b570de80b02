//! [`ExportError`]: why an export was not made.

use std::path::PathBuf;
use std::{fmt, io};

use crate::note::NoteError;
use crate::tree::{Hash, TreeError};

/// Why an export was not made, or not to its end. What was written before is part of the trail, and the next export goes on from there.
#[derive(Debug)]
#[non_exhaustive]
pub enum ExportError<T, E> {
    /// What should be signed and exported is no checkpoint.
    Checkpoint(NoteError),
    /// A hash could not be had.
    Tree(TreeError<T>),
    /// The tiles do not amount to the root that was signed.
    Root {
        /// The root that they amount to.
        found: Hash,
        /// The one that was signed.
        expected: Hash,
    },
    /// Records could not be read.
    Entries {
        /// The first of them, counted from 0.
        first: u64,
        /// What was said.
        error: E,
    },
    /// A record is not the one whose hash is in the tree, or there are fewer than were asked for.
    Record {
        /// Its number, counted from 0.
        seq: u64,
    },
    /// Records that the index has among those to be exported, and whose bytes say something else: they would be missing.
    Index {
        /// How many, of those that were read by then.
        records: u64,
    },
    /// A record is longer than the 65,535 bytes that a bundle has room for.
    TooLong {
        /// Its number, counted from 0.
        seq: u64,
        /// Its length.
        bytes: usize,
    },
    /// The directory holds an export whose checkpoint can't be read.
    OldCheckpoint {
        /// Its file.
        path: PathBuf,
        /// What is wrong with it.
        error: NoteError,
    },
    /// The directory holds an export of another log.
    OtherLog {
        /// The checkpoint's file.
        path: PathBuf,
        /// The origin of the log that is there.
        found: String,
        /// The one to be exported.
        expected: String,
    },
    /// The directory holds an export that is not what this trail began with: one of the two was rewritten, or the trail rolled
    /// back.
    Inconsistent {
        /// The checkpoint's file.
        path: PathBuf,
        /// The records in the export.
        exported: u64,
        /// The records in the trail.
        size: u64,
    },
    /// A file of an older export holds something else than what it must.
    Differs {
        /// The file.
        path: PathBuf,
    },
    /// There is something in the directory, and records of a tenant are written to one that is empty.
    NotEmpty {
        /// The directory.
        path: PathBuf,
    },
    /// A file could not be read or written.
    File {
        /// Which.
        path: PathBuf,
        /// What was said.
        error: io::Error,
    },
}

impl<T, E> fmt::Display for ExportError<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Checkpoint(_) => f.write_str("the checkpoint to be exported"),
            Self::Tree(_) => f.write_str("the hashes to be exported"),
            Self::Root { found, expected } => {
                write!(
                    f,
                    "the tiles have root `{found}`; the checkpoint says `{expected}`"
                )
            }
            Self::Entries { first, .. } => write!(f, "reading records from {first} on"),
            Self::Record { seq } => {
                write!(f, "record {seq} is not the one whose hash is in the tree")
            }
            Self::Index { records } => write!(
                f,
                "{records} records would be missing, as the index names what their bytes do not say; `audit trail verify --index` names the first"
            ),
            Self::TooLong { seq, bytes } => {
                write!(
                    f,
                    "record {seq} has {bytes} bytes; a bundle takes at most 65535"
                )
            }
            Self::OldCheckpoint { path, .. } => write!(f, "checkpoint `{}`", path.display()),
            Self::OtherLog {
                path,
                found,
                expected,
            } => write!(
                f,
                "`{}` is of log `{}`; expected one of `{}`",
                path.display(),
                found.escape_debug(),
                expected.escape_debug()
            ),
            Self::Inconsistent {
                path,
                exported,
                size,
            } => write!(
                f,
                "`{}` is of {exported} records that are not the first of the {size} in the trail",
                path.display()
            ),
            Self::Differs { path } => write!(
                f,
                "`{}` holds something else than the trail has there",
                path.display()
            ),
            Self::NotEmpty { path } => write!(
                f,
                "`{}` is not empty; expected a directory with nothing in it, or none",
                path.display()
            ),
            Self::File { path, .. } => write!(f, "file `{}`", path.display()),
        }
    }
}

impl<T, E> std::error::Error for ExportError<T, E>
where
    T: std::error::Error + 'static,
    E: std::error::Error + 'static,
{
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Checkpoint(error) | Self::OldCheckpoint { error, .. } => Some(error),
            Self::Tree(error) => Some(error),
            Self::Entries { error, .. } => Some(error),
            Self::File { error, .. } => Some(error),
            Self::Root { .. }
            | Self::Record { .. }
            | Self::TooLong { .. }
            | Self::OtherLog { .. }
            | Self::Inconsistent { .. }
            | Self::Differs { .. }
            | Self::Index { .. }
            | Self::NotEmpty { .. } => None,
        }
    }
}
