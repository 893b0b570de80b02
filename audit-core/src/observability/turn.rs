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

    /// Does it, or leaves it to the thread that is at it: what was changed before is seen in either case. Whoever went on for many makes room for
    /// another, and does it again only if it `is_due` then and nobody else came.
    pub(super) fn take(&self, mut work: impl FnMut(), mut is_due: impl FnMut() -> bool) {
        let mut rounds = ROUNDS;
        while self.0.swap(CAME, Ordering::SeqCst) == FREE {
            if self.go_on(rounds, &mut work) || !contain(&mut is_due).unwrap_or(false) {
                return;
            }
            rounds = 1;
        }
    }

    /// Does it so often at most, and frees it. Returns whether nobody came since it was done last.
    fn go_on(&self, rounds: u32, work: &mut impl FnMut()) -> bool {
        for _ in 0..rounds {
            self.0.swap(TAKEN, Ordering::SeqCst);
            let _contained = contain(&mut *work);
            let (as_it_was, else_so) = (Ordering::SeqCst, Ordering::SeqCst);
            let freed = self.0.compare_exchange(TAKEN, FREE, as_it_was, else_so);
            if freed.is_ok() {
                return true;
            }
        }
        // Not stored: what was changed by whoever came before this swap is seen by whoever asks after it, and who comes after it finds it free.
        self.0.swap(FREE, Ordering::SeqCst);
        false
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
        let never = || unreachable!("nobody goes on for many");
        turn.take(
            || {
                done.set(done.get() + 1);
                if done.get() < 3 {
                    turn.take(|| unreachable!("it is taken"), never);
                }
            },
            never,
        );
        assert_eq!(done.get(), 3);
        turn.take(|| done.set(done.get() + 1), never);
        assert_eq!(done.get(), 4);
    }

    #[test]
    fn who_went_on_for_many_leaves_it_where_all_is_done_and_else_goes_on() {
        for (left, expected) in [(false, ROUNDS), (true, 100)] {
            let (turn, done) = (Turn::new(), Cell::new(0));
            let work = || {
                done.set(done.get() + 1);
                if done.get() < 100 {
                    turn.take(|| unreachable!("it is taken"), || unreachable!("nor freed"));
                }
            };
            turn.take(work, || left);
            assert_eq!(done.get(), expected);
        }
    }

    #[test]
    fn who_went_on_for_many_makes_room_for_another() {
        let (turn, done, others) = (Turn::new(), Cell::new(0), Cell::new(0));
        let come = || turn.take(|| others.set(others.get() + 1), || false);
        turn.take(
            || {
                done.set(done.get() + 1);
                if done.get() <= ROUNDS {
                    come();
                }
            },
            || {
                come();
                true
            },
        );
        assert_eq!((done.get(), others.get()), (ROUNDS + 1, 1));
    }

    #[test]
    fn one_that_panics_leaves_it_to_the_next() {
        let (turn, done) = (Turn::new(), Cell::new(false));
        turn.take(|| panic!("on purpose"), || false);
        turn.take(|| done.set(true), || false);
        assert!(done.get());
    }

    #[test]
    fn what_was_changed_last_is_seen_by_whoever_has_the_turn() {
        let (turn, changed, shown) = (Turn::new(), AtomicU64::new(0), AtomicU64::new(0));
        let (left, seen) = (
            || changed.load(Ordering::SeqCst),
            || shown.load(Ordering::SeqCst),
        );
        scope(|threads| {
            for _ in 0..4 {
                threads.spawn(|| {
                    for _ in 0..10_000 {
                        changed.fetch_add(1, Ordering::SeqCst);
                        turn.take(
                            || shown.store(left(), Ordering::SeqCst),
                            || left() != seen(),
                        );
                    }
                });
            }
        });
        assert_eq!(seen(), 40_000);
    }
}
