//! Columns: drawn at once or later, they make no difference to what is found.

use crate::query::Query;
use crate::store::{Batch, Store};

use super::world::{append, begin, decision, event, named, ok, outcome, places, reader};

pub(super) fn check<S: Store, O: Fn() -> S>(fresh: &impl Fn() -> O) {
    drawn_later(fresh()());
    nothing_overtakes(fresh()());
}

fn drawn_later(mut store: impl Store) {
    begin(&mut store);
    let bodies = [
        decision(1, "alice", "allow"),
        event(2, "other"),
        outcome(3, 1, "failed"),
        decision(4, "bob", "block"),
    ];
    let bodies: Vec<&[u8]> = bodies.iter().map(Vec::as_slice).collect();
    let left = Batch {
        index: false,
        ..Batch::of(&bodies)
    };
    let head = ok("append", store.append(&left));
    assert_eq!(
        head.unindexed(),
        4,
        "columns are left for later where that is asked for"
    );
    let asked = [
        (named("pay"), vec![1, 3, 4]),
        (named("pay").actor("alice".to_owned()), vec![1]),
        (Query::new().effect(audit_core::Effect::Block), vec![4]),
        (named("pay").outcome(audit_core::Status::Failed), vec![1, 3]),
        (named("pay").open(), vec![4]),
    ];
    let mut reader = reader(&store);
    for left in (0..=4_u64).rev() {
        for (query, expected) in &asked {
            let found = places(&mut *reader, query);
            assert_eq!(&found, expected, "`{query}` with {left} columns to draw");
        }
        if left > 0 {
            let head = ok("index", store.index(1));
            assert_eq!(head.unindexed(), left - 1, "so many as were asked for");
        }
    }
    assert_eq!(
        ok("index", store.index(100)).unindexed(),
        0,
        "there is no more to draw"
    );
    assert_eq!(
        ok("check_index", reader.check_index(&mut |_| ())),
        None,
        "columns agree with records"
    );
}

fn nothing_overtakes(mut store: impl Store) {
    begin(&mut store);
    let first = event(1, "first");
    ok(
        "append",
        store.append(&Batch {
            index: false,
            ..Batch::of(&[&first])
        }),
    );
    let head = append(&mut store, &[event(2, "second")]);
    assert_eq!(head.unindexed(), 2, "columns are drawn in order");
    assert_eq!(ok("index", store.index(100)).unindexed(), 0);
}
