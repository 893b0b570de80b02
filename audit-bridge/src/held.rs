//! [`Held`]: messages that are put back for long, and take the room of others meanwhile.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Messages that are put back for long: the server counts them as under way, and sends no others once too many are.
pub(crate) struct Held {
    most: usize,
    /// By their numbers in the stream, until when they should have come again: somebody else has those that did not.
    until: Mutex<BTreeMap<u64, Instant>>,
}

impl Held {
    /// No more than so many at once.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            most,
            until: Mutex::default(),
        }
    }

    /// Takes a message that is to come again after so long, if it is one already or there is room.
    pub(crate) fn take(&self, number: u64, long: Duration) -> bool {
        let now = Instant::now();
        let mut until = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        until.retain(|_, until| *until > now);
        let has_room = until.len() < self.most || until.contains_key(&number);
        if has_room {
            until.insert(number, now + long * 2);
        }
        has_room
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Held;

    #[test]
    fn no_more_are_held_than_may_be_and_one_that_comes_again_still_is() {
        let hour = Duration::from_hours(1);
        let held = Held::new(2);
        assert_eq!(
            [7, 8, 9, 7].map(|number| held.take(number, hour)),
            [true, true, false, true]
        );
        assert!(!Held::new(0).take(7, hour));
    }

    #[test]
    fn one_that_did_not_come_again_makes_room() {
        let held = Held::new(1);
        assert!(held.take(7, Duration::ZERO));
        assert!(held.take(8, Duration::ZERO));
    }
}
