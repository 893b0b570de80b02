//! [`Gap`]: what a sink did not take since it last took something.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::clock::{EventId, Timestamp};

use super::SinkError;

/// So many gaps in short order end with the first event that is taken again. Each after them asks for twice as many in a row, so that a
/// sink that takes every other event floods nobody.
const PATIENT: u32 = 4;
/// The most events in a row that the end of a gap may ask for. Whoever takes as many without a gap begins anew.
const SETTLED: u32 = 1024;
/// A gap that stays open so long is told of though it has not ended, and again each time.
const OVERDUE: Duration = Duration::from_mins(1);

/// What a sink did not take since it last took something. Costs one load while there is nothing.
#[derive(Debug, Default)]
pub(super) struct Gap {
    is_open: AtomicBool,
    course: Mutex<Course>,
}

#[derive(Debug, Default)]
struct Course {
    missed: Option<Missed>,
    /// Gaps that came one soon after the other.
    gaps: u32,
    /// Events that were taken in a row since the last miss, while a gap is open.
    in_a_row: u32,
    /// How many had been taken when the last gap ended.
    taken_then: u64,
    /// What was told of gaps that have ended, and did not reach the sink itself.
    again: Option<Missed>,
    /// The first event that was missed since one was taken, and the last, of those that do not tell of sinks.
    since: Option<(EventId, EventId)>,
}

/// An event that was not taken.
#[derive(Clone, Copy, Debug)]
pub(super) struct Untaken {
    pub(super) id: EventId,
    pub(super) time: Timestamp,
    /// Whether it does not tell of sinks itself.
    pub(super) is_proper: bool,
    /// Whether nobody took it instead.
    pub(super) is_lost: bool,
}

/// Events that were not taken.
#[derive(Clone, Debug)]
pub(super) struct Missed {
    /// How many.
    pub(super) count: u64,
    /// Of those, how many others were told of as a loss that has ended.
    pub(super) told_before: u64,
    /// Of those, how many nobody took instead.
    pub(super) lost: u64,
    /// Of all, how many do not tell of sinks themselves.
    proper: u64,
    /// How many there were when others were told of them last, and when that was; at first when the gap began.
    told: (u64, Timestamp),
    /// How often it took too long meanwhile.
    timeouts: u64,
    /// Whether others know that it takes too long.
    is_known: bool,
    /// When the first of them happened, and the last.
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
    /// What the sink said to the last of them.
    pub(super) error: SinkError,
}

impl Missed {
    /// With what was told before.
    fn and(mut self, before: Option<&Self>) -> Self {
        if let Some(before) = before {
            self.count += before.count;
            self.told_before = before.count;
            self.lost += before.lost;
            self.from = self.from.min(before.from);
            self.to = self.to.max(before.to);
        }
        self
    }
}

/// How much a gap holds by now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Width {
    /// All events that were not taken.
    pub(super) all: u64,
    /// Those that do not tell of sinks themselves.
    pub(super) proper: u64,
}

impl Gap {
    /// One more was not taken, by a sink that took so many.
    pub(super) fn widen(&self, taken: u64, event: Untaken, error: &SinkError) -> Width {
        let Untaken { id, time, .. } = event;
        self.miss(taken, time, error, |missed, since| {
            // What waited is often missed after what came later.
            if missed.count == 0 {
                (missed.from, missed.to) = (time, time);
            }
            (missed.from, missed.to) = (missed.from.min(time), missed.to.max(time));
            missed.count += 1;
            missed.lost += u64::from(event.is_lost);
            if event.is_proper {
                missed.proper += 1;
                let (first, last) = since.unwrap_or((id, id));
                *since = Some((first.min(id), last.max(id)));
            }
            Width {
                all: missed.count,
                proper: missed.proper,
            }
        })
    }

    /// It takes too long for an event of that time, which is not missed yet. Returns how often that makes in this gap.
    pub(super) fn hold(&self, taken: u64, time: Timestamp, error: &SinkError) -> u64 {
        self.miss(taken, time, error, |missed, _| {
            missed.timeouts += 1;
            missed.timeouts
        })
    }

    /// Whether others do not know yet that it takes too long. From now on they do.
    pub(super) fn is_news(&self) -> bool {
        let mut course = self.lock();
        let missed = course.missed.as_mut();
        missed.is_some_and(|missed| !std::mem::replace(&mut missed.is_known, true))
    }

