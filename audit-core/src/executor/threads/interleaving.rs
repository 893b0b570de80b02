//! Tasks that are woken while they are polled, and threads that end: every way within the bounds of the model.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Poll;

use loom::sync::atomic::AtomicBool;

use super::*;
use crate::executor::block_on;
use crate::sync::model::{Gate, check};

/// An executor of so many threads whom nobody looks after: whoever does sleeps by the clock, which a model has not.
fn threads(most: usize) -> Threads {
    let threads = Threads::new(NonZeroUsize::new(most).unwrap());
    threads.handle.shared.lock().watched = true;
    threads
}

#[test]
fn a_task_that_is_woken_while_it_begins_to_wait_goes_on() {
    check(|| {
        let threads = threads(1);
        let (gate, done) = (Arc::new(Gate::default()), Arc::new(Gate::default()));
        let (theirs, end) = (Arc::clone(&gate), Arc::clone(&done));
        let task = async move {
            theirs.opened().await;
            end.open();
        };
        threads.spawn(Box::pin(task)).unwrap();
        gate.open();
        block_on(done.opened());
    });
}

#[test]
fn a_task_that_is_woken_from_two_sides_is_polled_by_one_thread_at_a_time_and_sees_both() {
    check(|| {
        let threads = threads(2);
        let gates = Arc::new([Gate::default(), Gate::default()]);
        let done = Arc::new(Gate::default());
        let polled = AtomicBool::new(false);
        let (theirs, end) = (Arc::clone(&gates), Arc::clone(&done));
        let task = poll_fn(move |context| {
            // Nothing but the executor keeps two threads apart here.
            assert!(!polled.load(Ordering::Relaxed), "two threads poll");
            polled.store(true, Ordering::Relaxed);
            let open = theirs.iter().filter(|gate| gate.is_open(context)).count();
            polled.store(false, Ordering::Relaxed);
            if open < 2 {
                return Poll::Pending;
            }
            end.open();
            Poll::Ready(())
        });
        threads.spawn(Box::pin(task)).unwrap();
        gates[0].open();
        gates[1].open();
        block_on(done.opened());
    });
}

#[test]
fn the_threads_end_once_the_last_handle_is_gone_and_all_tasks_are_done() {
    // A thread that does not end is one that waits for ever: the model fails by itself.
    check(|| {
        let threads = threads(2);
        let (gate, done) = (Arc::new(Gate::default()), [(); 2].map(|()| Arc::default()));
        for done in &done {
            let (gate, done): (_, Arc<Gate>) = (Arc::clone(&gate), Arc::clone(done));
            let task = async move {
                gate.opened().await;
                done.open();
            };
            threads.spawn(Box::pin(task)).unwrap();
        }
        drop(threads);
        gate.open();
        for done in done {
            block_on(done.opened());
        }
    });
}

#[test]
fn a_task_that_nobody_can_wake_any_more_keeps_no_thread() {
    check(|| {
        let threads = threads(1);
        let (begun, place) = (Arc::new(Gate::default()), Arc::new(Gate::default()));
        let (theirs, known) = (Arc::clone(&begun), Arc::downgrade(&place));
        let task = poll_fn(move |context| {
            if let Some(place) = known.upgrade() {
                let _closed = place.is_open(context);
            }
            theirs.open();
            Poll::Pending
        });
        threads.spawn(Box::pin(task)).unwrap();
        block_on(begun.opened());
        drop(threads);
        // With it goes the last who knows of the task, unless its thread is at it still.
        drop(place);
    });
}
