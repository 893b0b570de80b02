//! [`Flushed`]: what becomes of what was put in before, for whoever waits for it.

use std::collections::BTreeMap;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use super::Queue;

/// What became of what was put in before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flushed {
    /// It is on disk.
    Done,
    /// It is not yet: so many records wait still.
    Late(usize),
    /// So many of its records are lost.
    Lost(u64),
}

impl Queue {
    /// Waits until all that was put in before is on disk, or lost, until then at most.
    pub(crate) fn flush(&self, deadline: Instant) -> Flushed {
        let mut state = self.lock();
        let goal = state.accepted;
        let turn = state.flushes.begin(goal);
        self.arrived.notify_one();
        let mut is_late = false;
        while state.oldest() < goal {
            let left = deadline.saturating_duration_since(Instant::now());
            is_late = left == Duration::ZERO;
            if is_late {
                break;
            }
            let waited = self.moved.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        let lost = match state.flushes.end(turn) {
            // Nobody tells of what a writer left behind: whoever comes later hears of it as well.
            0 => state.abandoned,
            lost => lost,
        };
        match lost {
            0 if is_late => Flushed::Late(state.unwritten()),
            0 => Flushed::Done,
            // What is late besides may come yet, and is asked for again; what is lost is said once.
            lost => Flushed::Lost(lost),
        }
    }
}

/// All who flush, in the order in which they came.
#[derive(Debug, Default)]
pub(super) struct Flushes(BTreeMap<u64, Flush>);

/// One who flushes.
#[derive(Debug)]
struct Flush {
    /// He waits for the items whose numbers are below.
    goal: u64,
    /// How many of them were lost since he came.
    lost: u64,
}

impl Flushes {
    pub(super) fn are_none(&self) -> bool {
        self.0.is_empty()
    }

    /// Somebody comes and waits for the items whose numbers are below. Returns his turn.
    fn begin(&mut self, goal: u64) -> u64 {
        let turn = self.0.last_key_value().map_or(0, |(last, _)| last + 1);
        self.0.insert(turn, Flush { goal, lost: 0 });
        turn
    }

    /// He goes. Returns how many of his items were lost.
    fn end(&mut self, turn: u64) -> u64 {
        self.0.remove(&turn).map_or(0, |flush| flush.lost)
    }

    /// The item with this number is lost.
    pub(super) fn lose(&mut self, number: u64) {
        for flush in self.0.values_mut() {
            flush.lost += u64::from(number < flush.goal);
        }
    }
}
