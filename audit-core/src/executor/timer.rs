//! [`Timers`]: who is to be woken when.

use std::collections::BTreeMap;
use std::task::Waker;
use std::time::Instant;

/// Who is to be woken when, each as long as he waits: whoever waits no more takes his waker out again, and with it all that it
/// keeps.
#[derive(Default)]
pub(super) struct Timers {
    /// Soonest first; the number tells those of one moment apart.
    waiting: BTreeMap<(Instant, u64), Waker>,
    number: u64,
}

impl Timers {
    /// When the next waker's time comes.
    pub(super) fn next(&self) -> Option<Instant> {
        self.waiting.keys().next().map(|(at, _)| *at)
    }

    /// Puts a waker down, and says by which number.
    pub(super) fn add(&mut self, at: Instant, waker: Waker) -> u64 {
        self.number += 1;
        self.waiting.insert((at, self.number), waker);
        self.number
    }

    /// Puts a waker in the place of one that waits still. Of the two, it hands back the one that is not needed, to be dropped where
    /// nothing is locked: a waker may be the last that knows of a task.
    pub(super) fn replace(&mut self, at: Instant, number: u64, waker: Waker) -> Waker {
        match self.waiting.get_mut(&(at, number)) {
            Some(known) => std::mem::replace(known, waker),
            None => waker,
        }
    }

    /// Takes a waker out, if it waits still.
    pub(super) fn remove(&mut self, at: Instant, number: u64) -> Option<Waker> {
        self.waiting.remove(&(at, number))
    }

    /// Takes those out whose time has come.
    pub(super) fn take_due(&mut self, now: Instant) -> Vec<Waker> {
        let mut due = Vec::new();
        while let Some(first) = self.waiting.first_entry()
            && first.key().0 <= now
        {
            due.push(first.remove());
        }
        due
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }
}
