//! [`TrailAnchor`]: the checkpoints of one trail as records of another.

use std::time::{Duration, Instant};

use audit_core::{Delivery, EventKind, Fact, Fields, Recorded};

use crate::anchor::{Anchor, AnchorError};
use crate::deadline::after;
use crate::query::{Cursor, Order, Query};

use super::error::TrailError;
use super::handle::Trail;

/// The checkpoints of one trail as records of another, best one on another machine: `lifecycle` events of the name
/// `trail.checkpoint`.
#[derive(Debug)]
pub struct TrailAnchor {
    /// The trail whose checkpoints are kept.
    origin: String,
    keeper: Trail,
}

/// What the records are called.
const NAME: &str = "trail.checkpoint";
/// How long a checkpoint may take to be on disk there.
const PATIENCE: Duration = Duration::from_secs(10);
/// How many records are read at a time.
const AT_A_TIME: usize = 256;

impl TrailAnchor {
    /// Keeps the checkpoints of the trail with this origin in another trail.
    pub fn new(origin: impl Into<String>, keeper: Trail) -> Self {
        Self {
            origin: origin.into(),
            keeper,
        }
    }
}

impl Anchor for TrailAnchor {
    fn name(&self) -> String {
        format!("trail `{}`", self.keeper.verifier_key().name())
    }

    fn put(&mut self, checkpoint: &str) -> Result<(), AnchorError> {
        let data = Fields::new()
            .with("origin", self.origin.clone())
            .with("note", checkpoint.to_owned());
        let event = self
            .keeper
            .inner
            .notices
            .event(EventKind::Lifecycle, NAME, data);
        let deadline = after(PATIENCE);
        let event = Fact::Other(&event);
        let durable = Delivery::Durable;
        match self
            .keeper
            .take(&event, durable, Some(PATIENCE), true, false)
        {
            Recorded::Lost(_, error) => Err(AnchorError::new(TrailError::Unrecorded(error))),
            // It is asked for by itself: what else that trail loses meanwhile is not lost here.
            Recorded::Pending(_, receipt) if receipt.wait(deadline).is_ok() => Ok(()),
            // Refused at once, it may be on disk in time all the same.
            _ => {
                let left = deadline.saturating_duration_since(Instant::now());
                self.keeper.flush(left).map_err(AnchorError::new)
            }
        }
    }

    fn checkpoints(&mut self) -> Result<Vec<String>, AnchorError> {
        let query = Query::new().name(NAME).order(Order::Oldest);
        let mut notes = Vec::new();
        let mut after: Option<Cursor> = None;
        loop {
            let page = self
                .keeper
                .reader(|reader| Ok(reader.search(&query, after.as_ref(), AT_A_TIME)?))
                .map_err(AnchorError::new)?;
            notes.extend(
                page.records
                    .iter()
                    .filter_map(|record| self.note(&record.body)),
            );
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(notes),
            }
        }
    }
}

impl TrailAnchor {
    /// The checkpoint in a record, if it is of our trail.
    fn note(&self, body: &[u8]) -> Option<String> {
        let record: serde_json::Value = serde_json::from_slice(body).ok()?;
        let data = record.get("data")?;
        let ours = data.get("origin")?.as_str()? == self.origin;
        ours.then(|| Some(data.get("note")?.as_str()?.to_owned()))
            .flatten()
    }
}

impl Trail {
    /// Takes a fact whatever the lists of actions say.
    pub(super) fn keep(&self, fact: &Fact<'_>, delivery: Delivery) -> Result<(), TrailError> {
        match self.take(fact, delivery, None, true, false) {
            Recorded::Lost(_, error) => Err(TrailError::Unrecorded(error)),
            _ => Ok(()),
        }
    }
}
