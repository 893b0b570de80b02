//! Openings: where they begin, and those that ended without saying so.

use audit_core::Status;

use crate::store::{Opening, Session, Store};

use super::world::{all, append, at, begin, decision, event, named, ok, outcome, places, reader};

pub(super) fn check<S: Store, O: Fn() -> S>(fresh: &impl Fn() -> O) {
    an_end_that_was_said(&fresh());
    an_end_that_was_not(&fresh());
    an_opening_that_fails(&fresh());
    calls_that_nobody_ends(&fresh());
}

fn an_end_that_was_said<S: Store>(open: &impl Fn() -> S) {
    let mut store = open();
    let first = begin(&mut store);
    assert!(first.unclean.is_empty(), "nobody was there before");
    ok("end", store.end(at(5)));
    drop(store);
    let mut store = open();
    let second = begin(&mut store);
    assert!(
        second.unclean.is_empty(),
        "the one before said that it ends"
    );
    assert_ne!(first.id, second.id, "each opening has its own number");
}

fn an_end_that_was_not<S: Store>(open: &impl Fn() -> S) {
    let mut dead = open();
    let session = begin(&mut dead);
    append(&mut dead, &[event(3, "last")]);
    let mut alive = open();
    assert!(begin(&mut alive).unclean.is_empty(), "the other is alive");
    drop(dead);
    let mut store = open();
    let found = begin(&mut store).unclean;
    assert_eq!(
        found.len(),
        1,
        "one ended without saying so, the other is alive"
    );
    for ended in &found {
        assert_eq!(
            (ended.session, ended.process, ended.room),
            (session.id, 42, 7)
        );
        assert_eq!(
            (ended.opened, ended.last),
            (at(0), at(3)),
            "when it began and last wrote"
        );
    }
    let mut later = open();
    assert!(begin(&mut later).unclean.is_empty(), "it is found once");
}

fn an_opening_that_fails<S: Store>(open: &impl Fn() -> S) {
    let mut dead = open();
    begin(&mut dead);
    drop(dead);
    let mut store = open();
    let before = ok("head", store.head());
    let nonsense = |_: &Session| vec![b"no object".to_vec()];
    assert!(store.begin(&Opening::new(at(1), 1, 1), &nonsense).is_err());
    assert_eq!(ok("head", store.head()), before, "nothing is told");
    drop(store);
    let mut store = open();
    let tell = |session: &Session| {
        let unclean = session.unclean.iter().map(|_| event(2, "unclean"));
        unclean.collect()
    };
    let (session, head) = ok("begin", store.begin(&Opening::new(at(2), 1, 1), &tell));
    let found: Vec<u32> = session.unclean.iter().map(|ended| ended.process).collect();
    assert_eq!(
        found,
        [42],
        "what could not be told is found by the next opening"
    );
    assert_eq!(head.size, before.size + 1, "and told in the same step");
    assert_eq!(all(&mut *reader(&store)).len() as u64, head.size);
}

fn calls_that_nobody_ends<S: Store>(open: &impl Fn() -> S) {
    let mut dead = open();
    begin(&mut dead);
    append(
        &mut dead,
        &[
            decision(1, "alice", "allow"),
            decision(2, "alice", "allow"),
            outcome(3, 1, "completed"),
        ],
    );
    let open_calls = named("pay").open();
    assert_eq!(
        places(&mut *reader(&dead), &open_calls),
        [2],
        "a call that goes on"
    );
    drop(dead);
    let mut store = open();
    begin(&mut store);
    ok("index", store.index(100));
    let mut reader = reader(&store);
    assert_eq!(
        places(&mut *reader, &named("pay").outcome(Status::Unknown)),
        [2]
    );
    assert_eq!(
        places(&mut *reader, &named("pay").outcome(Status::Completed)),
        [1, 3]
    );
    assert!(
        places(&mut *reader, &open_calls).is_empty(),
        "nobody will end it"
    );
}
