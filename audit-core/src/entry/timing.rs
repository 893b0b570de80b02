//! [`timed`]: a stretch of code that is no function, from its beginning to its end.

use std::fmt;
use std::panic::Location;
use std::thread::panicking;
use std::time::Duration;

use serde::Serialize;

use crate::capture::payload;
use crate::clock::EventId;
use crate::contain::{discard, shown};
use crate::delivery::Delivery;
use crate::event::Site;
use crate::outcome::Status;
use crate::place::{Kept, Place};
use crate::recorder::RecordError;
use crate::value::Text;

use super::Entry;
use super::fact::{self, Part};

/// A stretch of code that is being measured. How it ends is recorded, whichever way that is:
///
/// | what happens | outcome |
/// | --- | --- |
/// | [`complete`](Self::complete) | `completed`, or what the entry says |
/// | [`complete_with`](Self::complete_with) an `Ok` | `completed`, or what the entry says |
/// | [`complete_with`](Self::complete_with) an `Err`, or [`fail`](Self::fail) | `failed`, with the error's text |
/// | a panic unwinds it | `panicked` |
/// | it is dropped otherwise | `cancelled` |
///
/// The process may die in between. Then what is durable has its beginning on disk, and no end.
#[must_use = "dropped without `complete`, it is recorded as cancelled"]
pub struct Timed {
    /// Until its end is recorded.
    open: Option<Open>,
}

struct Open {
    entry: Entry,
    place: Place,
    site: Site<'static>,
    began_nanos: u64,
    /// The record of its beginning, if there is one.
    call: Option<EventId>,
    /// Whether that is durable, so that its end must not be dropped.
    must_keep: bool,
    was_panicking: bool,
}

/// Begins to measure a stretch of code. Its end is one record; where that is durable, because the entry says so or else its
/// recorder does ([`Recorder::planned`](crate::Recorder::planned)), its beginning is another, which is on disk when this
/// returns, and to which the end points with `call`.
///
/// An entry that says when it [started](Entry::started) or [ended](Entry::ended) keeps its word; how long it took is always
/// measured.
///
/// ```
/// use audit_core::{Entry, timed};
///
/// let import = timed(Entry::new("import").transport("ftp"))?;
/// let rows = "7".parse::<u32>();
/// import.complete_with(&rows)?;
/// # Ok::<(), audit_core::RecordError>(())
/// ```
///
/// # Errors
/// A durable beginning can't be recorded. The end of what runs all the same is then the caller's to record.
#[track_caller]
pub fn timed(entry: Entry) -> Result<Timed, RecordError> {
    let site = Site::from(Location::caller());
    let (mut open, kept) = Open::begin(entry, Place::here(true), site)?;
    if let Some(kept) = kept {
        open.began(kept.delivery());
        open.call = kept.wait()?;
    }
    Ok(Timed { open: Some(open) })
}

/// The same without keeping the thread waiting: it begins when first polled, in the scope in force there. One that is
/// dropped while it waits for its durable beginning was cancelled.
///
/// # Errors
/// As [`timed`].
#[track_caller]
pub fn timed_async(entry: Entry) -> impl Future<Output = Result<Timed, RecordError>> + Send {
    let site = Site::from(Location::caller());
    async move {
        let (mut open, kept) = Open::begin(entry, Place::here(false), site)?;
        let Some(kept) = kept else {
            return Ok(Timed { open: Some(open) });
        };
        open.began(kept.delivery());
        open.call = kept.id();
        // From here on a drop is an end that is recorded.
        let mut timed = Timed { open: Some(open) };
        match kept.settled().await {
            Ok(_) => Ok(timed),
            Err(error) => {
                timed.open = None;
                Err(error)
            }
        }
    }
}

impl Open {
    /// Reads the clock, and records the beginning where that is asked for.
    fn begin(
        mut entry: Entry,
        place: Place,
        site: Site<'static>,
    ) -> Result<(Self, Option<Kept>), RecordError> {
        let (now, began_nanos) = place.now()?;
        entry.started.get_or_insert(now);
        let durable = entry.delivery.or_else(|| place.planned(&entry.action));
        let kept = if durable == Some(Delivery::Durable) {
            let start = fact::record(&place, &site, entry.clone(), Part::Start, false)?;
            Some(start)
        } else {
            None
        };
        let open = Self {
            entry,
            place,
            site,
            began_nanos,
            call: None,
            must_keep: false,
            was_panicking: panicking(),
        };
        Ok((open, kept))
    }

