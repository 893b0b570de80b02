//! Calls that begin and end while somebody closes and waits: every way, with every value that an atomic may still be read to have.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use loom::sync::atomic::AtomicU64 as Seen;
use loom::thread;

use super::Occupancy;
use crate::executor::block_on;
use crate::sync::model::{check, check_all};

/// What a handler does, as others see it. Nothing orders it for them but the occupancy.
#[derive(Default)]
struct Work {
    begun: Seen,
    ended: Seen,
}

impl Work {
    fn call(&self, occupancy: &Occupancy) {
        if let Some(_occupied) = occupancy.enter() {
            self.begun.fetch_add(1, Ordering::Relaxed);
            self.ended.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn seen(&self) -> (u64, u64) {
        let ended = self.ended.load(Ordering::Relaxed);
        (self.begun.load(Ordering::Relaxed), ended)
    }
}

/// So many threads call so often while one closes, and so many wait until none is left.
fn after_all_left_nothing_is_at_work(
    callers: usize,
    calls: usize,
    waiting: usize,
) -> impl Fn() + Send + Sync + 'static {
    move || {
        let occupancy = Arc::new(Occupancy::default());
        let work = Arc::new(Work::default());
        let callers: Vec<_> = (0..callers)
            .map(|_| {
                let (occupancy, work) = (Arc::clone(&occupancy), Arc::clone(&work));
                thread::spawn(move || (0..calls).for_each(|_| work.call(&occupancy)))
            })
            .collect();
        occupancy.close();
        let waiting: Vec<_> = (1..waiting)
            .map(|_| {
                let occupancy = Arc::clone(&occupancy);
                thread::spawn(move || block_on(occupancy.left()))
            })
            .collect();
        block_on(occupancy.left());
        let (begun, ended) = work.seen();
        assert_eq!(begun, ended, "a call is at work");
        assert_eq!(occupancy.ended(), ended);
        for thread in callers.into_iter().chain(waiting) {
            thread.join().unwrap();
        }
        assert_eq!(work.seen(), (begun, ended), "a call began");
    }
}

#[test]
fn a_lone_call_whose_end_was_seen_was_seen_whole() {
    // Without a bound: it is seen in the step between its end and its waking, which takes four interruptions to come by.
    check_all(after_all_left_nothing_is_at_work(1, 1, 1));
}

#[test]
fn once_a_lone_caller_has_left_no_call_is_at_work_and_none_begins() {
    check(after_all_left_nothing_is_at_work(1, 2, 1));
}

#[test]
fn once_all_of_several_callers_have_left_no_call_is_at_work_and_none_begins() {
    check(after_all_left_nothing_is_at_work(2, 1, 1));
}

#[test]
fn whoever_waits_until_all_have_left_is_woken_though_he_is_not_alone() {
    check(after_all_left_nothing_is_at_work(1, 1, 3));
}
