//! Waiting until all is seen, kept and sent on, before a program ends.

use std::fmt;
use std::time::{Duration, Instant};

use crate::sink::{Unflushed, flush_all, tell_so_far};
use crate::worker::Flushed;

use super::Runtime;

/// A wait for longer than this is a wait for this long: the sum with the present moment must exist.
const LONGEST_WAIT: Duration = Duration::from_hours(365 * 24);

/// When a wait of this length that begins now is over.
pub(crate) fn deadline_in(timeout: Duration) -> Instant {
    Instant::now() + timeout.min(LONGEST_WAIT)
}

impl Runtime {
    /// Waits until every queued observer and sink has seen all decisions made before, sinks have sent on what they hold back, and the
    /// recorder keeps them, at most this long. A program does so before it ends. What a sink has missed by then is told to the others first. Not from
    /// within a queued observer, a sink or the recorder, which would wait for itself.
    ///
    /// An inline sink is flushed on this thread, and no limit holds for how long it takes for that; so is the spill of a sink that hangs.
    /// Whoever hangs leaves the others at least a quarter of the time.
    ///
    /// # Errors
    /// The observers and sinks that were not done in time, the sinks that failed, and whether the recorder was not done.
    pub fn flush(&self, timeout: Duration) -> Result<(), FlushError> {
        let deadline = deadline_in(timeout);
        // What one makes the next ones get, so each stage has its time before the next begins, and goes on until the end.
        let begun = Instant::now();
        let stage = |stages: u32| begun + deadline.saturating_duration_since(begun) / 4 * stages;
        let (state, observers) = (self.state(), self.inner.shared.observers());
        tell_so_far(&state.sinks);
        self.inner.outbox.wait_until_told(stage(1));
        let asked = observers
            .iter()
            .filter_map(|entry| Some((entry, entry.flush()?)));
        let asked: Vec<_> = asked.collect();
        let _are_done = asked
            .iter()
            .all(|(_, flushing)| flushing.is_done_by(stage(2)));
        let sinks = flush_all(&state.sinks);
        sinks.wait_until(stage(3));
        let left = deadline.saturating_duration_since(Instant::now());
        let recorder = state
            .keeper
            .as_ref()
            .is_some_and(|keeper| !keeper.flush(left));
        let Unflushed { late, failed } = sinks.wait(deadline);
        let unfinished = asked.into_iter().filter_map(|(entry, flushing)| {
            (flushing.wait(deadline) != Flushed::Done).then(|| entry.name().to_owned())
        });
        let observers = unfinished.collect();
        FlushError {
            observers,
            sinks: late,
            failed,
            recorder,
        }
        .unless_empty()
    }
}

/// Who had not seen, kept or sent on everything when the time was over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FlushError {
    /// The names of the queued observers.
    pub observers: Vec<String>,
    /// The names of the sinks that were not done in time.
    pub sinks: Vec<String>,
    /// The names of the sinks that said that they did not send on everything, or panicked. A warning says why.
    pub failed: Vec<String>,
    /// Whether the recorder is among them.
    pub recorder: bool,
}

impl FlushError {
    /// That of sinks alone.
    pub(crate) fn of_sinks(Unflushed { late, failed }: Unflushed) -> Result<(), Self> {
        Self {
            sinks: late,
            failed,
            ..Self::default()
        }
        .unless_empty()
    }

    fn unless_empty(self) -> Result<(), Self> {
        if self == Self::default() {
            Ok(())
        } else {
            Err(self)
        }
    }
}

impl fmt::Display for FlushError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = |kind: &'static str, names: &[String]| {
            (!names.is_empty()).then(|| format!("{kind} `{}`", names.join("`, `")))
        };
        let late = [
            named("observer", &self.observers),
            named("sink", &self.sinks),
            self.recorder.then(|| "the recorder".to_owned()),
        ];
        let late: Vec<String> = late.into_iter().flatten().collect();
        let late = (!late.is_empty()).then(|| {
            let late = late.join(", nor by ");
            format!("not everything was seen or kept in time by {late}")
        });
        let failed = named("not everything was sent on by sink", &self.failed);
        let parts: Vec<String> = late.into_iter().chain(failed).collect();
        f.write_str(&parts.join("; "))
    }
}

impl std::error::Error for FlushError {}
