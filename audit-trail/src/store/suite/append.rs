//! Appending.

use std::cell::{Cell, RefCell};

use crate::store::{Batch, Change, Head, ReadFact, Store, StoreError, StoreErrorKind};
use crate::tree::{Hash, TILE_WIDTH, TilePlace, empty_root, leaf_hash};

use super::world::{all, append, begin, event, ok, reader, root};

pub(super) fn check<S: Store, O: Fn() -> S>(fresh: &impl Fn() -> O) {
    an_empty_store(fresh()());
    places_bytes_and_hashes(&fresh());
    a_large_batch_that_lags(&fresh());
    all_or_nothing(fresh()());
    checkpoints(fresh()());
    facts(&fresh());
    changes(fresh()());
    two_writers(&fresh());
}

fn an_empty_store(mut store: impl Store) {
    let head = ok("head", store.head());
    assert_eq!(head, Head::new(0, empty_root(), 0), "an empty store");
    let mut reader = reader(&store);
    assert!(
        all(&mut *reader).is_empty(),
        "an empty store has no records"
    );
    assert!(ok("checkpoints", reader.checkpoints()).is_empty());
    let latest = ok("latest_checkpoint", reader.latest_checkpoint());
    assert_eq!(latest, None, "an empty store has no latest checkpoint");
    assert!(ok("pruned", reader.pruned()).is_empty());
    assert_eq!(
        ok("fact", reader.fact("origin")),
        None,
        "a fact that nobody kept"
    );
}

fn places_bytes_and_hashes<S: Store>(open: &impl Fn() -> S) {
    let mut store = open();
    begin(&mut store);
    let bodies: Vec<Vec<u8>> = (1..600).map(|second| event(second, "many")).collect();
    for part in bodies.chunks(250) {
        append(&mut store, part);
    }
    let head = ok("head", store.head());
    let mut reader = reader(&store);
    let records = all(&mut *reader);
    assert_eq!(head.size, 600, "every record counts");
    for ((seq, body), expected) in records.iter().zip(0_u64..) {
        assert_eq!(*seq, expected, "places are contiguous");
        let end = format!(",\"seq\":{seq}}}");
        assert!(
            body.ends_with(end.as_bytes()),
            "a record's last member is its place"
        );
    }
    for ((_, body), given) in records.iter().skip(1).zip(&bodies) {
        let given = given.strip_suffix(b"}").unwrap_or_default();
        assert!(
            body.starts_with(given),
            "what stands before its place is what was given"
        );
    }
    assert_eq!(
        head.root,
        root(&records),
        "the root is that of RFC 9162 over the stored bytes"
    );
    assert_eq!(
        ok("head", reader.head()),
        head,
        "readers see what is written"
    );
    // Whole tiles are stored, of records and of tiles.
    let hashes = ok("tile", reader.tile(TilePlace::new(0, 1))).unwrap_or_default();
    let expected: Vec<u8> = records
        .iter()
        .skip(TILE_WIDTH)
        .take(TILE_WIDTH)
        .flat_map(|(_, body)| *leaf_hash(body).as_bytes())
        .collect();
    assert_eq!(hashes, expected, "a tile holds the hashes of its records");
    assert_eq!(
        ok("tile", reader.tile(TilePlace::new(0, 9))),
        None,
        "a tile that is none"
    );
    drop((reader, store));
    // Whoever opens it later goes on from there.
    let mut store = open();
    assert_eq!(
        ok("head", store.head()),
        head,
        "it is there when it is opened again"
    );
    assert_eq!(append(&mut store, &[event(700, "later")]).size, 601);
}

fn a_large_batch_that_lags<S: Store>(open: &impl Fn() -> S) {
    let mut store = open();
    let opened = begin(&mut store);
    let bodies: Vec<Vec<u8>> = (1..3_000).map(|second| event(second, "many")).collect();
    let bodies: Vec<&[u8]> = bodies.iter().map(Vec::as_slice).collect();
    let lagging = Batch {
        on_disk: false,
        ..Batch::of(&bodies)
    };
    let head = ok("append", store.append(&lagging));
    let records = all(&mut *reader(&store));
    assert_eq!(records.len(), 3_000, "readers see what lags");
    assert_eq!(head.root, root(&records), "and it is hashed as all is");
    // Its process is gone without a word, and what lagged is there.
    drop(store);
    let mut store = open();
    assert_eq!(
        ok("head", store.head()),
        head,
        "what lags outlives a process"
    );
    let session = begin(&mut store);
    let unclean: Vec<u64> = session.unclean.iter().map(|ended| ended.session).collect();
    assert_eq!(unclean, [opened.id], "an end that nobody told of is found");
}

fn all_or_nothing(mut store: impl Store) {
    begin(&mut store);
    let before = ok("head", store.head());
    let good = event(1, "good");
    let refused = store.append(&Batch::of(&[&good, b"no object"]));
    assert!(
        refused.is_err(),
        "what is no JSON object has no room for its place"
    );
    assert_eq!(
        ok("head", store.head()),
        before,
        "a batch that is refused leaves nothing"
    );
    let sign = |_: &Head, _: &ReadFact<'_>| Err(StoreError::new(StoreErrorKind::Refused, "no key"));
    let unsigned = store.append(&Batch {
        checkpoint: Some(&sign),
        ..Batch::of(&[&good])
    });
    assert!(
        unsigned.is_err(),
        "a checkpoint that can't be signed fails its batch"
    );
    assert_eq!(ok("head", store.head()), before, "and leaves nothing");
    assert_eq!(
        append(&mut store, &[good]).size,
        before.size + 1,
        "it goes on after that"
    );
}

