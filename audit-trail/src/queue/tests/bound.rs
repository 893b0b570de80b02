//! How much may wait: in records and in bytes, each class for itself.

use super::*;

const LARGE: usize = 65_535;
/// How many records that must be kept find room, however small the queue is.
const MUST_KEEP: usize = 65_536;
/// Room for so many bytes.
const ROOM: usize = 1024 * 1024;

/// A record as large as one can be.
fn large(keep: Keep) -> Item {
    Item {
        body: vec![b' '; LARGE].into(),
        ..item(1, keep)
    }
}

fn push_large(queue: &Queue) -> Recorded {
    queue.push(large(Keep::Buffered), Delivery::Buffered, false)
}

fn of_bytes(bytes: usize, overflow: Overflow) -> Queue {
    Queue::new(Limits {
        bytes,
        overflow,
        ..Limits::default()
    })
}

fn refuse(queue: &Queue) {
    queue.refuse(&RecordError::new(
        RecordErrorKind::Failed,
        "no room on the disk",
    ));
}

/// Puts in as many as there is room for.
fn fill(queue: &Queue, item: impl Fn() -> Item) -> usize {
    let put = || is_taken(&queue.push(item(), Delivery::Durable, false));
    std::iter::repeat_with(put)
        .take_while(|taken| *taken)
        .count()
}

#[test]
fn decisions_refused_again_and_again_take_no_room_from_the_ends_of_those_on_disk() {
    let records = 40_000;
    let queue = queue(records, Overflow::DropNewest);
    for _ in 0..3 {
        let receipts: Vec<_> = (0..records)
            .map(|_| {
                let (item, receipt) = awaited(&queue, 1, Keep::Durable);
                assert!(is_taken(&queue.push(item, Delivery::Durable, false)));
                receipt
            })
            .collect();
        refuse(&queue);
        assert!(receipts.iter().all(|receipt| receipt.answer().is_some()));
    }
    for _ in 0..MUST_KEEP {
        assert!(is_taken(&queue.push(
            item(2, Keep::Always),
            Delivery::Durable,
            false
        )));
    }
    // Those of the first round are written all the same; the rest is counted.
    assert_eq!(queue.depth().0, records + MUST_KEEP);
    assert_eq!(queue.lost(), 2 * records as u64);
    let loss = queue.take_now().unwrap().loss;
    assert_eq!(
        (loss.count, loss.from, loss.to),
        (2 * records as u64, at(1), at(1))
    );
}

#[test]
fn what_was_refused_makes_room_for_what_is_refused_next_as_soon_as_it_is_written() {
    let queue = queue(1, Overflow::DropNewest);
    for second in 1..=3 {
        let (item, _receipt) = awaited(&queue, second, Keep::Durable);
        assert!(is_taken(&queue.push(item, Delivery::Durable, false)));
        refuse(&queue);
        assert_eq!(seconds(&queue.take_now().unwrap()), [second]);
    }
    assert_eq!(queue.lost(), 0);
}

#[test]
fn an_end_that_somebody_waits_for_stays_where_it_was_told_that_it_is_not_kept_as_yet() {
    let queue = queue(1, Overflow::DropNewest);
    let receipts: Vec<_> = (1..=9)
        .map(|second| {
            let (item, receipt) = awaited(&queue, second, Keep::Always);
            assert!(is_taken(&queue.push(item, Delivery::Durable, false)));
            receipt
        })
        .collect();
    refuse(&queue);
    for receipt in receipts {
        assert_eq!(
            receipt.answer().unwrap().unwrap_err().kind,
            RecordErrorKind::Failed
        );
    }
    assert_eq!(
        (queue.take_now().unwrap().items.len(), queue.lost()),
        (9, 0)
    );
}

#[test]
fn each_class_of_records_has_bytes_of_its_own_and_no_more() {
    let queue = of_bytes(ROOM, Overflow::DropNewest);
    let fit = ROOM / LARGE;
    assert_eq!(fill(&queue, || large(Keep::BestEffort)), fit / 2);
    assert_eq!(fill(&queue, || large(Keep::Buffered)), fit - fit / 2);
    assert_eq!(fill(&queue, || large(Keep::Durable)), fit);
    assert_eq!(fill(&queue, || large(Keep::Refused)), fit);
    // The ends of durable calls are the last to be lost.
    let ends = fill(&queue, || large(Keep::Always));
    assert_eq!(ends, 64 * 1024 * 1024 / LARGE);
    let records = 3 * fit + ends;
    assert_eq!(queue.depth(), (records, records * LARGE));
    let mut taken = 0;
    while let Some(batch) = queue.take_now() {
        taken += batch.items.len();
    }
    assert_eq!((taken, queue.depth()), (records, (0, 0)));
}

