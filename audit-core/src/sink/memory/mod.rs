//! [`MemorySink`]: keeps events in memory.

mod condition;
mod field;
mod query;

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::event::Event;

use super::{Emission, Sink, SinkError, SinkWay};

pub use condition::NamePattern;
pub(crate) use condition::{Condition, Ends, rule_of};
pub(crate) use field::field_of;
pub use query::MemoryQuery;

/// Keeps events in memory, in the order in which they came: for tests, and for a window on the last ones.
#[derive(Default)]
pub struct MemorySink {
    kept: Mutex<Kept>,
    capacity: Option<usize>,
}

#[derive(Default)]
struct Kept {
    events: VecDeque<Arc<Event<'static>>>,
    dropped: u64,
}

impl MemorySink {
    /// Keeps all events, for as long as it is there.
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps the last so many events. The oldest makes room for the newest, and is counted.
    pub fn with_capacity(capacity: usize) -> Self {
        Self {
            capacity: Some(capacity),
            ..Self::default()
        }
    }

    /// What it keeps, the oldest first.
    pub fn events(&self) -> Vec<Arc<Event<'static>>> {
        self.lock().events.iter().cloned().collect()
    }

    /// A question to what it keeps now.
    pub fn query(&self) -> MemoryQuery {
        MemoryQuery::of(self.events())
    }

    /// How many made room for others.
    pub fn events_dropped(&self) -> u64 {
        self.lock().dropped
    }

    /// Forgets what it keeps.
    pub fn clear(&self) {
        let forgotten = std::mem::take(&mut self.lock().events);
        drop(forgotten);
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sink for MemorySink {
    fn emit(&self, emission: &Emission<'_>) -> Result<(), SinkError> {
        let event = Arc::clone(emission.event());
        let mut kept = self.lock();
        kept.events.push_back(event);
        if self.capacity.is_some_and(|most| kept.events.len() > most) {
            let oldest = kept.events.pop_front();
            kept.dropped += 1;
            drop(kept);
            drop(oldest);
        }
        Ok(())
    }

    fn way(&self) -> SinkWay {
        SinkWay::Inline
    }
}

impl fmt::Debug for MemorySink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kept = self.lock();
        f.debug_struct("MemorySink")
            .field("events", &kept.events.len())
            .field("dropped", &kept.dropped)
            .finish_non_exhaustive()
    }
}
