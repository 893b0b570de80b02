//! When a gap ends, and what is told of it.

use super::*;
use crate::clock::{IdSource, RandomIds};

fn at(second: u64) -> Timestamp {
    Timestamp::from_nanos(i64::try_from(second).unwrap() * 1_000_000_000)
}

fn miss(gap: &Gap, taken: u64, second: u64) -> u64 {
    let event = Untaken {
        id: RandomIds.next_id(at(second)),
        time: at(second),
        is_proper: true,
        is_lost: true,
    };
    gap.widen(taken, event, &SinkError::new("full")).proper
}

#[test]
fn a_gap_ends_with_the_first_event_taken_and_is_told_once() {
    let gap = Gap::default();
    assert_eq!((miss(&gap, 0, 1), miss(&gap, 0, 2)), (1, 2));
    let missed = gap.close(1, true).unwrap();
    assert_eq!((missed.count, missed.from, missed.to), (2, at(1), at(2)));
    assert!(gap.close(2, true).is_none());
}

#[test]
fn a_gap_reaches_from_the_earliest_to_the_latest_in_whichever_order_they_are_missed() {
    let gap = Gap::default();
    for second in [5, 2, 7, 3] {
        miss(&gap, 0, second);
    }
    let missed = gap.close(1, true).unwrap();
    assert_eq!((missed.from, missed.to), (at(2), at(7)));
}

#[test]
fn a_sink_that_takes_every_other_event_tells_of_few_gaps() {
    let gap = Gap::default();
    let mut told = 0;
    for taken in 0..1_000 {
        miss(&gap, taken, taken);
        told += u32::from(gap.close(taken + 1, true).is_some());
    }
    assert_eq!(told, PATIENT);
    // In the end it says how many there were.
    let rest = (0..u64::from(SETTLED)).find_map(|more| gap.close(1_000 + more, true));
    assert_eq!(rest.unwrap().count, u64::from(1_000 - PATIENT));
}

#[test]
fn a_sink_that_took_many_in_a_row_is_as_good_as_new() {
    let gap = Gap::default();
    (0..100).for_each(|taken| {
        miss(&gap, taken, taken);
        gap.close(taken + 1, true);
    });
    let _rest = (0..SETTLED).find_map(|_| gap.close(100, true));
    let settled = 100 + u64::from(SETTLED);
    miss(&gap, settled, 200);
    assert_eq!(gap.close(settled + 1, true).unwrap().count, 1);
}

#[test]
fn a_gap_that_stays_open_is_told_each_minute_with_what_it_holds_by_then() {
    let gap = Gap::default();
    let told: Vec<_> = (0..=180)
        .filter_map(|second| {
            miss(&gap, 0, second);
            gap.overdue(at(second)).map(|missed| missed.count)
        })
        .collect();
    assert_eq!(told, [61, 121, 181]);
    assert_eq!(gap.overdue(at(1_000)).map(|missed| missed.count), None);
    assert_eq!(gap.close(1, true).unwrap().count, 181);
}

#[test]
fn what_others_know_is_not_told_again_before_there_is_more() {
    let gap = Gap::default();
    miss(&gap, 0, 1);
    assert_eq!(gap.so_far().unwrap().count, 1);
    assert!(gap.so_far().is_none());
    miss(&gap, 0, 2);
    assert_eq!(gap.so_far().unwrap().count, 2);
}

#[test]
fn a_call_that_took_too_long_and_missed_nothing_leaves_no_loss() {
    let gap = Gap::default();
    assert_eq!(gap.hold(0, at(1), &SinkError::new("too long")), 1);
    assert!(gap.close(1, true).is_none());
    miss(&gap, 1, 2);
    assert_eq!(gap.close(2, true).unwrap().count, 1);
}
