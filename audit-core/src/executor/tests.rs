//! Threads of our own.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use super::{Executor, Threads, block_on, is_polling};

fn threads(most: usize) -> Threads {
    Threads::new(NonZeroUsize::new(most).unwrap())
}

#[test]
fn tasks_run_to_their_end_also_after_the_last_handle_went() {
    let threads = threads(2);
    let (done, all) = channel();
    for number in 0..100 {
        let (done, sleep) = (
            done.clone(),
            threads.sleep(Duration::from_millis(1)).unwrap(),
        );
        let task = async move {
            sleep.await;
            done.send(number).unwrap();
        };
        threads.spawn(Box::pin(task)).unwrap();
    }
    drop((threads, done));
    let mut numbers: Vec<i32> = all.iter().collect();
    numbers.sort_unstable();
    assert!(numbers.into_iter().eq(0..100));
}

#[test]
fn a_task_that_panics_ends_alone() {
    let threads = threads(1);
    let (done, all) = channel();
    threads
        .spawn(Box::pin(async { panic!("on purpose") }))
        .unwrap();
    threads
        .spawn(Box::pin(async move { done.send(()).unwrap() }))
        .unwrap();
    all.recv().unwrap();
}

#[test]
fn sleepers_wake_in_the_order_of_their_times_and_not_before() {
    let threads = threads(1);
    let (done, all) = channel();
    let started = Instant::now();
    for millis in [30_u64, 10, 20] {
        let (done, sleep) = (
            done.clone(),
            threads.sleep(Duration::from_millis(millis)).unwrap(),
        );
        let task = async move {
            sleep.await;
            done.send((millis, started.elapsed())).unwrap();
        };
        threads.spawn(Box::pin(task)).unwrap();
    }
    drop(done);
    let woken: Vec<(u64, Duration)> = all.iter().collect();
    assert!(
        woken.iter().map(|(millis, _)| *millis).eq([10, 20, 30]),
        "{woken:?}"
    );
    assert!(
        woken
            .iter()
            .all(|(millis, after)| *after >= Duration::from_millis(*millis))
    );
}

#[test]
fn a_thread_that_waits_for_a_future_is_woken_and_knows_that_it_polls() {
    let threads = threads(1);
    let polls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&polls);
    let sleep = threads.sleep(Duration::from_millis(5)).unwrap();
    assert!(!is_polling());
    let polling = block_on(async move {
        counted.fetch_add(1, Ordering::Relaxed);
        sleep.await;
        is_polling()
    });
    assert!(polling && !is_polling());
    assert_eq!(polls.load(Ordering::Relaxed), 1);
}
