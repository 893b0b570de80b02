//! [`Kept`]: what became of a record at once.

use std::time::Duration;

use crate::clock::EventId;
use crate::delivery::Delivery;
use crate::recorder::{Receipt, RecordError};

/// What became of a record at once.
pub(crate) enum Kept {
    /// Nobody wants it.
    Nothing,
    /// It is, so far as was asked for.
    Done(EventId, Delivery),
    /// The receipt will say so, in so much time.
    Pending(EventId, Delivery, Receipt, Option<Duration>),
    /// It is lost, which was to be kept so surely.
    Lost(Delivery, RecordError),
}

impl Kept {
    /// Waits on this thread until it is kept.
    pub(crate) fn wait(self) -> Result<Option<EventId>, RecordError> {
        match self {
            Self::Nothing => Ok(None),
            Self::Done(id, _) => Ok(Some(id)),
            Self::Pending(id, _, receipt, timeout) => {
                receipt.wait_long(timeout)?;
                Ok(Some(id))
            }
            Self::Lost(_, error) => Err(error),
        }
    }

    /// Waits without a thread until it is kept.
    pub(crate) async fn settled(self) -> Result<Option<EventId>, RecordError> {
        match self {
            Self::Nothing => Ok(None),
            Self::Done(id, _) => Ok(Some(id)),
            Self::Pending(id, _, receipt, _) => {
                receipt.await?;
                Ok(Some(id))
            }
            Self::Lost(_, error) => Err(error),
        }
    }

    /// How surely it is kept. What is lost is not.
    pub(crate) fn delivery(&self) -> Option<Delivery> {
        match self {
            Self::Nothing | Self::Lost(..) => None,
            Self::Done(_, delivery) | Self::Pending(_, delivery, ..) => Some(*delivery),
        }
    }

    pub(crate) fn id(&self) -> Option<EventId> {
        match self {
            Self::Nothing | Self::Lost(..) => None,
            Self::Done(id, _) | Self::Pending(id, ..) => Some(*id),
        }
    }
}
