//! What can be wrong with what tiles hold, and with a proof.

use std::fmt;

use super::hash::Hash;
use super::place::TilePlace;

/// Why something could not be made from the tiles of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TreeError<E> {
    /// A tile could not be read.
    Read {
        /// Which.
        place: TilePlace,
        /// What was said.
        error: E,
    },
    /// A tile is not there, or holds fewer hashes than it must.
    Missing {
        /// Which.
        place: TilePlace,
        /// The hashes that it must hold at least.
        expected: usize,
        /// The bytes that are there.
        found_bytes: usize,
    },
    /// There is no such record in a tree of this size, or no such tree within it.
    OutOfRange {
        /// What was asked for.
        asked: u64,
        /// The tree's size.
        size: u64,
    },
}

/// Why a proof does not prove.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProofMismatch {
    /// It has another number of hashes than a proof of this place has.
    Length {
        /// The hashes that it has.
        found: usize,
        /// Those that it must have.
        expected: usize,
    },
    /// The record's number is not below the size of the tree, or the older tree is larger than the newer one.
    OutOfRange {
        /// What it should prove: a record's number, or the older size.
        asked: u64,
        /// The tree's size.
        size: u64,
    },
    /// It leads to another root.
    Root {
        /// The one that it leads to.
        found: Hash,
        /// The tree's.
        expected: Hash,
    },
    /// It leads to another root of the older tree.
    OldRoot {
        /// The one that it leads to.
        found: Hash,
        /// The older tree's.
        expected: Hash,
    },
}

impl<E> fmt::Display for TreeError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read { place, .. } => {
                let TilePlace { level, index } = place;
                write!(f, "reading tile {index} of level {level}")
            }
            Self::Missing {
                place,
                expected,
                found_bytes,
            } => {
                let (TilePlace { level, index }, found) = (place, found_bytes / Hash::LEN);
                write!(
                    f,
                    "tile {index} of level {level} holds {found} hashes; expected {expected}"
                )
            }
            Self::OutOfRange { asked, size } => {
                write!(f, "{asked} is not within a tree of size {size}")
            }
        }
    }
}

impl<E: std::error::Error + 'static> std::error::Error for TreeError<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Read { error, .. } => Some(error),
            Self::Missing { .. } | Self::OutOfRange { .. } => None,
        }
    }
}

impl fmt::Display for ProofMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { found, expected } => {
                write!(f, "the proof has {found} hashes; expected {expected}")
            }
            Self::OutOfRange { asked, size } => {
                write!(f, "{asked} is not within a tree of size {size}")
            }
            Self::Root { found, expected } => {
                write!(
                    f,
                    "the proof leads to root `{found}`; expected `{expected}`"
                )
            }
            Self::OldRoot { found, expected } => {
                write!(
                    f,
                    "the proof leads to older root `{found}`; expected `{expected}`"
                )
            }
        }
    }
}

impl std::error::Error for ProofMismatch {}
