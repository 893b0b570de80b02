//! [`Keeper`]: a recorder in its place, whose panics, calls of its own and destructor harm nobody.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use crate::active::{Active, Running, next_key};
use crate::contain::{contain, discard};
use crate::delivery::Delivery;
use crate::event::Fact;
use crate::health::{count, say};
use crate::observability::{self, Shown, show_from_now};

use super::{RecordError, RecordErrorKind, Recorded, Recorder, Terms};

/// What recorders are called where failures and losses are observed.
const SINK: &str = "recorder";

/// A recorder in its place.
pub(crate) struct Keeper {
    /// Names it among all recorders and observers of the process.
    key: u64,
    /// There until it is dropped.
    recorder: Option<Arc<dyn Recorder>>,
    panics: AtomicU64,
    reentered: AtomicU64,
}

impl Keeper {
    pub(crate) fn new(recorder: Arc<dyn Recorder>) -> Arc<Self> {
        let keeper = Arc::new(Self {
            key: next_key(),
            recorder: Some(recorder),
            panics: AtomicU64::new(0),
            reentered: AtomicU64::new(0),
        });
        show_from_now(&keeper);
        keeper
    }

    /// Hands it one fact. What the recorder does itself while it records is not handed to it: it would never end.
    pub(crate) fn record(&self, fact: &Fact<'_>, terms: &Terms) -> Recorded {
        let recorded = self.hand_over(fact, terms);
        if let Recorded::Lost(..) = recorded {
            observability::events_lost(SINK, 1);
        }
        recorded
    }

    fn hand_over(&self, fact: &Fact<'_>, terms: &Terms) -> Recorded {
        let Some(recorder) = &self.recorder else {
            return Recorded::Unwanted;
        };
        let Some(_active) = Active::enter(self.key) else {
            self.note_reentered();
            return lost(terms, "the recorder asks for a record while it records");
        };
        match contain(|| recorder.record(fact, terms)) {
            Ok(recorded) => recorded,
            Err(panic) => {
                self.note_panic(&panic);
                lost(terms, &format!("the recorder panicked: {panic}"))
            }
        }
    }

    /// The same for what arose while these were running, wherever that was.
    pub(crate) fn record_unless(
        &self,
        within: &Running,
        fact: &Fact<'_>,
        terms: &Terms,
    ) -> Recorded {
        if within.has(self.key) {
            self.note_reentered();
            return lost(terms, "it is the recorder's own doing");
        }
        self.record(fact, terms)
    }

    /// How surely the recorder keeps records of an action by itself. Not asked while it records.
    pub(crate) fn planned(&self, action: &str) -> Option<Delivery> {
        let recorder = self.recorder.as_ref()?;
        let _active = Active::enter(self.key)?;
        contain(|| recorder.planned(action)).unwrap_or_else(|panic| {
            self.note_panic(&panic);
            None
        })
    }

    /// Waits until all that was taken is kept. Returns whether it is.
    pub(crate) fn flush(&self, timeout: Duration) -> bool {
        let Some(recorder) = &self.recorder else {
            return true;
        };
        contain(|| recorder.flush(timeout)).unwrap_or_else(|panic| {
            self.note_panic(&panic);
            false
        })
    }

    #[cold]
    fn note_panic(&self, panic: &str) {
        observability::sink_failed(SINK);
        if count(&self.panics) {
            say(
                || tracing::error!(target: "audit::health", ?panic, "the recorder panicked, so a record is lost"),
            );
        }
    }

    #[cold]
    fn note_reentered(&self) {
        if count(&self.reentered) {
            say(|| {
                tracing::warn!(
                    target: "audit::health",
                    "what the recorder does itself while it records is not recorded: it must not call what it records"
                );
            });
        }
    }
}

#[cold]
fn lost(terms: &Terms, message: &str) -> Recorded {
    Recorded::Lost(
        terms.delivery.unwrap_or(Delivery::BestEffort),
        RecordError::new(RecordErrorKind::Failed, message),
    )
}

impl Shown for Keeper {
    /// From now on it is known to have lost nothing.
    fn switched_on(&self) {
        observability::sink_is_there(SINK, false);
    }
}

impl Drop for Keeper {
    /// A recorder's destructor is not ours, and a thread that ends may be the last that holds it.
    fn drop(&mut self) {
        discard(self.recorder.take());
    }
}

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keeper").finish_non_exhaustive()
    }
}
