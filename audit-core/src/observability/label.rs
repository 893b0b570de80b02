//! [`Label`]: values of labels, of which only so many are told apart.

use std::cell::RefCell;
use std::collections::HashSet;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Mutex, PoisonError};

use foldhash::fast::RandomState;

use crate::health::say;

/// How many values of one label are told apart in the life of a process.
pub(super) const MOST: usize = 1000;
/// How many bytes of a value are kept.
const LONGEST: usize = 128;
/// What stands for all further ones.
pub(super) const OTHER: &str = "other";
/// What stands where there is no value.
pub(super) const NONE: &str = "none";

/// The labels whose values come from programs and their data.
#[derive(Clone, Copy, Debug)]
pub(super) enum Label {
    Action,
    Rule,
    /// Queues of observers, sinks and trails.
    Place,
    /// Queues of the bus: as there may be one for each subscription, they are told apart from the others.
    Lane,
}

/// How many of them there are.
const LABELS: usize = 4;

/// All values that were seen.
static SEEN: [Mutex<Option<HashSet<&'static str, RandomState>>>; LABELS] =
    [const { Mutex::new(None) }; LABELS];

/// Whether there are too many of each.
static FULL: [AtomicU8; LABELS] = [const { AtomicU8::new(NOT) }; LABELS];

const NOT: u8 = 0;
/// There are, and nobody was told.
const UNTOLD: u8 = 1;
const TOLD: u8 = 2;

thread_local! {
    /// Those that this thread has seen: most are found here, without a lock.
    static KNOWN: RefCell<[Option<HashSet<&'static str, RandomState>>; LABELS]> =
        const { RefCell::new([const { None }; LABELS]) };
}

impl Label {
    /// The value to be shown for this one. It lives as long as the process: there is only so much of it.
    pub(super) fn value(self, text: &str) -> &'static str {
        let text = cut(text);
        if text.is_empty() {
            return NONE;
        }
        let place = self as usize;
        KNOWN
            .try_with(|known| {
                let mut known = known.try_borrow_mut().ok()?;
                let known = known.get_mut(place)?.get_or_insert_default();
                if let Some(value) = known.get(text) {
                    return Some(*value);
                }
                let value = seen(place, text)?;
                known.insert(value);
                Some(value)
            })
            .ok()
            .flatten()
            .unwrap_or_else(|| {
                // Nothing is locked or borrowed any more.
                self.warn();
                OTHER
            })
    }

    /// Says once that further values are not told apart.
    #[cold]
    fn warn(self) {
        let (untold, so) = (FULL.get(self as usize), Ordering::Relaxed);
        if untold.is_some_and(|untold| untold.compare_exchange(UNTOLD, TOLD, so, so).is_ok()) {
            let label = self.name();
            say(|| {
                tracing::warn!(
                    target: "audit::health",
                    label,
                    "metrics tell {MOST} values of {label} apart, and further ones are shown as `{OTHER}`"
                );
            });
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Action => "label `action`",
            Self::Rule => "label `rule`",
            Self::Place => "labels `queue`, `sink` and `trail`",
            Self::Lane => "label `queue` of a bus",
        }
    }
}

/// The value as all threads know it; `None` where there are too many.
#[cold]
fn seen(place: usize, text: &str) -> Option<&'static str> {
    let mut seen = SEEN
        .get(place)?
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    let seen = seen.get_or_insert_default();
    if let Some(value) = seen.get(text) {
        return Some(*value);
    }
    if seen.len() >= MOST {
        let (untold, so) = (FULL.get(place)?, Ordering::Relaxed);
        let _told = untold.compare_exchange(NOT, UNTOLD, so, so);
        return None;
    }
    let value: &'static str = Box::leak(Box::from(text));
    seen.insert(value);
    Some(value)
}

fn cut(text: &str) -> &str {
    match text.get(..LONGEST) {
        _ if text.len() <= LONGEST => text,
        Some(cut) => cut,
        // Not between the bytes of a character.
        None => (1..4)
            .find_map(|less| text.get(..LONGEST - less))
            .unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_value_is_cut_between_characters() {
        assert_eq!(cut("short"), "short");
        assert_eq!(cut(&"x".repeat(200)), "x".repeat(128));
        // 127 bytes and then a character of two.
        let text = format!("{}é{}", "x".repeat(127), "y".repeat(10));
        assert_eq!(cut(&text), "x".repeat(127));
        let text = format!("{}🦀{}", "x".repeat(125), "y".repeat(10));
        assert_eq!(cut(&text), "x".repeat(125));
    }
}
