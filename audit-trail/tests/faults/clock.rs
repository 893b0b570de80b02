//! The clock goes backwards.

use std::sync::Arc;
use std::time::Duration;

use audit_core::testing::ManualClock;
use audit_core::{Delivery, Recorded, Timestamp};
use audit_trail::Order;

use crate::support::{SOON, assert_sound, event_at, json, put, query_of, quiet};

#[test]
fn a_clock_that_goes_back_loses_nothing_and_changes_no_order() {
    let dir = tempfile::tempdir().unwrap();
    let start: Timestamp = "2026-11-23T08:00:00Z".parse().unwrap();
    let clock = Arc::new(ManualClock::new(start));
    let trail = quiet()
        .shared_clock(Arc::clone(&clock) as _)
        .open(dir.path().join("audit.db"))
        .unwrap();
    for number in 0..100 {
        // Back by an hour each ten records, and by years once.
        match number {
            50 => clock.set_wall("1969-12-31T23:59:59Z".parse().unwrap()),
            _ if number % 10 == 0 => {
                clock.set_wall(Timestamp::from_nanos(
                    clock.now().as_nanos() - 3_600_000_000_000,
                ));
            }
            _ => clock.advance(Duration::from_secs(1)),
        }
        let recorded = put(
            &trail,
            &event_at(&*clock, "tick", number),
            Delivery::Buffered,
        );
        assert!(matches!(recorded, Recorded::Taken(_)));
    }
    trail.flush(SOON).unwrap();

    for order in [Order::Oldest, Order::Newest] {
        let query = query_of("name:tick");
        let query = query.order(order);
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = trail.search(&query, after.as_ref(), 7).unwrap();
            seen.extend(page.records.iter().map(|record| {
                (
                    record.columns().unwrap().time,
                    record.seq,
                    json(record)["data"]["n"].as_u64().unwrap(),
                )
            }));
            let Some(next) = page.next else { break };
            after = Some(next);
        }
        assert_eq!(
            seen.len(),
            100,
            "every record on one page, and on one alone"
        );
        let mut by_time = seen.clone();
        by_time.sort_unstable();
        if order == Order::Newest {
            by_time.reverse();
        }
        assert_eq!(seen, by_time);
        let mut by_place = seen;
        by_place.sort_unstable_by_key(|(_, seq, _)| *seq);
        let numbers: Vec<u64> = by_place.iter().map(|(.., number)| *number).collect();
        assert_eq!(
            numbers,
            (0..100).collect::<Vec<_>>(),
            "places are in the order of recording"
        );
    }
    assert_sound(&trail);
    trail.close(SOON).unwrap();
    assert_eq!(trail.stats().records_lost, 0);
}