fn checkpoints(mut store: impl Store) {
    begin(&mut store);
    let signed: Cell<Option<(u64, Hash)>> = Cell::new(None);
    let sign = |head: &Head, _: &ReadFact<'_>| {
        signed.set(Some((head.size, head.root)));
        Ok(Some(format!("over {}", head.size)))
    };
    let body = event(1, "one");
    let one = ok(
        "append",
        store.append(&Batch {
            checkpoint: Some(&sign),
            ..Batch::of(&[&body])
        }),
    );
    assert_eq!(
        signed.get(),
        Some((one.size, one.root)),
        "what is signed is what is then there"
    );
    // A batch of nothing carries one, too.
    ok(
        "append",
        store.append(&Batch {
            checkpoint: Some(&sign),
            ..Batch::of(&[])
        }),
    );
    let two = ok(
        "append",
        store.append(&Batch {
            checkpoint: Some(&sign),
            forget_checkpoint: Some(one.size),
            ..Batch::of(&[&body])
        }),
    );
    let kept = ok("checkpoints", reader(&store).checkpoints());
    let kept: Vec<_> = kept
        .iter()
        .map(|kept| (kept.size, kept.note.as_str()))
        .collect();
    let note = format!("over {}", two.size);
    assert_eq!(
        kept,
        [(two.size, note.as_str())],
        "the superfluous one is gone"
    );
    let three = ok(
        "append",
        store.append(&Batch {
            checkpoint: Some(&sign),
            ..Batch::of(&[&body])
        }),
    );
    let mut reader = reader(&store);
    let kept = ok("checkpoints", reader.checkpoints());
    let sizes: Vec<u64> = kept.iter().map(|kept| kept.size).collect();
    assert_eq!(sizes, [two.size, three.size], "checkpoints come by size");
    let latest = ok("latest_checkpoint", reader.latest_checkpoint());
    assert_eq!(
        latest.as_ref(),
        kept.last(),
        "the latest is the one over most records"
    );
}

fn facts<S: Store>(open: &impl Fn() -> S) {
    let mut store = open();
    ok("set_fact", store.set_fact("origin", "first"));
    ok("set_fact", store.set_fact("origin", "second\nline"));
    let body = event(1, "one");
    let facts = [("keys", "with a batch".to_owned())];
    ok(
        "append",
        store.append(&Batch {
            facts: &facts,
            ..Batch::of(&[&body])
        }),
    );
    let never = [("keys", "with one that fails".to_owned())];
    let failed = store.append(&Batch {
        facts: &never,
        ..Batch::of(&[b"no object"])
    });
    assert!(failed.is_err());
    drop(store);
    let store = open();
    let fact = |name| ok("fact", reader(&store).fact(name));
    assert_eq!(
        fact("origin").as_deref(),
        Some("second\nline"),
        "the last word counts"
    );
    assert_eq!(
        fact("keys").as_deref(),
        Some("with a batch"),
        "facts come and fail with their batch"
    );
}

fn changes(mut store: impl Store) {
    begin(&mut store);
    ok("set_fact", store.set_fact("keys", "first"));
    let before = ok("head", store.head());
    let make = |head: &Head, fact: &ReadFact<'_>| {
        assert_eq!(*head, before, "a change is made of where the store stands");
        let keys = fact("keys")?.unwrap_or_default();
        assert_eq!(fact("rotations")?, None, "a fact that nobody kept");
        let facts = vec![("keys", format!("{keys}, second"))];
        Ok(Change::new(event(1, "changed"), facts))
    };
    let head = ok("change", store.change(&make));
    assert_eq!(head.size, before.size + 1, "a change is told of");
    let refuse = |_: &Head, _: &ReadFact<'_>| {
        let refused = StoreError::new(StoreErrorKind::Refused, "no change");
        Err(refused)
    };
    assert!(
        store.change(&refuse).is_err(),
        "a change that can't be made"
    );
    assert_eq!(ok("head", store.head()), head, "leaves nothing");
    let seen = RefCell::new(None);
    let body = event(2, "one");
    let unsigned = store.append(&Batch {
        checkpoint: Some(&|_: &Head, fact: &ReadFact<'_>| {
            *seen.borrow_mut() = fact("keys")?;
            Ok(None)
        }),
        facts: &[("keys", "third".to_owned())],
        ..Batch::of(&[&body])
    });
    assert_eq!(ok("append", unsigned).size, head.size + 1);
    assert_eq!(
        seen.into_inner().as_deref(),
        Some("first, second"),
        "whoever signs sees the facts as they were before the batch"
    );
    let mut reader = reader(&store);
    assert!(
        ok("checkpoints", reader.checkpoints()).is_empty(),
        "what is not signed leaves no checkpoint"
    );
    assert_eq!(ok("fact", reader.fact("keys")).as_deref(), Some("third"));
}

fn two_writers<S: Store>(open: &impl Fn() -> S) {
    let (mut one, mut two) = (open(), open());
    begin(&mut one);
    begin(&mut two);
    for second in 1..20 {
        append(&mut one, &[event(second, "one")]);
        append(&mut two, &[event(second, "two")]);
    }
    let head = ok("head", one.head());
    assert_eq!(ok("head", two.head()), head, "both see the same end");
    let records = all(&mut *reader(&one));
    assert_eq!(
        (head.size, head.root),
        (40, root(&records)),
        "each goes by what the other wrote"
    );
}
