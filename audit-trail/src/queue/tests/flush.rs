//! Whoever flushes hears of what is lost of that for which he waits, and of nothing else.

use super::*;

/// What is said to whoever flushes, while something happens.
fn flushed_while(queue: &Queue, happens: impl FnOnce()) -> Flushed {
    thread::scope(|threads| {
        let flushing = threads.spawn(|| queue.flush(soon()));
        until("that flushing began", || !queue.lock().flushes.are_none());
        happens();
        flushing.join().unwrap()
    })
}

/// The store takes one batch.
fn write_one(queue: &Queue) -> Batch {
    let batch = queue.take_now().unwrap();
    queue.done(true);
    batch
}

/// The writer gives up one batch.
fn give_up_one(queue: &Queue) {
    let batch = queue.take_now().unwrap();
    let mut lost = Loss::default();
    for item in &batch.items {
        lost.count(item.time);
    }
    queue.give_up(lost, batch.loss);
}

#[test]
fn what_the_writer_gives_up_is_lost_to_whoever_flushes_then() {
    let queue = queue(8, Overflow::DropNewest);
    assert!(is_taken(&push(&queue, 1)));
    let flushed = flushed_while(&queue, || {
        assert!(is_taken(&push(&queue, 2)));
        give_up_one(&queue);
    });
    assert_eq!(flushed, Flushed::Lost(1), "the second came after him");
    assert_eq!((queue.unwritten(), queue.given_up()), (0, 2));
    assert_eq!(queue.flush(soon()), Flushed::Done);
}

#[test]
fn what_is_given_up_of_others_is_not_lost_to_whoever_flushes() {
    let queue = one_by_one();
    assert!(is_taken(&push(&queue, 1)));
    let flushed = flushed_while(&queue, || {
        for second in 2..=3 {
            assert!(is_taken(&push(&queue, second)));
        }
        queue.take_now().unwrap();
        // It lags: the one behind it is given up, and the third has both on disk.
        queue.done(false);
        give_up_one(&queue);
        write_one(&queue);
    });
    assert_eq!(flushed, Flushed::Done);
    assert_eq!(queue.given_up(), 1);
}

#[test]
fn what_is_dropped_for_newer_ones_is_lost_to_whoever_waits_for_it() {
    let queue = queue(2, Overflow::DropOldest);
    for second in 1..=2 {
        assert!(is_taken(&push(&queue, second)));
    }
    let flushed = flushed_while(&queue, || {
        assert!(is_taken(&push(&queue, 3)));
        assert_eq!(seconds(&write_one(&queue)), [2, 3]);
    });
    assert_eq!(flushed, Flushed::Lost(1));
}

#[test]
fn what_came_after_whoever_flushes_is_not_lost_to_him() {
    let queue = queue(2, Overflow::DropOldest);
    assert!(is_taken(&push(&queue, 1)));
    queue.take_now().unwrap();
    let flushed = flushed_while(&queue, || {
        for second in 2..=5 {
            assert!(is_taken(&push(&queue, second)));
        }
        queue.done(true);
    });
    assert_eq!((flushed, queue.lost()), (Flushed::Done, 2));
}

#[test]
fn what_is_refused_and_finds_no_room_is_lost_to_whoever_waits_for_it() {
    let queue = queue(1, Overflow::DropNewest);
    let put = |second| {
        let (item, _receipt) = awaited(&queue, second, Keep::Durable);
        assert!(is_taken(&queue.push(item, Delivery::Durable, false)));
    };
    let refuse = || queue.refuse(&RecordError::new(RecordErrorKind::Failed, "full"));
    put(1);
    refuse();
    put(2);
    let flushed = flushed_while(&queue, || {
        refuse();
        assert_eq!(seconds(&write_one(&queue)), [1]);
    });
    assert_eq!(flushed, Flushed::Lost(1));
}

#[test]
fn what_a_writer_leaves_behind_is_lost_to_whoever_flushes_then_or_later() {
    let queue = queue(8, Overflow::DropNewest);
    assert!(is_taken(&push(&queue, 1)));
    queue.take_now().unwrap();
    assert!(is_taken(&push(&queue, 2)));
    let flushed = flushed_while(&queue, || assert_eq!(queue.abandon(), 2));
    assert_eq!(flushed, Flushed::Lost(2));
    assert_eq!(queue.flush(soon()), Flushed::Lost(2));
}
