//! [`Damage`]: what is wrong with a trail, and where it begins.

use std::fmt;

/// What was done to a trail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum DamageKind {
    /// The bytes of a record are not those that were signed.
    Edited,
    /// A record is not there that nobody took out by retention.
    Removed,
    /// A record stands where none was.
    Inserted,
    /// Records stand in another order.
    Reordered,
    /// Records are missing at the end.
    Truncated,
    /// The trail is an earlier state of itself: a checkpoint kept elsewhere covers more.
    RolledBack,
    /// A checkpoint is not signed by a key that is known, or not as it says.
    WrongKey,
    /// Records and hashes fit each other, and not what was signed: the trail was written anew.
    Rewritten,
    /// Hashes are not those of the records, which are as they were signed.
    Hashes,
    /// What was drawn from a record for queries is not what the record says.
    Index,
    /// What says that retention took records is not what the retention record says.
    Retention,
}

impl DamageKind {
    /// The word for it, as reports and exports spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Edited => "edited",
            Self::Removed => "removed",
            Self::Inserted => "inserted",
            Self::Reordered => "reordered",
            Self::Truncated => "truncated",
            Self::RolledBack => "rolled_back",
            Self::WrongKey => "wrong_key",
            Self::Rewritten => "rewritten",
            Self::Hashes => "hashes",
            Self::Index => "index",
            Self::Retention => "retention",
        }
    }
}

impl fmt::Display for DamageKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is wrong with a trail, and where it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Damage {
    /// What was done to it.
    pub kind: DamageKind,
    /// The first record that is concerned.
    pub seq: u64,
    /// What was found, in words.
    pub found: String,
}

impl Damage {
    /// A damage that begins at this record.
    pub fn new(kind: DamageKind, seq: u64, found: impl Into<String>) -> Self {
        Self {
            kind,
            seq,
            found: found.into(),
        }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} from record {} on: {}",
            self.kind, self.seq, self.found
        )
    }
}

impl std::error::Error for Damage {}
