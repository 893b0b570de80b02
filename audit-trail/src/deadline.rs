//! [`Deadlines`]: settles receipts that take too long, on a thread of its own, as the writer may hang in its store.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use audit_core::Overdue;

/// Receipts that are looked at when their time is over. Its thread starts with the first and ends when this goes.
#[derive(Debug, Default)]
pub(crate) struct Deadlines(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    due: BinaryHeap<Due>,
    /// Until when the thread sleeps; nothing where it waits for a first one.
    sleeps_until: Option<Instant>,
    /// How many are looked through for such as are over by now.
    crowded: usize,
    runs: bool,
    closed: bool,
}

/// Nobody waits for longer: the sum with the present moment must exist.
const LONGEST: Duration = Duration::from_hours(365 * 24);

/// The moment so long from now, a year at most: "for good" is said by the longest duration there is.
pub(crate) fn after(patience: Duration) -> Instant {
    Instant::now() + patience.min(LONGEST)
}

/// How many receipts are no crowd.
const FEW: usize = 1024;

#[derive(Debug)]
struct Due {
    at: Instant,
    overdue: Overdue,
}

impl Deadlines {
    /// Settles a receipt as timed out at that moment, unless it is settled by then.
    pub(crate) fn add(&self, at: Instant, overdue: Overdue) {
        let mut state = self.0.lock();
        if state.due.len() >= state.crowded.max(FEW) {
            state.due.retain(|due| !due.overdue.is_over());
            state.crowded = state.due.len() * 2;
        }
        state.due.push(Due { at, overdue });
        if !state.runs {
            let shared = Arc::clone(&self.0);
            let thread = thread::Builder::new().name("audit-trail-deadlines".to_owned());
            // Without a thread, sync callers still look at the time themselves.
            state.runs = thread.spawn(move || shared.run()).is_ok();
        }
        let sooner = state.sleeps_until.is_none_or(|until| at < until);
        drop(state);
        if sooner {
            self.0.changed.notify_one();
        }
    }
}

impl Drop for Deadlines {
    fn drop(&mut self) {
        self.0.lock().closed = true;
        self.0.changed.notify_one();
    }
}

impl Shared {
    /// A poisoned lock is taken all the same: every change is complete in itself.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self) {
        let mut state = self.lock();
        while !state.closed {
            let now = Instant::now();
            let mut over = Vec::new();
            while let Some(due) = state.due.peek()
                && due.at <= now
            {
                over.extend(state.due.pop());
            }
            if !over.is_empty() {
                drop(state);
                // Wakers are foreign: they are called without the lock.
                for due in over {
                    due.overdue.time_out();
                }
                state = self.lock();
                continue;
            }
            state.sleeps_until = state.due.peek().map(|due| due.at);
            state = match state.sleeps_until {
                Some(until) => {
                    let waited = self.changed.wait_timeout(state, until.duration_since(now));
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
                None => self
                    .changed
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner),
            };
        }
    }
}

impl Ord for Due {
    /// The earliest is the greatest, as a heap gives its greatest.
    fn cmp(&self, other: &Self) -> Ordering {
        other.at.cmp(&self.at)
    }
}

impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Due {
    fn eq(&self, other: &Self) -> bool {
        self.at == other.at
    }
}

impl Eq for Due {}

#[cfg(test)]
mod tests {
    use audit_core::{Receipt, RecordErrorKind};

    use super::*;

    #[test]
    fn a_receipt_that_nobody_settles_times_out_and_a_later_one_does_not_wait_for_it() {
        let deadlines = Deadlines::default();
        let (late, late_kept) = Receipt::pair();
        let (soon, soonlate_kept) = Receipt::pair();
        deadlines.add(Instant::now() + Duration::from_hours(1), late_kept.watch());
        deadlines.add(Instant::now(), soonlate_kept.watch());
        let answer = soon.wait(Instant::now() + Duration::from_mins(1));
        assert_eq!(answer.unwrap_err().kind, RecordErrorKind::TimedOut);
        assert_eq!(late.answer(), None);
    }

    #[test]
    fn receipts_that_are_settled_do_not_pile_up() {
        let deadlines = Deadlines::default();
        for _ in 0..10_000 {
            let (_receipt, kept) = Receipt::pair();
            kept.settle(Ok(()));
            deadlines.add(Instant::now() + Duration::from_hours(1), kept.watch());
        }
        assert!(deadlines.0.lock().due.len() <= FEW + 1);
    }
}
