//! Reading beside whoever writes.

use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use audit_core::TenantId;

use crate::query::{Aggregation, Condition, Dimension, Latency, Order, Query};
use crate::store::{Batch, Store, StoreReader};

use super::world::{
    append, at, begin, decision, event, event_for, named, ok, outcome, places, reader,
};

pub(super) fn check<S: Store, O: Fn() -> S>(fresh: &impl Fn() -> O) {
    parts_of_the_records(fresh()());
    in_nobodys_way(fresh()());
    pages(fresh()());
    tenants(fresh()());
    counts(fresh()());
    counts_of_what_is_not_drawn(fresh()());
    durations(fresh()());
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

/// Longer than any store takes to append a record.
const PATIENCE: Duration = Duration::from_mins(1);

fn in_nobodys_way(mut store: impl Store) {
    begin(&mut store);
    append(&mut store, &[event(1, "before")]);
    let mut reader = reader(&store);
    let (ask, asked) = channel();
    let (tell, told) = channel();
    thread::scope(move |scope| {
        scope.spawn(move || {
            if asked.recv().is_ok() {
                let size = append(&mut store, &[event(2, "meanwhile")]).size;
                // The reader may have given up.
                let _unheard = tell.send(size);
            }
        });
        let mut size = None;
        let read = reader.records(0, u64::MAX, &mut |_, _| {
            let _unheard = ask.send(());
            size = told.recv_timeout(PATIENCE).ok();
            false
        });
        ok("records", read);
        assert_eq!(
            size,
            Some(3),
            "who writes does not wait for who reads, be it in the middle"
        );
    });
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

fn tenants(mut store: impl Store) {
    begin(&mut store);
    let named_tenants = [
        Some("acme"),
        Some("globex"),
        None,
        Some("acme"),
        Some("globex"),
    ];
    let bodies = (1..).zip(named_tenants);
    let bodies: Vec<_> = bodies
        .map(|(second, tenant)| event_for(tenant, second, "kept"))
        .collect();
    append(&mut store, &bodies);
    let bodies: Vec<&[u8]> = bodies.iter().map(Vec::as_slice).collect();
    let undrawn = Batch {
        index: false,
        ..Batch::of(&bodies)
    };
    ok("append", store.append(&undrawn));
    let mut reader = reader(&store);
    let Ok(acme) = TenantId::new("acme") else {
        return;
    };
    for asked in [
        named("kept"),
        named("kept").tenant("globex").tenant("acme"),
        named("kept").without(Condition::Tenant("globex".into())),
    ] {
        let asked = asked.within_tenant(&acme);
        assert_eq!(
            places(&mut *reader, &asked),
            [1, 6, 4, 9],
            "what a tenant asks for is answered with his records alone, drawn or not: {asked}"
        );
        let tally = ok("aggregate", reader.aggregate(&Aggregation::new(asked)));
        assert_eq!(tally.records, 4, "and counted alone");
    }
    let others = named("kept").tenant("globex").within_tenant(&acme);
    assert!(
        places(&mut *reader, &others).is_empty(),
        "what a tenant asks for of another is not there"
    );
    let page = ok("search", reader.search(&named("kept"), None, 2));
    let kept = named("kept").within_tenant(&acme);
    assert!(
        page.next.is_some() && reader.search(&kept, page.next.as_ref(), 2).is_err(),
        "a place in the answer to the same question of nobody's"
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
    assert_eq!(
        counted(&mut *reader(&store), &by_effect),
        [(Some("allow".to_owned()), 1), (Some("block".to_owned()), 2)]
    );
}

/// The groups of one dimension, and how many records there are in each.
fn counted(reader: &mut dyn StoreReader, asked: &Aggregation) -> Vec<(Option<String>, u64)> {
    let tally = ok("aggregate", reader.aggregate(asked));
    let sum: u64 = tally.groups.iter().map(|group| group.count).sum();
    assert_eq!(tally.records, sum, "every record is counted in one group");
    let key = |keys: &[Option<String>]| keys.first().cloned().flatten();
    let groups = tally.groups.iter();
    let mut groups: Vec<_> = groups
        .map(|group| (key(&group.keys), group.count))
        .collect();
    groups.sort_unstable();
    groups
}

fn counts_of_what_is_not_drawn(mut store: impl Store) {
    begin(&mut store);
    let bodies = [
        decision(1, "alice", "allow"),
        decision(2, "bob", "allow"),
        outcome(3, 1, "failed"),
        decision(4, "bob", "allow"),
        outcome(5, 2, "completed"),
    ];
    let bodies: Vec<&[u8]> = bodies.iter().map(Vec::as_slice).collect();
    ok(
        "append",
        store.append(&Batch {
            index: false,
            ..Batch::of(&bodies)
        }),
    );
    let query = Query::new().kind(audit_core::EventKind::Decision);
    let by_outcome = Aggregation::new(query).by(Dimension::Outcome);
    let expected = ["completed", "failed", "open"].map(|word| (Some(word.to_owned()), 1));
    let mut reader = reader(&store);
    for left in (0..=5_u64).rev() {
        assert_eq!(
            counted(&mut *reader, &by_outcome),
            expected,
            "how calls ended, with {left} columns to draw"
        );
        ok("index", store.index(1));
    }
}

fn durations(mut store: impl Store) {
    begin(&mut store);
    let mut bodies = Vec::new();
    for second in 0..20 {
        bodies.push(decision(second * 2, "alice", "allow"));
        bodies.push(outcome(second * 2 + 1, second * 2, "completed"));
    }
    append(&mut store, &bodies);
    let every = Duration::from_secs(20);
    let asked = Aggregation::new(named("pay"))
        .by(Dimension::Kind)
        .every(every)
        .with_latency();
    let tally = ok("aggregate", reader(&store).aggregate(&asked));
    let groups: Vec<_> = tally
        .groups
        .iter()
        .map(|group| (group.start, group.count))
        .collect();
    let [first, second] = [at(0), at(20)].map(Some);
    assert_eq!(
        groups,
        [(first, 10), (first, 10), (second, 10), (second, 10)],
        "spans of time come from the oldest"
    );
    for group in &tally.groups {
        let is_decision = group.keys == [Some("decision".to_owned())];
        let took = Duration::from_nanos(if is_decision { 100 } else { 5000 });
        let near = |found: Duration| found.abs_diff(took) * 50 <= took;
        let holds = |latency: Latency| {
            let quantiles = [latency.p50, latency.p90, latency.p99];
            latency.count == 10 && latency.max == took && quantiles.into_iter().all(near)
        };
        assert!(
            group.latency.is_some_and(holds),
            "quantiles of what decisions took, or calls: {group:?}"
        );
    }
    let longer = named("pay").took_at_least(Duration::from_micros(5));
    assert_eq!(
        places(&mut *reader(&store), &longer).len(),
        20,
        "what took as long"
    );
}
