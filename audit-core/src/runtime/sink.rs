//! The sinks of a runtime: how they come and go, and how others are told what goes wrong with one.

use std::sync::{Arc, Weak};
use std::time::Instant;

use crate::sink::{self, Notice, RegisterError, Registration, Sink, SinkStats, Teller};

use super::outbox::Announcement;
use super::process::tell_process_of_sink;
use super::{Inner, Runtime};

impl Runtime {
    /// Hands every event of this runtime to a sink from now on, after the recorder and before observers. Returns whether it is new: a
    /// sink that is registered here already, this very one and not another equal to it, stays as it was registered. Of one that is registered with the
    /// process too, what either registration redacts is redacted.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use audit_core::sink::MemorySink;
    /// use audit_core::{Action, Policy, Runtime};
    ///
    /// # let dir = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/payments/policy"));
    /// let runtime = Runtime::builder().policy(Policy::from_dir(dir)?).build()?;
    /// let memory = Arc::new(MemorySink::new());
    /// runtime.register_sink(memory.clone())?;
    /// runtime.allow(&Action::new("refund").with("amount", 50));
    /// assert_eq!(memory.events()[0].name, *"refund");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The operating system refuses a thread for a queued sink, or the registration redacts what is no part of an event.
    pub fn register_sink(&self, sink: impl Into<Registration>) -> Result<bool, RegisterError> {
        let registration = sink.into();
        let teller = Arc::new(Telling(Arc::downgrade(&self.inner)));
        let there = || self.inner.shared.sinks();
        sink::register(registration, teller, there, |change| {
            self.inner.shared.change(|state| change(&mut state.sinks));
        })
    }

    /// Takes a sink away: it gets no event from now on but those in its queue, is flushed, and the others are told what it has missed. Returns whether
    /// this very one was registered here. For a queued one that happens on its own thread, and nobody waits for it: whoever has to, flushes before. An inline
    /// one is flushed here.
    pub fn unregister_sink<S: Sink + ?Sized>(&self, sink: &Arc<S>) -> bool {
        sink::unregister(sink, |change| {
            self.inner.shared.change(|state| change(&mut state.sinks));
        })
    }

    /// What each sink of this runtime did so far, in order of registration.
    pub fn sink_stats(&self) -> Vec<SinkStats> {
        self.inner
            .shared
            .sinks()
            .iter()
            .map(|post| post.stats())
            .collect()
    }

    /// Tells everybody what goes wrong with a sink.
    pub(crate) fn tell_of_sink(&self, notice: Notice) {
        let time = self.clock().wall_at(self.clock().monotonic_nanos());
        let (about, except) = (notice.about.clone(), notice.except());
        let event = notice.into_event(self.ids().next_id(time), time);
        self.announce(Announcement::new(event, Vec::new()).about_sink(about, except));
    }
}

/// Tells by a runtime, as long as that is there; from then on the process.
struct Telling(Weak<Inner>);

impl Teller for Telling {
    fn tell(&self, notice: Notice) {
        match self.0.upgrade() {
            Some(inner) => Runtime { inner }.tell_of_sink(notice),
            None => tell_process_of_sink(notice),
        }
    }

    fn is_told_by(&self, until: Instant) -> bool {
        let inner = self.0.upgrade();
        inner.is_none_or(|inner| Runtime { inner }.is_told_by(until))
    }
}
