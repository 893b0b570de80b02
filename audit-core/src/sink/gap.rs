//! [`Gap`]: what a sink did not take since it last took something.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::clock::Timestamp;

use super::SinkError;

/// So many gaps in short order end with the first event that is taken again. Each after them asks for twice as many in a row, so that a
/// sink that takes every other event floods nobody.
const PATIENT: u32 = 4;
/// The most events in a row that the end of a gap may ask for. Whoever takes as many without a gap begins anew.
const SETTLED: u32 = 1024;

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
}

/// Events that were not taken.
#[derive(Clone, Debug)]
pub(super) struct Missed {
    /// How many.
    pub(super) count: u64,
    /// Of those, how many nobody took instead.
    pub(super) lost: u64,
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

impl Gap {
    /// One more was not taken, by a sink that took so many. Returns how many that makes.
    pub(super) fn widen(
        &self,
        taken: u64,
        time: Timestamp,
        is_lost: bool,
        error: &SinkError,
    ) -> u64 {
        self.miss(taken, time, error, |missed| {
            if missed.count == 0 {
                missed.from = time;
            }
            missed.count += 1;
            missed.lost += u64::from(is_lost);
            missed.to = time;
            missed.count
        })
    }

    /// It takes too long for an event of that time, which is not missed yet. Returns how often that makes in this gap.
    pub(super) fn hold(&self, taken: u64, time: Timestamp, error: &SinkError) -> u64 {
        self.miss(taken, time, error, |missed| {
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

    fn miss(
        &self,
        taken: u64,
        time: Timestamp,
        error: &SinkError,
        note: impl FnOnce(&mut Missed) -> u64,
    ) -> u64 {
        let mut course = self.lock();
        self.is_open.store(true, Ordering::Relaxed);
        course.in_a_row = 0;
        if course.missed.is_none() {
            let is_settled = taken.saturating_sub(course.taken_then) >= u64::from(SETTLED);
            course.gaps = if is_settled { 1 } else { course.gaps + 1 };
        }
        let missed = course.missed.get_or_insert_with(|| Missed {
            count: 0,
            lost: 0,
            timeouts: 0,
            is_known: false,
            from: time,
            to: time,
            error: error.clone(),
        });
        missed.error.clone_from(error);
        note(missed)
    }

    /// Something was taken again, which makes so many. Returns what was missed before, once.
    #[inline]
    pub(super) fn close(&self, taken: u64) -> Option<Missed> {
        if !self.is_open.load(Ordering::Relaxed) {
            return None;
        }
        let mut course = self.lock();
        course.in_a_row += 1;
        let doublings = course.gaps.saturating_sub(PATIENT).min(SETTLED.ilog2());
        if course.in_a_row < 1 << doublings {
            return None;
        }
        course.taken_then = taken;
        self.end(&mut course)
    }

    /// Nothing will be taken any more. Returns what was missed, once.
    pub(super) fn give_up(&self) -> Option<Missed> {
        self.end(&mut self.lock())
    }

    fn end(&self, course: &mut Course) -> Option<Missed> {
        self.is_open.store(false, Ordering::Relaxed);
        course.missed.take().filter(|missed| missed.count > 0)
    }

    /// A poisoned lock is taken all the same: every change is complete in itself.
    fn lock(&self) -> MutexGuard<'_, Course> {
        self.course.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: u64) -> Timestamp {
        Timestamp::from_nanos(i64::try_from(second).unwrap() * 1_000_000_000)
    }

    fn miss(gap: &Gap, taken: u64, second: u64) -> u64 {
        gap.widen(taken, at(second), true, &SinkError::new("full"))
    }

    #[test]
    fn a_gap_ends_with_the_first_event_taken_and_is_told_once() {
        let gap = Gap::default();
        assert_eq!((miss(&gap, 0, 1), miss(&gap, 0, 2)), (1, 2));
        let missed = gap.close(1).unwrap();
        assert_eq!((missed.count, missed.from, missed.to), (2, at(1), at(2)));
        assert!(gap.close(2).is_none());
    }

    #[test]
    fn a_sink_that_takes_every_other_event_tells_of_few_gaps() {
        let gap = Gap::default();
        let mut told = 0;
        for taken in 0..1_000 {
            miss(&gap, taken, taken);
            told += u32::from(gap.close(taken + 1).is_some());
        }
        assert_eq!(told, PATIENT);
        // In the end it says how many there were.
        let rest = (0..u64::from(SETTLED)).find_map(|more| gap.close(1_000 + more));
        assert_eq!(rest.unwrap().count, u64::from(1_000 - PATIENT));
    }

    #[test]
    fn a_sink_that_took_many_in_a_row_is_as_good_as_new() {
        let gap = Gap::default();
        (0..100).for_each(|taken| {
            miss(&gap, taken, taken);
            gap.close(taken + 1);
        });
        let _rest = (0..SETTLED).find_map(|_| gap.close(100));
        let settled = 100 + u64::from(SETTLED);
        miss(&gap, settled, 200);
        assert_eq!(gap.close(settled + 1).unwrap().count, 1);
    }

    #[test]
    fn a_call_that_took_too_long_and_missed_nothing_leaves_no_loss() {
        let gap = Gap::default();
        assert_eq!(gap.hold(0, at(1), &SinkError::new("too long")), 1);
        assert!(gap.close(1).is_none());
        miss(&gap, 1, 2);
        assert_eq!(gap.close(2).unwrap().count, 1);
    }
}
