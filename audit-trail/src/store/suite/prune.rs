//! Taking records out.

use audit_core::EventKind;

use crate::store::{MAY_EXPIRE, Pruned, Store};

use super::world::{
    all, append, at, begin, decision, event, lifecycle, named, of_kind, ok, outcome, places, reader,
};

pub(super) fn check<S: Store, O: Fn() -> S>(fresh: &impl Fn() -> O) {
    what_goes_and_what_stays(fresh()());
    what_is_refused(fresh()());
    what_never_goes(fresh()());
    what_may_go(fresh()());
}

/// Ten events, at places 1 to 10.
fn ten(store: &mut impl Store) {
    begin(store);
    let bodies: Vec<Vec<u8>> = (1..=10).map(|second| event(second, "ten")).collect();
    append(store, &bodies);
}

fn what_goes_and_what_stays(mut store: impl Store) {
    ten(&mut store);
    let before = ok("head", store.head());
    let told = event(20, "told");
    let head = ok("prune", store.prune(&[(2, 4), (7, 7)], &told));
    assert_eq!(
        head.size,
        before.size + 1,
        "the record that tells of it is appended"
    );
    let mut reader = reader(&store);
    let left: Vec<u64> = all(&mut *reader).iter().map(|(seq, _)| *seq).collect();
    assert_eq!(
        left,
        [0, 1, 5, 6, 8, 9, 10, 11],
        "what stays keeps its place"
    );
    assert_eq!(
        places(&mut *reader, &named("ten")),
        [1, 5, 6, 8, 9, 10],
        "what went is not found"
    );
    let pruned = ok("pruned", reader.pruned());
    assert_eq!(
        pruned,
        [Pruned::new(2, 4, 11), Pruned::new(7, 7, 11)],
        "where it stood is known"
    );
    assert_eq!(
        append(&mut store, &[event(21, "later")]).size,
        13,
        "it goes on after that"
    );
    assert_eq!(ok("check_index", reader.check_index(&mut |_| ())), None);
}

fn what_is_refused(mut store: impl Store) {
    ten(&mut store);
    let told = event(20, "told");
    ok("prune", store.prune(&[(3, 3)], &told));
    let before = ok("head", store.head());
    for (ranges, what) in [
        (&[(1, 1), (5, 99)][..], "records that are not there"),
        (&[(1, 1), (6, 5)][..], "a range that ends before it begins"),
        (&[(1, 1), (3, 3)][..], "records that went before"),
        (&[(1, 1), (2, 4)][..], "records of which one went before"),
        (&[(5, 7), (6, 8)][..], "ranges that overlap"),
    ] {
        assert!(store.prune(ranges, &told).is_err(), "{what}");
        assert_eq!(ok("head", store.head()), before, "{what}: nothing is told");
    }
    let left = all(&mut *reader(&store)).len();
    assert_eq!(left, 11, "nothing goes where all does not");
}

fn what_never_goes(mut store: impl Store) {
    ten(&mut store);
    let may_expire = |word: &str| MAY_EXPIRE.iter().any(|kind| kind.as_str() == word);
    let kinds = EventKind::WORDS.iter().filter(|word| !may_expire(word));
    let mut kept: Vec<Vec<u8>> = kinds.map(|word| of_kind(11, word, "stays")).collect();
    // Nor does what says of no kind that it is of it.
    kept.push(b"{\"no\":\"event\"}".to_vec());
    append(&mut store, &kept);
    let before = ok("head", store.head());
    let told = event(20, "told");
    for seq in 11..before.size {
        for ranges in [&[(seq, seq)][..], &[(1, 1), (10, seq)][..]] {
            let refused = store.prune(ranges, &told).is_err();
            assert!(
                refused,
                "{ranges:?}: what no policy can name does not go, whoever asks"
            );
            assert_eq!(
                ok("head", store.head()),
                before,
                "{ranges:?}: nothing is told"
            );
        }
    }
    let left = all(&mut *reader(&store)).len() as u64;
    assert_eq!(left, before.size, "nothing goes where all does not");
    ok("prune", store.prune(&[(1, 10)], &told));
}

fn what_may_go(mut store: impl Store) {
    ten(&mut store);
    append(
        &mut store,
        &[
            decision(11, "alice", "allow"),
            outcome(12, 11, "completed"),
            decision(13, "bob", "allow"),
            lifecycle(14, "started"),
        ],
    );
    let mut reader = reader(&store);
    let mut names = ok("names", reader.names());
    names.sort();
    assert_eq!(
        names,
        [
            ("opened".to_owned(), 1),
            ("pay".to_owned(), 3),
            ("ten".to_owned(), 10)
        ],
        "what a trail tells of itself has no name that may go"
    );
    let mut expired = |name: &str, before: Option<i64>, latest| {
        let mut places = Vec::new();
        let before = before.map(|second| at(second).as_nanos());
        let seen = reader.expired(name, before, latest, &mut |seq| places.push(seq));
        ok("expired", seen);
        places.sort_unstable();
        places.dedup();
        places
    };
    assert_eq!(
        expired("ten", Some(4), None),
        [1, 2, 3],
        "what is older than that"
    );
    assert_eq!(
        expired("ten", None, Some(8)),
        [1, 2],
        "what is not among the latest"
    );
    assert_eq!(
        expired("ten", Some(4), Some(8)),
        [1, 2, 3],
        "what is either"
    );
    assert_eq!(
        expired("pay", Some(99), None),
        [11, 12],
        "the decision of a call that goes on stays"
    );
    assert_eq!(
        expired("pay", None, Some(1)),
        [11],
        "nor does it count as one of the latest"
    );
    assert!(
        expired("started", Some(99), None).is_empty(),
        "what a trail tells of itself stays"
    );
}
