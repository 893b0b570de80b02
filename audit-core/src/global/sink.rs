//! The process's sinks: how they come and go, and how they are told where there is no runtime.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::event::Event;
use crate::runtime::{FlushError, deadline_in, emit_to_process, tell_process_of_sink};
use crate::sink::{
    self, Notice, RegisterError, Registration, Sink, SinkStats, Teller, are_told_by,
    change_process_sinks, flush_all, process_sinks, tell_so_far,
};

use super::default_runtime;

/// Hands every event of every runtime, and what is recorded where there is none, to a sink from now on: behind the sinks of the
/// runtime. Returns whether it is new: a sink that is registered already, this very one and not another equal to it, stays as
/// it was registered. One that is registered with a runtime too gets an event of that once, as it is registered there, and with both redacted
/// what either registration redacts.
///
/// # Errors
/// The operating system refuses a thread for a queued sink, or the registration redacts what is no part of an event.
pub fn register_sink(sink: impl Into<Registration>) -> Result<bool, RegisterError> {
    sink::register(sink.into(), Arc::new(Telling), process_sinks, |change| {
        change_process_sinks(change);
    })
}

/// Takes a sink of the process away: it gets no event from now on but those in its queue, is flushed, and the others are told what it has missed. Returns
/// whether this very one was registered. For a queued one that happens on its own thread, and nobody waits for it: whoever has to,
/// [flushes](flush_sinks) before. An inline one is flushed here.
pub fn unregister_sink<S: Sink + ?Sized>(sink: &Arc<S>) -> bool {
    sink::unregister(sink, |change| change_process_sinks(change))
}

/// Waits until every sink of the process has got all events made before and has sent on what it holds back, at most this long: what
/// [`Runtime::flush`](crate::Runtime::flush) does besides, for programs without a runtime. An inline sink is flushed on this thread, which is not limited.
///
/// # Errors
/// The sinks that were not done in time, or that failed, and whether something that is told of them had not reached everybody.
pub fn flush_sinks(timeout: Duration) -> Result<(), FlushError> {
    let (sinks, begun) = (process_sinks(), Instant::now());
    let deadline = deadline_in(timeout);
    tell_so_far(&sinks);
    // Whoever hangs while he is told leaves the sinks half of the time.
    let half = begun + deadline.saturating_duration_since(begun) / 2;
    let told = are_told_by(&sinks, half);
    let unflushed = flush_all(&sinks).wait(deadline);
    FlushError::of_sinks(unflushed, told || are_told_by(&sinks, deadline))?;
    if told {
        return Ok(());
    }
    // What was told late they got after they were asked.
    FlushError::of_sinks(flush_all(&sinks).wait(deadline), true)
}

/// What each sink of the process did so far, in order of registration.
pub fn sink_stats() -> Vec<SinkStats> {
    process_sinks().iter().map(|post| post.stats()).collect()
}

/// Hands an event that a recorder made of itself and keeps already, such as what it lost or who read it, to the sinks and observers in
/// force here: those of the scope's runtime, else of the default runtime, and of the process. A recorder of yours does so too, best not on
/// the thread that its records wait for: who is told may ask it for something.
///
/// ```
/// use audit_core::{Clock, Event, EventKind, IdSource, RandomIds, SystemClock, tell_recorded};
///
/// let now = SystemClock.wall_at(SystemClock.monotonic_nanos());
/// tell_recorded(Event::new(RandomIds.next_id(now), now, EventKind::Loss, "loss"));
/// ```
pub fn tell_recorded(event: Event<'static>) {
    let event = Arc::new(event);
    match super::runtime() {
        Some(runtime) => runtime.tell_here(&[], &event),
        None => emit_to_process(&process_sinks(), &event),
    }
}

/// Tells by the default runtime, or where there is none.
struct Telling;

impl Teller for Telling {
    fn tell(&self, notice: Notice) {
        match default_runtime() {
            Some(runtime) => runtime.tell_of_sink(notice),
            None => tell_process_of_sink(notice),
        }
    }

    /// Where there is no runtime, it is told on the spot.
    fn is_told_by(&self, until: Instant) -> bool {
        default_runtime().is_none_or(|runtime| runtime.is_told_by(until))
    }
}
