//! A task that is woken while others poll it, in every way.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use loom::sync::atomic::AtomicU64;

use super::*;
use crate::sync::model::{check, spawn};

/// Counts how often a task is put into the queue, and never takes it out.
#[derive(Default)]
struct Counted(AtomicU64);

impl Home for Counted {
    fn wake(self: Arc<Self>, _: Arc<Running>) {
        self.0.fetch_add(1, Ordering::Release);
    }

    fn task_done(&self) {}
}

#[test]
fn what_two_did_before_they_woke_a_task_is_seen_by_its_last_poll_or_by_one_that_is_to_come() {
    check(|| {
        let home = Arc::new(Counted::default());
        // Nothing orders these for the task but that it is woken.
        let done = Arc::new([AtomicU64::new(0), AtomicU64::new(0)]);
        let seen = Arc::new(AtomicU64::new(0));
        let (looks, sees) = (Arc::clone(&done), Arc::clone(&seen));
        let task = poll_fn(move |_| {
            let all = looks.iter().map(|one| one.load(Ordering::Relaxed));
            sees.store(all.sum(), Ordering::Relaxed);
            Poll::Pending
        });
        let running = Running::new(Box::pin(task), Arc::clone(&home) as _);
        let wakers = [0, 1].map(|number| {
            let (running, done) = (Arc::clone(&running), Arc::clone(&done));
            spawn(move || {
                done[number].store(1, Ordering::Relaxed);
                Wake::wake(running);
            })
        });
        let mut polls = 0;
        // It stood in the queue once, and does so again each time it is put there.
        let mut run = || {
            while polls <= home.0.load(Ordering::Acquire) {
                running.poll();
                polls += 1;
            }
        };
        run();
        for waker in wakers {
            waker.join().unwrap();
        }
        run();
        assert_eq!(seen.load(Ordering::Relaxed), 2);
    });
}
