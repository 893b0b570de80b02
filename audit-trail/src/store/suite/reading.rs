//! Reading beside whoever writes.

use crate::query::{Aggregation, Dimension, Order, Query};
use crate::store::Store;

use super::world::{append, at, begin, decision, event, named, ok, outcome, places, reader};

pub(super) fn check<S: Store, O: Fn() -> S>(fresh: &impl Fn() -> O) {
    parts_of_the_records(fresh()());
    pages(fresh()());
    counts(fresh()());
}

fn parts_of_the_records(mut store: impl Store) {
    begin(&mut store);
    let mut reader = reader(&store);
    append(
        &mut store,
        &(1..10)
            .map(|second| event(second, "later"))
            .collect::<Vec<_>>(),
    );
    let mut seen = |first, end, at_most: usize| {
        let mut places = Vec::new();
        let read = reader.records(first, end, &mut |seq, _| {
            places.push(seq);
            places.len() < at_most
        });
        ok("records", read);
        places
    };
    assert_eq!(
        seen(3, 6, 99),
        [3, 4, 5],
        "what was written after a reader was opened, without the end"
    );
    assert_eq!(seen(3, u64::MAX, 2), [3, 4], "no more than is wanted");
    assert!(seen(10, u64::MAX, 99).is_empty(), "nothing behind the last");
}

fn pages(mut store: impl Store) {
    begin(&mut store);
    // Times that go up, down and stand still.
    let seconds = [5, 3, 9, 9, 1, 7, 3, 8];
    append(&mut store, &seconds.map(|second| event(second, "paged")));
    let mut expected: Vec<(i64, u64)> = seconds.into_iter().zip(1..).collect();
    expected.sort_unstable();
    let oldest: Vec<u64> = expected.iter().map(|(_, seq)| *seq).collect();
    let mut reader = reader(&store);
    assert_eq!(
        places(&mut *reader, &named("paged")),
        oldest,
        "by time, then by place"
    );
    let newest: Vec<u64> = oldest.iter().rev().copied().collect();
    assert_eq!(
        places(&mut *reader, &named("paged").order(Order::Newest)),
        newest
    );
    let within = named("paged").since(at(3)).until(at(8));
    assert_eq!(
        places(&mut *reader, &within),
        [2, 7, 1, 6],
        "from a time on, up to another"
    );
    let page = ok("search", reader.search(&named("paged"), None, 2));
    let other = reader.search(&named("other"), page.next.as_ref(), 2);
    assert!(
        page.next.is_some() && other.is_err(),
        "a place in the answer to another question"
    );
}

fn counts(mut store: impl Store) {
    begin(&mut store);
    append(
        &mut store,
        &[
            decision(1, "alice", "allow"),
            decision(2, "bob", "block"),
            decision(3, "alice", "block"),
            outcome(4, 1, "completed"),
        ],
    );
    let query = Query::new().kind(audit_core::EventKind::Decision);
    let by_effect = Aggregation::new(query).by(Dimension::Effect);
    let tally = ok("aggregate", reader(&store).aggregate(&by_effect));
    let mut groups: Vec<(Option<&str>, u64)> = tally
        .groups
        .iter()
        .map(|group| (group.keys.first().and_then(Option::as_deref), group.count))
        .collect();
    groups.sort_unstable();
    assert_eq!(
        (tally.records, groups),
        (3, vec![(Some("allow"), 1), (Some("block"), 2)])
    );
}
