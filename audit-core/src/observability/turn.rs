//! [`Turn`]: one thread at a time, which goes on for whoever came meanwhile.

use std::sync::atomic::{AtomicU8, Ordering};

use crate::contain::contain;

/// How often a thread goes on for others.
const ROUNDS: u32 = 8;

const FREE: u8 = 0;
const TAKEN: u8 = 1;
/// Somebody came meanwhile.
const CAME: u8 = 2;

/// One thread at a time does something, and does it again for whoever came meanwhile. Nobody waits.
#[derive(Debug)]
pub(super) struct Turn(AtomicU8);

impl Turn {
    pub(super) const fn new() -> Self {
        Self(AtomicU8::new(FREE))
    }

    /// Whether nobody is at it.
    pub(super) fn is_free(&self) -> bool {
        self.0.load(Ordering::SeqCst) == FREE
    }

    /// Does it, or leaves it to the thread that is at it: what was changed before is seen in either case. `work` says whether somebody is
    /// sure to come again; then a thread that went on for many leaves the rest to him.
    pub(super) fn take(&self, mut work: impl FnMut() -> bool) {
        if self.0.swap(CAME, Ordering::SeqCst) != FREE {
            return;
        }
        for round in 1.. {
            self.0.swap(TAKEN, Ordering::SeqCst);
            let comes_again = contain(&mut work).unwrap_or(true);
            let (as_it_was, else_so) = (Ordering::SeqCst, Ordering::SeqCst);
            let freed = self.0.compare_exchange(TAKEN, FREE, as_it_was, else_so);
            if freed.is_ok() {
                return;
            }
            if comes_again && round >= ROUNDS {
                self.0.store(FREE, Ordering::SeqCst);
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::sync::atomic::AtomicU64;
    use std::thread::scope;

    use super::*;

    #[test]
    fn who_comes_meanwhile_has_it_done_once_more() {
        let (turn, done) = (Turn::new(), Cell::new(0));
        turn.take(|| {
            done.set(done.get() + 1);
            if done.get() < 3 {
                turn.take(|| unreachable!("it is taken"));
            }
            false
        });
        assert_eq!(done.get(), 3);
        turn.take(|| {
            done.set(done.get() + 1);
            false
        });
        assert_eq!(done.get(), 4);
    }

    #[test]
    fn nobody_goes_on_for_others_for_ever_unless_they_may_be_the_last() {
        for (comes_again, expected) in [(true, ROUNDS), (false, 100)] {
            let (turn, done) = (Turn::new(), Cell::new(0));
            turn.take(|| {
                done.set(done.get() + 1);
                if done.get() < 100 {
                    turn.take(|| unreachable!("it is taken"));
                }
                comes_again
            });
            assert_eq!(done.get(), expected);
        }
    }

    #[test]
    fn one_that_panics_leaves_it_to_the_next() {
        let (turn, done) = (Turn::new(), Cell::new(false));
        turn.take(|| panic!("on purpose"));
        turn.take(|| {
            done.set(true);
            false
        });
        assert!(done.get());
    }

    #[test]
    fn what_was_changed_last_is_seen_by_whoever_has_the_turn() {
        let (turn, changed, shown) = (Turn::new(), AtomicU64::new(0), AtomicU64::new(0));
        scope(|threads| {
            for _ in 0..4 {
                threads.spawn(|| {
                    for _ in 0..10_000 {
                        changed.fetch_add(1, Ordering::SeqCst);
                        turn.take(|| {
                            shown.store(changed.load(Ordering::SeqCst), Ordering::SeqCst);
                            false
                        });
                    }
                });
            }
        });
        assert_eq!(shown.load(Ordering::SeqCst), 40_000);
    }
}
