//! Lanes that wait for room in each other: noticed before all of them wait for ever.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use foldhash::fast::RandomState;

use crate::sync::thread_local;

/// A lane, and how many it has at work at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Post {
    pub(super) lane: u64,
    pub(super) concurrency: usize,
}

thread_local! {
    /// Whose work is being polled on this thread.
    static AT_WORK: Cell<Option<Post>> = const { Cell::new(None) };
}

/// Says whose work is being polled here, until dropped.
pub(super) struct AtWork(Option<Post>);

impl AtWork {
    pub(super) fn new(post: Post) -> Self {
        Self(AT_WORK.with(|at_work| at_work.replace(Some(post))))
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        AT_WORK.with(|at_work| at_work.set(self.0));
    }
}

/// Whose work is being polled on this thread.
pub(super) fn at_work() -> Option<Post> {
    AT_WORK.with(Cell::get)
}

/// For which lanes the work of a lane waits.
#[derive(Debug, Default)]
struct Waits {
    of: HashMap<u64, Waiter, RandomState>,
}

#[derive(Debug, Default)]
struct Waiter {
    concurrency: usize,
    lanes: Vec<u64>,
}

static WAITS: Mutex<Option<Waits>> = Mutex::new(None);

/// Work that waits for room in a lane, until dropped.
#[derive(Debug)]
pub(super) struct Wait {
    of: u64,
    room_in: u64,
}

impl Wait {
    /// Lets work of this lane wait for room in that one, unless then none could go on any more.
    pub(super) fn begin(of: Post, room_in: u64) -> Option<Self> {
        let mut all = WAITS.lock().unwrap_or_else(PoisonError::into_inner);
        let waits = all.get_or_insert_default();
        let waiting = waits.of.entry(of.lane).or_default();
        waiting.concurrency = of.concurrency;
        waiting.lanes.push(room_in);
        if waits.goes_on(room_in, &mut HashSet::new()) {
            let of = of.lane;
            return Some(Self { of, room_in });
        }
        waits.end(of.lane, room_in);
        None
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        let mut all = WAITS.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(waits) = all.as_mut() {
            waits.end(self.of, self.room_in);
        }
    }
}

impl Waits {
    /// Whether there is ever room in a lane again: some work of it does not wait, or waits for a lane where there is.
    fn goes_on(&self, lane: u64, seen: &mut HashSet<u64>) -> bool {
        let Some(waiting) = self.of.get(&lane) else {
            return true;
        };
        if waiting.lanes.len() < waiting.concurrency {
            return true;
        }
        seen.insert(lane)
            && waiting
                .lanes
                .iter()
                .any(|other| !seen.contains(other) && self.goes_on(*other, seen))
    }

    fn end(&mut self, of: u64, room_in: u64) {
        let Some(waiting) = self.of.get_mut(&of) else {
            return;
        };
        if let Some(place) = waiting.lanes.iter().position(|lane| *lane == room_in) {
            waiting.lanes.swap_remove(place);
        }
        if waiting.lanes.is_empty() {
            self.of.remove(&of);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(lane: u64, concurrency: usize) -> Post {
        Post { lane, concurrency }
    }

    #[test]
    fn those_who_wait_in_a_row_may_and_the_one_who_would_close_the_circle_may_not() {
        let (a, b, c) = (post(1_001, 1), post(1_002, 1), post(1_003, 1));
        let _first = Wait::begin(a, b.lane).unwrap();
        let second = Wait::begin(b, c.lane).unwrap();
        assert!(Wait::begin(c, a.lane).is_none());
        assert!(Wait::begin(c, c.lane).is_none());
        // Whoever has room again lets the others go on.
        drop(second);
        let _third = Wait::begin(c, a.lane).unwrap();
        assert!(Wait::begin(b, c.lane).is_none());
    }

    #[test]
    fn a_lane_with_work_that_does_not_wait_makes_room() {
        let (a, b, wide) = (post(2_001, 1), post(2_002, 1), post(2_003, 2));
        let _first = Wait::begin(wide, a.lane).unwrap();
        let _second = Wait::begin(a, b.lane).unwrap();
        // The other work of the wide one goes on.
        let _third = Wait::begin(b, wide.lane).unwrap();
        assert!(Wait::begin(wide, a.lane).is_none());
        // One who waits for a lane beside the circle lets it go on.
        let _fourth = Wait::begin(wide, 2_004).unwrap();
    }
}
