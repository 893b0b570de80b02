//! [`VerifyError`]: why a trail could not be checked, or what is wrong with it.

use std::fmt;

use audit_core::TenantId;

use crate::anchor::AnchorError;
use crate::note::NoteError;
use crate::store::StoreError;

use super::damage::Damage;

/// Why a trail could not be checked to its end, or why it must not be gone on with.
#[derive(Debug)]
#[non_exhaustive]
pub enum VerifyError {
    /// It can't be read.
    Store(StoreError),
    /// It contradicts itself, or what was signed.
    Damaged(Damage),
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
    /// Checkpoints in a second place can't be read.
    Anchor(AnchorError),
    /// A second place is required, and can't be read or has no copy of the trail's checkpoints.
    NoCopy {
        /// Its name.
        place: String,
        /// Why it can't be read; none if it can.
        error: Option<AnchorError>,
    },
    /// A checkpoint is none.
    Note(NoteError),
    /// No checkpoint covers the record.
    NotAnchored {
        /// Its place.
        seq: u64,
    },
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::Damaged(damage) => damage.fmt(f),
            Self::NoRecord { seq, size } => {
                write!(
                    f,
                    "there is no record {seq} in a trail of {size}, or not any more"
                )
            }
            Self::NoTenantRecord { tenant, seq } => {
                write!(f, "tenant `{tenant}` has no record {seq}, or not any more")
            }
            Self::Anchor(_) => f.write_str("the checkpoints in the second place can't be read"),
            Self::NoCopy {
                place,
                error: Some(_),
            } => write!(f, "the checkpoints in `{place}` can't be read"),
            Self::NoCopy { place, error: None } => {
                write!(f, "there is no checkpoint of the trail in `{place}`")
            }
            Self::Note(_) => f.write_str("the last checkpoint of the trail is none"),
            Self::NotAnchored { seq } => write!(f, "no checkpoint covers record {seq}"),
        }
    }
}

impl std::error::Error for VerifyError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Store(error) => std::error::Error::source(error),
            Self::Anchor(error)
            | Self::NoCopy {
                error: Some(error), ..
            } => Some(error),
            Self::Note(error) => Some(error),
            _ => None,
        }
    }
}

impl From<StoreError> for VerifyError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Damage> for VerifyError {
    fn from(damage: Damage) -> Self {
        Self::Damaged(damage)
    }
}