    fn began(&mut self, delivery: Option<Delivery>) {
        self.must_keep = delivery == Some(Delivery::Durable);
    }

    /// Records the end.
    fn end(mut self, status: Status) -> Result<Kept, RecordError> {
        let (now, now_nanos) = self.place.now()?;
        self.entry.ended.get_or_insert(now);
        let took = Duration::from_nanos(now_nanos.saturating_sub(self.began_nanos));
        let end = Part::End(status, took, self.call);
        fact::record(&self.place, &self.site, self.entry, end, self.must_keep)
    }
}

impl Timed {
    /// What was answered, as it is now.
    pub fn response<T: Serialize + ?Sized>(&mut self, response: &T) {
        if let Some(open) = &mut self.open {
            open.entry.response = payload(response);
        }
    }

    /// What is to be known besides, as it is now.
    pub fn metadata<T: Serialize + ?Sized>(&mut self, metadata: &T) {
        if let Some(open) = &mut self.open {
            open.entry.metadata = payload(metadata);
        }
    }

    /// It is done. Returns the identifier of the record; where that is durable, it is on disk then, for which the thread
    /// waits.
    ///
    /// # Errors
    /// As [`record`](crate::record).
    pub fn complete(mut self) -> Result<Option<EventId>, RecordError> {
        self.end_and_wait(None)
    }

    /// It is done, with this result: [`complete`](Self::complete) or [`fail`](Self::fail).
    ///
    /// # Errors
    /// As [`record`](crate::record).
    pub fn complete_with<T, E: fmt::Display>(
        mut self,
        result: &Result<T, E>,
    ) -> Result<Option<EventId>, RecordError> {
        self.end_and_wait(result.as_ref().err().map(text))
    }

    /// It failed, and says why in at most 512 characters.
    ///
    /// # Errors
    /// As [`record`](crate::record).
    pub fn fail(mut self, error: impl fmt::Display) -> Result<Option<EventId>, RecordError> {
        self.end_and_wait(Some(text(error)))
    }

    /// As [`complete`](Self::complete), without keeping the thread waiting.
    ///
    /// # Errors
    /// As [`record`](crate::record).
    pub async fn complete_async(mut self) -> Result<Option<EventId>, RecordError> {
        let ended = self.end(None);
        ended?.settled().await
    }

    /// As [`complete_with`](Self::complete_with), without keeping the thread waiting.
    ///
    /// # Errors
    /// As [`record`](crate::record).
    pub async fn complete_with_async<T, E: fmt::Display>(
        mut self,
        result: &Result<T, E>,
    ) -> Result<Option<EventId>, RecordError> {
        let ended = self.end(result.as_ref().err().map(text));
        ended?.settled().await
    }

    fn end_and_wait(
        &mut self,
        failed: Option<Text<'static>>,
    ) -> Result<Option<EventId>, RecordError> {
        self.end(failed)?.wait()
    }

    /// Records how it ended, once.
    fn end(&mut self, failed: Option<Text<'static>>) -> Result<Kept, RecordError> {
        // It is there until it is ended, which takes the guard.
        let Some(mut open) = self.open.take() else {
            return Ok(Kept::Nothing);
        };
        let status = match &failed {
            Some(_) => Status::Failed,
            None => open.entry.status(),
        };
        if failed.is_some() {
            open.entry.error = failed;
        }
        open.end(status)
    }
}

/// What an error says.
fn text(error: impl fmt::Display) -> Text<'static> {
    Text::from(shown(error))
}

impl Drop for Timed {
    fn drop(&mut self) {
        let Some(open) = self.open.take() else {
            return;
        };
        // One that is dropped by a destructor while another panic unwinds was let go of like any other.
        let status = if panicking() && !open.was_panicking {
            Status::Panicked
        } else {
            Status::Cancelled
        };
        // Nobody can be told here of what is lost, which the recorder has counted; nor does anybody wait.
        discard(open.end(status));
    }
}

impl fmt::Debug for Timed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entry = self.open.as_ref().map(|open| &open.entry);
        f.debug_struct("Timed")
            .field("entry", &entry)
            .finish_non_exhaustive()
    }
}
