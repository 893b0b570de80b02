//! [`TrailError`]: why a trail could not be opened, or not do what it was asked.

use std::fmt;

use audit_core::{RecordError, TenantId};

use crate::anchor::AnchorError;
use crate::note::{KeyFileError, RotationError};
use crate::store::{StoreError, StoreErrorKind};
use crate::verify::{Damage, VerifyError};
use crate::writer::SignError;

/// Why a trail could not be opened, or not do what it was asked.
#[derive(Debug)]
#[non_exhaustive]
pub enum TrailError {
    /// The store failed.
    Store(StoreError),
    /// The key can't be used.
    Key(KeyFileError),
    /// The trail was signed by another key. Keys are changed by [`Trail::rotate_key`](crate::Trail::rotate_key).
    OtherKey {
        /// The verifier key of the one that was given.
        found: String,
        /// The one that signs the trail.
        expected: String,
    },
    /// What is there contradicts itself, its last checkpoint, or a copy of one.
    Damaged(Damage),
    /// A second place that is [required](crate::TrailOptions::require_anchors) can't be read, or has no copy of the trail's
    /// checkpoints.
    NoCopy {
        /// Its name.
        place: String,
        /// Why it can't be read; none if it can.
        error: Option<AnchorError>,
    },
    /// The trail was closed.
    Closed,
    /// It was opened before this process was forked.
    Forked,
    /// It was not done in time: what is not written yet.
    TimedOut {
        /// How many records wait still.
        records: usize,
    },
    /// The trail was closed, or its writer panicked, before the store took all that waited: what was lost. Whoever flushes hears so
    /// too of what he waited for and what was dropped from a full queue, or of which the store can't say whether it has it.
    Lost {
        /// How many records.
        records: u64,
    },
    /// A record of the trail's own is lost.
    Unrecorded(RecordError),
    /// The key can't be handed over to this one.
    Rotation(RotationError),
    /// Retention is carried out again and again already.
    SweepRuns,
    /// The operating system refuses a thread.
    Thread(std::io::Error),
    /// There is no such record, or it is not there any more.
    NoRecord {
        /// Its place.
        seq: u64,
        /// How many records there are.
        size: u64,
    },
    /// The tenant has no such record, or not any more: there is none, or it is nobody's or another tenant's, which is not told.
    NoTenantRecord {
        /// The tenant.
        tenant: TenantId,
        /// The place that was asked for.
        seq: u64,
    },
    /// Something outside the store failed: a file to export to, say.
    Outside(Box<dyn std::error::Error + Send + Sync>),
}

impl fmt::Display for TrailError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(_) => f.write_str("the store of the trail can't be used"),
            Self::Key(_) => f.write_str("the key of the trail can't be used"),
            Self::OtherKey { found, expected } => {
                write!(
                    f,
                    "the trail is signed by key `{expected}`, not by `{found}`"
                )
            }
            Self::Damaged(damage) => write!(f, "the trail is damaged: {damage}"),
            Self::NoCopy {
                place,
                error: Some(_),
            } => write!(
                f,
                "the checkpoints in `{place}` can't be read, and are required: see to it that they can, \
                 or open the trail without `require_anchors`"
            ),
            Self::NoCopy { place, error: None } => write!(
                f,
                "there is no checkpoint of the trail in `{place}`, and one is required: put back what was there, \
                 or, if the place is new, open the trail once without `require_anchors`"
            ),
            Self::Closed => f.write_str("the trail is closed"),
            Self::Forked => f.write_str(
                "the trail was opened before the process was forked; a child opens it anew",
            ),
            Self::TimedOut { records } => {
                write!(
                    f,
                    "the trail was not done in time: {records} records wait still"
                )
            }
            Self::Lost { records } => write!(
                f,
                "{records} records are lost: they were dropped from a full queue, or given up as the trail was closed or its writer or store failed"
            ),
            Self::Unrecorded(_) => f.write_str("a record of the trail's own is lost"),
            Self::Rotation(_) => f.write_str("the key of the trail can't be handed over"),
            Self::SweepRuns => f.write_str("a retention sweep of the trail runs already"),
            Self::Thread(_) => f.write_str("the trail needs a thread and gets none"),
            Self::NoRecord { seq, size } => {
                write!(
                    f,
                    "there is no record {seq} in a trail of {size}, or not any more"
                )
            }
            Self::NoTenantRecord { tenant, seq } => {
                write!(f, "tenant `{tenant}` has no record {seq}, or not any more")
            }
            Self::Outside(_) => f.write_str("something outside the trail failed"),
        }
    }
}

impl TrailError {
    /// What a tenant may know of it: what was wrong with what was asked, and of all else that it failed. Paths and what a store says
    /// of itself are the house's.
    pub(super) fn to_tenant(&self) -> String {
        match self {
            Self::NoTenantRecord { .. } => self.to_string(),
            Self::Store(error)
                if error.kind == StoreErrorKind::Refused
                    && std::error::Error::source(error).is_none() =>
            {
                error.to_string()
            }
            _ => "failed".to_owned(),
        }
    }

    /// What is said, and what that came from.
    pub(super) fn in_one_line(&self) -> String {
        let mut line = self.to_string();
        let mut source = std::error::Error::source(self);
        while let Some(error) = source {
            line = format!("{line}: {error}");
            source = error.source();
        }
        line
    }
}

impl std::error::Error for TrailError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Store(error) => Some(error),
            Self::Key(error) => Some(error),
            Self::Unrecorded(error) => Some(error),
            Self::Rotation(error) => Some(error),
            Self::Thread(error) => Some(error),
            Self::Outside(error) => Some(&**error),
            Self::NoCopy {
                error: Some(error), ..
            } => Some(error),
            _ => None,
        }
    }
}

impl From<StoreError> for TrailError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<KeyFileError> for TrailError {
    fn from(error: KeyFileError) -> Self {
        Self::Key(error)
    }
}

impl From<Damage> for TrailError {
    fn from(damage: Damage) -> Self {
        Self::Damaged(damage)
    }
}

impl From<SignError> for TrailError {
    fn from(error: SignError) -> Self {
        match error {
            SignError::Store(error) => Self::Store(error),
            SignError::OtherKey { found, expected } => Self::OtherKey { found, expected },
            SignError::Rotation(error) => Self::Rotation(error),
        }
    }
}

impl From<VerifyError> for TrailError {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::Store(error) => Self::Store(error),
            VerifyError::Damaged(damage) => Self::Damaged(damage),
            VerifyError::NoRecord { seq, size } => Self::NoRecord { seq, size },
            VerifyError::NoTenantRecord { tenant, seq } => Self::NoTenantRecord { tenant, seq },
            VerifyError::NoCopy { place, error } => Self::NoCopy { place, error },
            other => Self::Outside(Box::new(other)),
        }
    }
}