    fn miss<T>(
        &self,
        taken: u64,
        time: Timestamp,
        error: &SinkError,
        note: impl FnOnce(&mut Missed, &mut Option<(EventId, EventId)>) -> T,
    ) -> T {
        let mut course = self.lock();
        self.is_open.store(true, Ordering::Relaxed);
        course.in_a_row = 0;
        if course.missed.is_none() {
            let is_settled = taken.saturating_sub(course.taken_then) >= u64::from(SETTLED);
            course.gaps = if is_settled { 1 } else { course.gaps + 1 };
        }
        let Course { missed, since, .. } = &mut *course;
        let missed = missed.get_or_insert_with(|| Missed {
            count: 0,
            told_before: 0,
            lost: 0,
            proper: 0,
            told: (0, time),
            timeouts: 0,
            is_known: false,
            from: time,
            to: time,
            error: error.clone(),
        });
        missed.error.clone_from(error);
        note(missed, since)
    }

    /// Something was taken again, which makes so many. Returns what was missed before, once.
    ///
    /// Nothing is told because of an event that tells of sinks itself, so what others are to know of waits for another one.
    #[inline]
    pub(super) fn close(&self, taken: u64, is_proper: bool) -> Option<Missed> {
        if !self.is_open() {
            return None;
        }
        let mut course = self.lock();
        course.since = None;
        let is_any_proper = course
            .missed
            .as_ref()
            .is_some_and(|missed| missed.proper > 0);
        if !is_proper && (is_any_proper || course.again.is_some()) {
            return None;
        }
        course.in_a_row += 1;
        let doublings = course.gaps.saturating_sub(PATIENT).min(SETTLED.ilog2());
        if course.in_a_row < 1 << doublings {
            return None;
        }
        course.taken_then = taken;
        self.end(&mut course).filter(|_| is_proper)
    }

    /// Whether this event lies among those that it missed since it took one.
    #[inline]
    pub(super) fn reaches(&self, event: EventId) -> bool {
        let missed = |(first, last)| first <= event && event <= last;
        self.is_open() && self.lock().since.is_some_and(missed)
    }

    /// Whether something was not taken since it was well.
    #[inline]
    fn is_open(&self) -> bool {
        self.is_open.load(Ordering::Relaxed)
    }

    /// What was missed so far, at an event of this time, where others have waited too long to be told of it.
    #[inline]
    pub(super) fn overdue(&self, time: Timestamp) -> Option<Missed> {
        if !self.is_open() {
            return None;
        }
        let is_overdue = |since: Timestamp| {
            let waited = time.as_nanos().saturating_sub(since.as_nanos());
            u128::try_from(waited).is_ok_and(|waited| waited >= OVERDUE.as_nanos())
        };
        self.news(|told| is_overdue(told).then_some(time))
    }

    /// What was missed so far, where others do not know that much.
    pub(super) fn so_far(&self) -> Option<Missed> {
        self.news(Some)
    }

    /// What others do not know yet, if they are to be told, and what counts as when.
    fn news(&self, when: impl FnOnce(Timestamp) -> Option<Timestamp>) -> Option<Missed> {
        let mut course = self.lock();
        let missed = course.missed.as_mut()?;
        let (known, since) = missed.told;
        if missed.count == known {
            return None;
        }
        missed.told = (missed.count, when(since)?);
        let missed = missed.clone();
        Some(missed.and(course.again.as_ref()))
    }

    /// The sink did not take what was told of this: it is told with the next gap, which is open or about to be.
    pub(super) fn tell_again(&self, told: &Missed) {
        let mut course = self.lock();
        let again = told.clone().and(course.again.as_ref());
        course.again = Some(again);
    }

    /// Nothing will be taken any more. Returns what was missed, once.
    pub(super) fn give_up(&self) -> Option<Missed> {
        self.end(&mut self.lock())
    }

    fn end(&self, course: &mut Course) -> Option<Missed> {
        self.is_open.store(false, Ordering::Relaxed);
        let missed = course.missed.take().filter(|missed| missed.count > 0)?;
        Some(missed.and(course.again.take().as_ref()))
    }

    /// A poisoned lock is taken all the same: every change is complete in itself.
    fn lock(&self) -> MutexGuard<'_, Course> {
        self.course.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
