//! [`record`]: one entry that is complete.

use std::panic::Location;

use crate::clock::EventId;
use crate::event::Site;
use crate::outcome::Status;
use crate::place::Place;
use crate::recorder::RecordError;

use super::Entry;
use super::fact::{self, Part};

impl Entry {
    /// How it ended, as far as it says.
    pub(super) fn status(&self) -> Status {
        let unsaid = match self.error {
            Some(_) => Status::Failed,
            None => Status::Completed,
        };
        self.status.unwrap_or(unsaid)
    }
}

/// Records one entry: something that happened. Returns the identifier of its event; `None` where nobody keeps records, or
/// the recorder's own lists leave it out.
///
/// With [`Delivery::Durable`](crate::Delivery::Durable) it is on disk when this returns; the thread waits for that. Inside
/// an async runtime use [`record_async`].
///
/// ```
/// use audit_core::{Entry, Status, record};
/// let id = record(Entry::new("backup").error("no space left on device"))?;
/// # assert_eq!(id, None);
/// # Ok::<(), audit_core::RecordError>(())
/// ```
///
/// # Errors
/// It is lost: the queue is full, it took too long, the recorder is closed or failed; or it is to be durable and nobody
/// keeps records.
#[track_caller]
pub fn record(entry: Entry) -> Result<Option<EventId>, RecordError> {
    let site = Site::from(Location::caller());
    let whole = Part::Whole(entry.status());
    fact::record(&Place::here(true), &site, entry, whole, false)?.wait()
}

/// The same without keeping the thread waiting: recorded when first polled, in the scope in force there.
///
/// # Errors
/// As [`record`].
#[track_caller]
pub fn record_async(
    entry: Entry,
) -> impl Future<Output = Result<Option<EventId>, RecordError>> + Send {
    let site = Site::from(Location::caller());
    async move {
        let kept = {
            let whole = Part::Whole(entry.status());
            fact::record(&Place::here(false), &site, entry, whole, false)
        };
        kept?.settled().await
    }
}
