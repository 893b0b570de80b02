//! What a store knows of itself.

use audit_core::{EventKind, Timestamp};
use sha2::{Digest, Sha256};

use crate::tree::Hash;

/// Where a store stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Head {
    /// How many records were ever appended: the `seq` of the next.
    pub size: u64,
    /// The root of the tree over all of them.
    pub root: Hash,
    /// The records below this have columns.
    pub indexed: u64,
}

impl Head {
    /// A store that stands so.
    pub fn new(size: u64, root: Hash, indexed: u64) -> Self {
        Self {
            size,
            root,
            indexed,
        }
    }

    /// How many records are read from their bytes when somebody asks.
    pub fn unindexed(&self) -> u64 {
        self.size.saturating_sub(self.indexed)
    }
}

/// An opening of a store by a process.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Opening {
    /// When.
    pub at: Timestamp,
    /// The operating system's number for the process.
    pub process: u32,
    /// How many records it may lose at most if it dies: what its queue holds, and what is written and not on disk yet.
    pub room: u64,
}

impl Opening {
    /// An opening by this process.
    pub fn new(at: Timestamp, process: u32, room: u64) -> Self {
        Self { at, process, room }
    }
}

/// An opening as the store knows it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Session {
    /// Its number.
    pub id: u64,
    /// Openings that ended without saying so, found now.
    pub unclean: Vec<Ended>,
}

impl Session {
    /// An opening of this number.
    pub fn new(id: u64, unclean: Vec<Ended>) -> Self {
        Self { id, unclean }
    }
}

/// An opening that ended without saying so.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ended {
    /// Its number.
    pub session: u64,
    /// The operating system's number for the process.
    pub process: u32,
    /// When it began.
    pub opened: Timestamp,
    /// When it last wrote, or began.
    pub last: Timestamp,
    /// How many records it may have lost at most.
    pub room: u64,
}

impl Ended {
    /// An opening that ended so.
    pub fn new(session: u64, process: u32, opened: Timestamp, last: Timestamp, room: u64) -> Self {
        Self {
            session,
            process,
            opened,
            last,
            room,
        }
    }
}

/// A checkpoint as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredCheckpoint {
    /// Over how many records.
    pub size: u64,
    /// The signed note.
    pub note: String,
}

impl StoredCheckpoint {
    /// A checkpoint over so many records.
    pub fn new(size: u64, note: String) -> Self {
        Self { size, note }
    }
}

/// A change of what a trail says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// The record that tells of it: JSON without its `seq`.
    pub body: Vec<u8>,
    /// Facts about the trail, by name.
    pub facts: Vec<(&'static str, String)>,
}

impl Change {
    /// These facts, told of by a record.
    pub fn new(body: Vec<u8>, facts: Vec<(&'static str, String)>) -> Self {
        Self { body, facts }
    }
}

/// Records that retention took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pruned {
    /// The first.
    pub first: u64,
    /// The last.
    pub last: u64,
    /// The record that tells of it.
    pub retention: u64,
}

impl Pruned {
    /// Records from `first` to `last`, told of by a record.
    pub fn new(first: u64, last: u64, retention: u64) -> Self {
        Self {
            first,
            last,
            retention,
        }
    }
}

/// What retention may take: never what the trail tells of itself, nor changes of policy and mode.
pub const MAY_EXPIRE: &[EventKind] = &[
    EventKind::Decision,
    EventKind::Outcome,
    EventKind::Event,
    EventKind::Operation,
    EventKind::Tenant,
    EventKind::Approval,
    EventKind::Access,
];

/// The digest of ranges that retention took, in their order, as a retention record tells it: SHA-256 over lines of
/// `first-last`, in hexadecimal digits.
///
/// A store need not make one. Who checks a trail with a tool of his own holds what [`pruned`](super::StoreReader::pruned) tells
/// of one retention record against its `ranges_sha256`.
pub fn pruned_digest(ranges: impl IntoIterator<Item = (u64, u64)>) -> String {
    let mut hash = Sha256::new();
    for (first, last) in ranges {
        hash.update(format!("{first}-{last}\n"));
    }
    Hash::new(hash.finalize().into()).to_string()
}
