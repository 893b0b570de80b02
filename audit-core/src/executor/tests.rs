//! Threads of our own.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::task::{Context, Wake, Waker};
use std::time::{Duration, Instant};

use super::blocking::MOST;
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

#[test]
fn tasks_and_timers_behind_one_that_keeps_the_only_thread_go_on() {
    let threads = threads(1);
    let (release, released) = channel::<()>();
    let (done, all) = channel();
    let keeping = done.clone();
    let keep = async move {
        let _released = released.recv();
        keeping.send("kept").unwrap();
    };
    threads.spawn(Box::pin(keep)).unwrap();
    let sleep = threads.sleep(Duration::from_millis(1)).unwrap();
    let later = done.clone();
    let task = async move {
        done.send("at once").unwrap();
        sleep.await;
        later.send("after a while").unwrap();
    };
    threads.spawn(Box::pin(task)).unwrap();
    assert_eq!(all.recv().unwrap(), "at once");
    assert_eq!(all.recv().unwrap(), "after a while");
    drop(release);
    assert_eq!(all.recv().unwrap(), "kept");
}

#[test]
fn tasks_that_come_at_once_after_a_quiet_time_find_a_thread_each() {
    for _ in 0..20 {
        let threads = threads(2);
        // Nobody looks after the threads, who would give one more after a while.
        threads.unwatched();
        threads.spawn(Box::pin(async {})).unwrap();
        while threads.idle() == 0 {
            std::thread::yield_now();
        }
        // Each waits for the other on its thread.
        let (mine, yours) = (channel(), channel());
        for (tell, told) in [(mine.0, yours.1), (yours.0, mine.1)] {
            let task = async move {
                tell.send(()).unwrap();
                told.recv().unwrap();
                tell.send(()).unwrap();
                let _last = told.recv();
            };
            threads.spawn(Box::pin(task)).unwrap();
        }
        while threads.idle() < 2 {
            std::thread::yield_now();
        }
    }
}

#[test]
fn work_that_keeps_its_thread_is_refused_once_all_there_may_be_are_kept() {
    let threads = threads(1);
    let (release, released) = channel::<()>();
    let released = Arc::new(Mutex::new(released));
    for _ in 0..MOST {
        let released = Arc::clone(&released);
        let work = move || {
            let _released = released.lock().unwrap().recv();
        };
        threads.spawn_blocking(Box::new(work)).unwrap();
    }
    let error = threads.spawn_blocking(Box::new(|| ())).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a task can't be run: all 512 threads for work that keeps its thread are kept"
    );
    // Those that run tasks are none of them.
    let (done, task) = channel();
    let sent = async move { done.send(()).unwrap() };
    threads.spawn(Box::pin(sent)).unwrap();
    task.recv().unwrap();
    drop(release);
    // What was kept is given back, and taken again.
    let (done, work) = channel();
    while threads
        .spawn_blocking(Box::new({
            let done = done.clone();
            move || done.send(()).unwrap()
        }))
        .is_err()
    {
        std::thread::yield_now();
    }
    work.recv().unwrap();
}

#[test]
fn a_task_that_nobody_can_wake_any_more_is_dropped_and_keeps_no_thread() {
    struct Told(std::sync::mpsc::Sender<()>);
    impl Drop for Told {
        fn drop(&mut self) {
            self.0.send(()).unwrap();
        }
    }
    let threads = threads(1);
    let (told, dropped) = channel();
    let told = Told(told);
    let task = async move {
        std::future::pending::<()>().await;
        drop(told);
    };
    threads.spawn(Box::pin(task)).unwrap();
    dropped.recv().unwrap();
}

#[test]
fn whoever_waits_is_there_once_however_often_he_is_polled_and_not_at_all_once_he_waits_no_more() {
    let threads = threads(1);
    let mut sleep = threads.sleep(Duration::from_hours(1)).unwrap();
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..1_000 {
        assert!(sleep.as_mut().poll(&mut context).is_pending());
    }
    assert_eq!(threads.timers(), 1);
    drop(sleep);
    assert_eq!(threads.timers(), 0);
    // One whose time has come is there no more either.
    block_on(threads.sleep(Duration::from_millis(1)).unwrap());
    assert_eq!(threads.timers(), 0);
}

#[test]
fn a_time_out_that_did_not_come_keeps_nothing_of_the_task_that_it_was_for() {
    struct Kept(#[allow(dead_code, reason = "it is there to be kept")] Arc<()>);
    impl Wake for Kept {
        fn wake(self: Arc<Self>) {}
    }
    let threads = threads(1);
    let task = Arc::new(());
    let waker = Waker::from(Arc::new(Kept(Arc::clone(&task))));
    let mut sleep = threads.sleep(Duration::from_hours(1)).unwrap();
    let polled = sleep.as_mut().poll(&mut Context::from_waker(&waker));
    assert!(polled.is_pending());
    // Another task may wait for it from now on, and be the only one.
    let mut other = Context::from_waker(Waker::noop());
    assert!(sleep.as_mut().poll(&mut other).is_pending());
    drop(waker);
    assert_eq!(Arc::strong_count(&task), 1);
}