#[test]
fn refusals_are_bounded_in_bytes_too() {
    let queue = of_bytes(ROOM, Overflow::DropNewest);
    let fit = ROOM / LARGE;
    for _ in 0..3 {
        let mut receipts = Vec::new();
        for _ in 0..fit {
            let (item, receipt) = awaited(&queue, 1, Keep::Durable);
            let body = large(Keep::Durable).body;
            assert!(is_taken(&queue.push(
                Item { body, ..item },
                Delivery::Durable,
                false
            )));
            receipts.push(receipt);
        }
        refuse(&queue);
    }
    assert_eq!(queue.depth(), (fit, fit * LARGE));
    assert_eq!(queue.lost(), 2 * fit as u64);
}

#[test]
fn tasks_that_wait_for_room_bring_no_more_bytes_than_the_queue_has() {
    let queue = of_bytes(ROOM, Overflow::Wait(Duration::from_mins(1)));
    let fit = ROOM / LARGE;
    for _ in 0..fit {
        assert!(is_taken(&push_large(&queue)));
    }
    let waiting: Vec<Recorded> = (0..2 * fit).map(|_| push_large(&queue)).collect();
    let waits = |recorded: &&Recorded| matches!(recorded, Recorded::Pending(..));
    assert_eq!(waiting.iter().filter(waits).count(), fit);
    assert_eq!(queue.depth(), (2 * fit, 2 * fit * LARGE));
    assert_eq!(queue.lost(), fit as u64);
    let written = std::iter::from_fn(|| queue.take_now()).map(|batch| batch.items.len());
    assert_eq!((written.sum::<usize>(), queue.depth()), (2 * fit, (0, 0)));
}

#[test]
fn a_task_that_gave_up_waiting_leaves_its_place_to_the_next() {
    let queue = of_bytes(LARGE, Overflow::Wait(Duration::from_millis(1)));
    assert!(is_taken(&push_large(&queue)));
    for lost in 0..3 {
        let Recorded::Pending(_, receipt) = push_large(&queue) else {
            panic!("waits")
        };
        assert_eq!(queue.lost(), lost);
        let answer = receipt.wait(Instant::now() + Duration::from_mins(1));
        assert_eq!(answer.unwrap_err().kind, RecordErrorKind::TimedOut);
    }
}

#[test]
fn a_record_that_is_larger_than_the_queue_is_taken_where_nothing_else_waits() {
    for overflow in [
        Overflow::DropNewest,
        Overflow::DropOldest,
        Overflow::Wait(Duration::from_mins(1)),
    ] {
        let queue = of_bytes(1, overflow);
        for keep in [Keep::Buffered, Keep::Durable, Keep::Refused, Keep::Always] {
            assert!(
                is_taken(&queue.push(large(keep), Delivery::Durable, false)),
                "{keep:?}"
            );
        }
    }
    // Whoever waits behind one that waits for room would wait for nothing.
    let queue = of_bytes(1, Overflow::Wait(Duration::from_mins(1)));
    assert!(is_taken(&push(&queue, 1)));
    let Recorded::Pending(_, receipt) = push_large(&queue) else {
        panic!("waits")
    };
    queue.take_now().unwrap();
    assert_eq!(receipt.answer(), Some(Ok(())));
}

#[test]
fn the_widest_loss_covers_all_that_can_wait_at_once() {
    let queue = queue(100, Overflow::Wait(Duration::from_mins(1)));
    for keep in [Keep::Buffered, Keep::Durable, Keep::Refused, Keep::Always] {
        fill(&queue, || item(1, keep));
    }
    while matches!(push(&queue, 1), Recorded::Pending(..)) {}
    let (waiting, _) = queue.depth();
    assert_eq!(waiting, 3 * 100 + MUST_KEEP + 1024);
    let in_hand = queue.limits.batch_records * (LAGGING_BATCHES + 1);
    assert_eq!(queue.limits.unwritten(), waiting + in_hand);
}
