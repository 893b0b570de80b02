//! The store does what every store must, and a trail in it what every trail does.

use std::time::Duration;

use audit_core::EventKind;
use audit_trail::note::TrailKey;
use audit_trail::retention::RetentionPolicy;
use audit_trail::store::{Store, suite};
use audit_trail::{Aggregation, Dimension, Order, Query, TrailError};

use super::memory::Memory;
use super::{ORIGIN, SOON, open, refund};

const SEED: [u8; 32] = [7; 32];

fn key() -> TrailKey {
    TrailKey::from_seed(ORIGIN, &SEED).unwrap()
}

#[test]
fn memory_does_what_every_store_must() {
    suite::run(|| {
        let memory = Memory::default();
        move || memory.open()
    });
}

#[test]
fn the_program_runs() {
    super::main().unwrap();
}

#[test]
fn a_trail_in_memory_is_asked_in_pages_and_counted_with_quantiles() {
    let trail = open(&Memory::default(), key()).unwrap();
    let refunds: Vec<_> = (0..25)
        .flat_map(|n| [("alice", 50 + n * 4), ("bob", 52 + n * 4)])
        .collect();
    refund(&trail, &refunds).unwrap();

    let asked = Query::new().actor("alice").order(Order::Oldest);
    let mut amounts = Vec::new();
    for record in trail.answers(asked.clone()) {
        let body: serde_json::Value = serde_json::from_slice(&record.unwrap().body).unwrap();
        amounts.push(body["action"]["fields"]["amount"].as_f64().unwrap());
    }
    let expected: Vec<f64> = (0..25_u8).map(|n| 50.0 + f64::from(n) * 4.0).collect();
    assert_eq!(amounts, expected);
    let page = trail.search(&asked, None, 10).unwrap();
    assert!(page.records.len() == 10 && page.next.is_some());

    let query = Query::new().kind(EventKind::Decision);
    let counted = Aggregation::new(query)
        .by(Dimension::Effect)
        .by(Dimension::Rule)
        .every(Duration::from_hours(24 * 365 * 100))
        .with_latency();
    let tally = trail.aggregate(&counted).unwrap();
    assert_eq!(tally.records, 50);
    for group in &tally.groups {
        let keys: Vec<_> = group.keys.iter().map(Option::as_deref).collect();
        let expected = match keys[..] {
            [Some("allow"), None] => 26,
            [Some("block"), Some("large_refund")] => 24,
            _ => panic!("{keys:?}"),
        };
        let latency = group.latency.unwrap();
        assert_eq!((group.count, latency.count), (expected, expected));
        assert!(!latency.p50.is_zero() && latency.p50 <= latency.p99 && latency.p99 <= latency.max);
    }
}

#[test]
fn what_remains_after_retention_proves_and_is_there_when_it_is_opened_again() {
    let memory = Memory::default();
    let trail = open(&memory, key()).unwrap();
    refund(
        &trail,
        &[("alice", 1), ("bob", 2), ("alice", 300), ("bob", 400)],
    )
    .unwrap();

    let policy = RetentionPolicy::new(["refund=1".parse().unwrap()]);
    let plan = trail
        .plan_retention(&policy, audit_core::Timestamp::default())
        .unwrap();
    let result = trail.prune(&plan).unwrap();
    assert_eq!((result.records, plan.records()), (3, 3));

    let left = trail
        .search(&Query::new().action("refund"), None, 10)
        .unwrap();
    let [last] = &left.records[..] else {
        panic!("{left:?}")
    };
    let proof = trail.prove(last.seq).unwrap();
    let checkpoint = proof.verify(&last.body, &[trail.verifier_key()]).unwrap();
    assert!(checkpoint.size() > last.seq);
    let before = trail.verify().unwrap();
    assert!(before.is_sound(), "{:?}", before.damage);
    assert_eq!(before.records_pruned, 3);
    trail.close(SOON).unwrap();
    drop(trail);

    let trail = open(&memory, key()).unwrap();
    let after = trail.verify().unwrap();
    assert!(
        after.is_sound() && after.size > before.size,
        "{:?}",
        after.damage
    );
    // The end was said, so nothing is told to be lost.
    let losses = trail
        .search(&Query::new().kind(EventKind::Loss), None, 1)
        .unwrap();
    assert!(losses.records.is_empty());
}

#[test]
fn nobody_opens_it_with_another_key() {
    let memory = Memory::default();
    drop(open(&memory, key()).unwrap());
    let options = audit_trail::Trail::options();
    let other = TrailKey::generate(ORIGIN).unwrap();
    let error = options.open_store(memory.open(), other).unwrap_err();
    assert!(matches!(error, TrailError::OtherKey { .. }), "{error}");
}

#[test]
fn who_reads_is_shown_one_moment_whatever_is_written_meanwhile() {
    let memory = Memory::default();
    let trail = open(&memory, key()).unwrap();
    refund(&trail, &[("alice", 1)]).unwrap();
    let mut reader = (memory.open().opener())().unwrap();
    let mut seen = Vec::new();
    // Were the reader in the writer's way, this would never come to an end.
    let mut write = |seq: u64, _: &[u8]| {
        if seq == 0 {
            refund(&trail, &[("bob", 2)]).unwrap();
        }
        seen.push(seq);
        true
    };
    reader.records(0, u64::MAX, &mut write).unwrap();
    assert_eq!(seen, [0, 1]);
    assert_eq!(reader.head().unwrap().size, 3);
}
