mod bound;
mod flush;

use std::sync::Arc;
use std::thread;

use audit_core::{RecordErrorKind, Timestamp};

use super::*;

/// Later than anything comes that is not broken.
fn soon() -> Instant {
    Instant::now() + Duration::from_mins(1)
}

/// Waits until something is true.
fn until(what: &str, mut is_true: impl FnMut() -> bool) {
    let deadline = soon();
    while !is_true() {
        assert!(Instant::now() < deadline, "{what} did not come true");
        thread::yield_now();
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_nanos(second * 1_000_000_000)
}

fn item(second: i64, keep: Keep) -> Item {
    Item {
        body: format!("{{\"at\":{second}}}").into_bytes().into(),
        time: at(second),
        keep,
        waits: None,
    }
}

/// One that somebody waits for, and his receipt.
fn awaited(queue: &Queue, second: i64, keep: Keep) -> (Item, Receipt) {
    let (receipt, waits) = queue.receipt(Duration::from_mins(1));
    let waits = Some(waits);
    let item = Item {
        waits,
        ..item(second, keep)
    };
    (item, receipt)
}

fn queue(records: usize, overflow: Overflow) -> Queue {
    Queue::new(Limits {
        records,
        overflow,
        ..Limits::default()
    })
}

fn push(queue: &Queue, second: i64) -> Recorded {
    queue.push(item(second, Keep::Buffered), Delivery::Buffered, false)
}

fn is_taken(recorded: &Recorded) -> bool {
    matches!(recorded, Recorded::Taken(_))
}

fn seconds(batch: &Batch) -> Vec<i64> {
    let seconds = batch
        .items
        .iter()
        .map(|item| item.time.as_nanos() / 1_000_000_000);
    seconds.collect()
}

#[test]
fn a_full_queue_drops_the_newest_and_says_how_many_between_which_times() {
    let queue = queue(2, Overflow::DropNewest);
    for second in 1..=5 {
        assert_eq!(is_taken(&push(&queue, second)), second <= 2, "{second}");
    }
    let batch = queue.take_now().unwrap();
    assert_eq!(seconds(&batch), [1, 2]);
    assert_eq!(
        batch.loss,
        Loss {
            count: 3,
            from: at(3),
            to: at(5)
        }
    );
    assert_eq!(queue.lost(), 3);
}

#[test]
fn a_full_queue_drops_the_oldest_where_that_is_the_rule_but_nothing_that_must_stay() {
    let queue = queue(3, Overflow::DropOldest);
    let kept = queue.push(item(1, Keep::Always), Delivery::Durable, false);
    assert!(is_taken(&kept));
    for second in 2..=6 {
        assert!(is_taken(&push(&queue, second)));
    }
    let batch = queue.take_now().unwrap();
    // What must stay has room of its own.
    assert_eq!(seconds(&batch), [1, 4, 5, 6]);
    assert_eq!(
        batch.loss,
        Loss {
            count: 2,
            from: at(2),
            to: at(3)
        }
    );
}

#[test]
fn what_must_stay_finds_room_in_a_full_queue() {
    let queue = queue(1, Overflow::DropNewest);
    assert!(is_taken(&push(&queue, 1)));
    for second in 2..100 {
        let kept = queue.push(item(second, Keep::Always), Delivery::Durable, false);
        assert!(is_taken(&kept));
    }
    assert_eq!(queue.lost(), 0);
}

#[test]
fn best_effort_leaves_half_of_the_room_to_others() {
    let queue = queue(4, Overflow::DropNewest);
    for second in 1..=4 {
        let best = queue.push(item(second, Keep::BestEffort), Delivery::BestEffort, false);
        assert_eq!(is_taken(&best), second <= 2);
    }
    assert!(is_taken(&push(&queue, 5)));
    assert!(is_taken(&push(&queue, 6)));
    assert!(!is_taken(&push(&queue, 7)));
}

#[test]
fn bytes_are_bounded_as_well() {
    let queue = Queue::new(Limits {
        bytes: 20,
        ..Limits::default()
    });
    assert!(is_taken(&push(&queue, 1)));
    assert!(is_taken(&push(&queue, 2)));
    assert!(!is_taken(&push(&queue, 3)));
}

#[test]
fn a_thread_that_may_wait_gets_room_when_there_is_some() {
    let queue = Arc::new(queue(1, Overflow::Wait(Duration::from_mins(1))));
    assert!(is_taken(&push(&queue, 1)));
    let waiting = Arc::clone(&queue);
    let thread =
        thread::spawn(move || waiting.push(item(2, Keep::Buffered), Delivery::Buffered, true));
    let mut taken = Vec::new();
    until("that both are taken", || {
        taken.extend(queue.take_now().iter().flat_map(seconds));
        taken.len() == 2
    });
    assert!(is_taken(&thread.join().unwrap()));
    assert_eq!(taken, [1, 2]);
    assert_eq!(queue.lost(), 0);
}

#[test]
fn a_thread_that_waited_in_vain_is_told_so_and_the_loss_counted() {
    let queue = queue(1, Overflow::Wait(Duration::from_millis(1)));
    assert!(is_taken(&push(&queue, 1)));
    let lost = queue.push(item(2, Keep::Buffered), Delivery::Buffered, true);
    assert!(matches!(lost, Recorded::Lost(_, error) if error.kind == RecordErrorKind::Full));
    assert_eq!(queue.take_now().unwrap().loss.count, 1);
}

#[test]
fn a_task_waits_on_its_receipt_and_gets_room_in_its_turn() {
    let queue = queue(1, Overflow::Wait(Duration::from_mins(1)));
    assert!(is_taken(&push(&queue, 1)));
    let Recorded::Pending(_, second) = push(&queue, 2) else {
        panic!("waits")
    };
    let Recorded::Pending(_, third) = push(&queue, 3) else {
        panic!("waits")
    };
    assert_eq!(seconds(&queue.take_now().unwrap()), [1]);
    assert_eq!(second.answer(), Some(Ok(())));
    assert_eq!(third.answer(), None);
    assert_eq!(seconds(&queue.take_now().unwrap()), [2]);
    assert_eq!(third.answer(), Some(Ok(())));
}

#[test]
fn a_task_that_waited_in_vain_is_told_so_and_the_loss_counted() {
    let queue = queue(1, Overflow::Wait(Duration::from_millis(1)));
    assert!(is_taken(&push(&queue, 1)));
    let Recorded::Pending(_, receipt) = push(&queue, 2) else {
        panic!("waits")
    };
    let answer = receipt.wait(Instant::now() + Duration::from_mins(1));
    assert_eq!(answer.unwrap_err().kind, RecordErrorKind::TimedOut);
    assert_eq!(seconds(&queue.take_now().unwrap()), [1]);
    assert_eq!(
        queue.take_now().unwrap().loss,
        Loss {
            count: 1,
            from: at(2),
            to: at(2)
        }
    );
}

#[test]
fn closing_tells_whoever_waits_and_leaves_what_was_taken() {
    let queue = queue(1, Overflow::Wait(Duration::from_mins(1)));
    assert!(is_taken(&push(&queue, 1)));
    let Recorded::Pending(_, receipt) = push(&queue, 2) else {
        panic!("waits")
    };
    queue.close(Instant::now());
    assert_eq!(
        receipt.answer().unwrap().unwrap_err().kind,
        RecordErrorKind::Closed
    );
    assert!(
        matches!(push(&queue, 3), Recorded::Lost(_, error) if error.kind == RecordErrorKind::Closed)
    );
    let Woken::Batch(batch) = queue.take(None) else {
        panic!("what was taken")
    };
    assert_eq!(seconds(&batch), [1]);
    assert_eq!(batch.loss.count, 2);
    assert!(matches!(queue.take(None), Woken::Closed));
}

#[test]
fn flushing_waits_for_what_was_taken_before_and_no_longer() {
    let queue = Arc::new(queue(8, Overflow::DropNewest));
    assert_eq!(queue.flush(Instant::now()), Flushed::Done);
    assert!(is_taken(&push(&queue, 1)));
    assert_eq!(queue.flush(Instant::now()), Flushed::Late(1));
    let writer = Arc::clone(&queue);
    let thread = thread::spawn(move || {
        let Woken::Batch(batch) = writer.take(None) else {
            return;
        };
        assert_eq!(seconds(&batch), [1]);
        writer.done(true);
    });
    assert_eq!(queue.flush(soon()), Flushed::Done);
    thread.join().unwrap();
}

#[test]
fn what_must_stay_does_not_fill_the_memory_of_a_process_whose_store_hangs() {
    let queue = queue(1, Overflow::DropNewest);
    let most = queue.limits.room(Keep::Always).records;
    for second in 0..2 * most {
        let second = i64::try_from(second).unwrap();
        let kept = queue.push(item(second, Keep::Always), Delivery::Durable, false);
        assert_eq!(is_taken(&kept), second < i64::try_from(most).unwrap());
    }
    assert_eq!(queue.lost(), most as u64);
}

#[test]
fn whoever_waits_behind_a_batch_that_fails_hears_of_it_and_his_record_stays() {
    let queue = queue(8, Overflow::DropNewest);
    let (item, receipt) = awaited(&queue, 1, Keep::Durable);
    assert!(is_taken(&queue.push(item, Delivery::Durable, false)));
    queue.refuse(&RecordError::new(RecordErrorKind::Failed, "full"));
    assert_eq!(
        receipt.answer().unwrap().unwrap_err().kind,
        RecordErrorKind::Failed
    );
    assert_eq!(seconds(&queue.take_now().unwrap()), [1]);
}

#[test]
fn a_loss_that_nobody_takes_does_not_keep_a_closed_queue_going() {
    let queue = queue(8, Overflow::DropNewest);
    queue.close(Instant::now());
    assert!(!is_taken(&push(&queue, 1)));
    assert!(matches!(queue.take(None), Woken::Closed));
    assert_eq!(queue.take_loss().count, 1);
}

/// A queue whose batches are of one record.
fn one_by_one() -> Queue {
    Queue::new(Limits {
        batch_records: 1,
        ..Limits::default()
    })
}

#[test]
fn a_batch_shares_the_wait_for_the_disk_only_where_another_follows_and_nobody_waits() {
    let queue = one_by_one();
    for second in 1..=2 {
        assert!(is_taken(&push(&queue, second)));
    }
    assert!(queue.take_now().unwrap().is_followed);
    assert!(!queue.take_now().unwrap().is_followed);
    let (awaited, _receipt) = awaited(&queue, 3, Keep::Durable);
    assert!(is_taken(&queue.push(awaited, Delivery::Durable, false)));
    assert!(is_taken(&push(&queue, 4)));
    assert!(!queue.take_now().unwrap().is_followed);
    assert!(is_taken(&push(&queue, 5)));
    queue.close(Instant::now());
    assert!(!queue.take_now().unwrap().is_followed);
}

#[test]
fn what_tells_of_a_loss_lags_behind_nothing() {
    let queue = Queue::new(Limits {
        records: 2,
        batch_records: 1,
        ..Limits::default()
    });
    for second in 1..=3 {
        assert_eq!(is_taken(&push(&queue, second)), second <= 2);
    }
    let batch = queue.take_now().unwrap();
    assert_eq!(batch.loss.count, 1);
    assert!(!batch.is_followed);
}

#[test]
fn what_lags_is_not_flushed_by_giving_up_what_came_behind_it() {
    let queue = one_by_one();
    for second in 1..=2 {
        assert!(is_taken(&push(&queue, second)));
    }
    queue.take_now().unwrap();
    queue.done(false);
    queue.take_now().unwrap();
    let mut lost = Loss::default();
    lost.count(at(2));
    queue.give_up(lost, Loss::default());
    assert_eq!((queue.unwritten(), queue.given_up()), (1, 1));
    assert_eq!(queue.flush(Instant::now()), Flushed::Late(1));
}

#[test]
fn what_is_written_and_not_on_disk_is_not_flushed() {
    let queue = one_by_one();
    for second in 1..=3 {
        assert!(is_taken(&push(&queue, second)));
    }
    queue.take_now().unwrap();
    queue.done(false);
    queue.take_now().unwrap();
    queue.done(false);
    assert_eq!(queue.unwritten(), 3);
    queue.take_now().unwrap();
    assert_eq!(queue.flush(Instant::now()), Flushed::Late(3));
    queue.done(true);
    assert_eq!(queue.flush(Instant::now()), Flushed::Done);
    assert_eq!(queue.unwritten(), 0);
}
