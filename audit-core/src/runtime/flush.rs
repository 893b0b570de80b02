//! Waiting until all is seen, kept and sent on, before a program ends.

use std::fmt;
use std::time::{Duration, Instant};

use crate::observer::{Entry, ObserverList, Waiting};
use crate::sink::{Unflushed, are_told_by, flush_all, tell_so_far};
use crate::worker::{Flushed, Flushing};

use super::{Runtime, State};

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
    /// An inline sink is flushed on this thread, and no limit holds for how long it takes for that, nor are queued sinks waited for and the
    /// recorder flushed before it is done; so is the spill of a sink that hangs. Whoever else hangs leaves the others at least a quarter of the time.
    ///
    /// # Errors
    /// The observers and sinks that were not done in time, the sinks that failed, whether the recorder was not done, and whether something that
    /// belongs to no call, such as what is told of a sink, had not reached everybody.
    pub fn flush(&self, timeout: Duration) -> Result<(), FlushError> {
        let deadline = deadline_in(timeout);
        // What one makes the next ones get, so each stage has its time before the next begins, and goes on until the end. These are asked
        // again then, if what they get may have come later than the question.
        let begun = Instant::now();
        let stage = |stages: u32| begun + deadline.saturating_duration_since(begun) / 4 * stages;
        let (state, observers) = (self.state(), self.inner.shared.observers());
        tell_so_far(&state.sinks);
        let told = self.all_told_by(&state, stage(1));
        let asked = Asked::of(&observers);
        let seen = asked.are_done_by(stage(2));
        let mut sinks = flush_all(&state.sinks);
        let sent = sinks.are_done_by(stage(3));
        let recorder = is_unkept(&state, deadline);
        let announcements = !told && !self.all_told_by(&state, deadline);
        let Unflushed { late, failed } = sinks.wait(deadline);
        FlushError {
            announcements,
            observers: asked.late(deadline),
            sinks: late,
            failed,
            recorder,
        }
        .unless_empty()?;
        if told && seen && sent {
            return Ok(());
        }
        // What came late, the next ones got after they were asked.
        let observers = if told {
            Vec::new()
        } else {
            Asked::of(&observers).late(deadline)
        };
        let Unflushed { late, failed } = if told && seen {
            Unflushed::default()
        } else {
            flush_all(&state.sinks).wait(deadline)
        };
        FlushError {
            announcements: false,
            observers,
            sinks: late,
            failed,
            recorder: is_unkept(&state, deadline),
        }
        .unless_empty()
    }

    /// Waits until all that belongs to no call is told by this runtime, and of its sinks by whoever tells of them. Returns whether it is.
    fn all_told_by(&self, state: &State, until: Instant) -> bool {
        self.is_told_by(until) && are_told_by(&state.sinks, until)
    }
}

/// Whether the recorder, if there is one, does not keep everything by then.
fn is_unkept(state: &State, deadline: Instant) -> bool {
    let keeper = state.keeper.as_ref();
    keeper.is_some_and(|keeper| !keeper.flush(deadline.saturating_duration_since(Instant::now())))
}

/// Queued observers that are to see everything that they were told before.
struct Asked<'o>(Vec<(&'o Entry, Flushing<Waiting>)>);

impl<'o> Asked<'o> {
    fn of(observers: &'o ObserverList) -> Self {
        let asked = observers.iter();
        Self(
            asked
                .filter_map(|entry| Some((&**entry, entry.flush()?)))
                .collect(),
        )
    }

    /// Waits until then at most, and longer later. Returns whether all have.
    fn are_done_by(&self, until: Instant) -> bool {
        self.0
            .iter()
            .all(|(_, flushing)| flushing.is_done_by(until))
    }

    /// Waits for all of them. Returns the names of those that have not.
    fn late(self, deadline: Instant) -> Vec<String> {
        let late = self.0.into_iter().filter_map(|(entry, flushing)| {
            (flushing.wait(deadline) != Flushed::Done).then(|| entry.name().to_owned())
        });
        late.collect()
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
    /// Whether something that belongs to no call, such as a change or what is told of a sink, had not reached everybody: it is told in order, one after the
    /// other, so it waits for whoever is slow to take the one before.
    pub announcements: bool,
}

impl FlushError {
    /// That of sinks alone, and of what is told of them.
    pub(crate) fn of_sinks(
        Unflushed { late, failed }: Unflushed,
        are_told: bool,
    ) -> Result<(), Self> {
        Self {
            sinks: late,
            failed,
            announcements: !are_told,
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
        let untold = self
            .announcements
            .then(|| "not everybody was told in time of all that belongs to no call".to_owned());
        let parts: Vec<String> = late.into_iter().chain(failed).chain(untold).collect();
        f.write_str(&parts.join("; "))
    }
}

impl std::error::Error for FlushError {}
