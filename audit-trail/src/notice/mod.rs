//! [`Notices`]: the events that a trail makes of itself, and who tells others of them.

mod herald;

use std::sync::Arc;

use audit_core::__private::contain;
use audit_core::{
    Clock, Event, EventKind, Fact, Fields, IdSource, RandomIds, SystemClock, Timestamp, Value,
};

use crate::queue::Loss;
use crate::store::Ended;

pub(crate) use herald::{Herald, tell};

/// Makes the events that a trail tells of itself.
#[derive(Clone)]
pub(crate) struct Notices {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn IdSource>,
    pub(crate) herald: Herald,
}

impl Notices {
    /// By the system's clock, with random identifiers.
    pub(crate) fn of_system() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            ids: Arc::new(RandomIds),
            herald: Herald::default(),
        }
    }

    /// The time by its clock. That is the user's, and the writer asks it too: where it panics, the system's is asked.
    pub(crate) fn now(&self) -> Timestamp {
        let read = |clock: &dyn Clock| clock.wall_at(clock.monotonic_nanos());
        contain(|| read(&*self.clock)).unwrap_or_else(|_| read(&SystemClock))
    }

    /// The trail was opened.
    pub(crate) fn opened(&self, session: u64, verifier: &str) -> Vec<u8> {
        let data = Fields::new()
            .with("session", session)
            .with("key", verifier.to_owned());
        self.json(EventKind::Lifecycle, "trail.opened", data)
    }

    /// The trail is closed: nothing that was taken is missing.
    pub(crate) fn closed(&self) -> Vec<u8> {
        self.json(EventKind::Lifecycle, "trail.closed", Fields::new())
    }

    /// Another key signs from now on.
    pub(crate) fn key_changed(&self, old: &str, new: &str, statement: Option<&str>) -> Vec<u8> {
        let data = Fields::new()
            .with("from", old.to_owned())
            .with("to", new.to_owned())
            .with("statement", statement.map(str::to_owned));
        self.json(EventKind::Lifecycle, "trail.key_changed", data)
    }

    /// Records were lost on their way to the store.
    pub(crate) fn loss(&self, loss: &Loss) -> Vec<u8> {
        let data = Fields::new()
            .with("why", "not_written")
            .with("count", loss.count)
            .with("from", loss.from.to_string())
            .with("to", loss.to.to_string());
        self.json(EventKind::Loss, "loss", data)
    }

    /// An opening ended without saying so: what waited in its memory is lost, and if the machine stopped what was not on disk yet; at
    /// most so many.
    pub(crate) fn unclean_end(&self, ended: &Ended) -> Vec<u8> {
        let data = Fields::new()
            .with("why", "unclean_end")
            .with("session", ended.session)
            .with("process", ended.process)
            .with("opened", ended.opened.to_string())
            .with("at_most", ended.room)
            .with("from", ended.last.to_string())
            .with("to", self.now().to_string());
        self.json(EventKind::Loss, "loss", data)
    }

    /// An event with this data, as JSON without its place.
    pub(crate) fn json(
        &self,
        kind: EventKind,
        name: &'static str,
        data: Fields<'static>,
    ) -> Vec<u8> {
        let mut body = Vec::new();
        Fact::Other(&self.event(kind, name, data)).write_json(&mut body);
        body
    }

    /// An event with this data.
    pub(crate) fn event(
        &self,
        kind: EventKind,
        name: &'static str,
        data: Fields<'static>,
    ) -> Event<'static> {
        let now = self.now();
        let id = contain(|| self.ids.next_id(now)).unwrap_or_else(|_| RandomIds.next_id(now));
        let mut event = Event::new(id, now, kind, name);
        event.data = Some(Value::from(data));
        event
    }
}

impl std::fmt::Debug for Notices {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Notices").finish_non_exhaustive()
    }
}
