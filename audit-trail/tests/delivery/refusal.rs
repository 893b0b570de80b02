//! A store that fails for long: what was refused costs nobody else his record.

use std::path::Path;
use std::time::Instant;

use audit_core::{Delivery, Recorded, Scope, audit};
use audit_trail::store::StoreReader;
use audit_trail::{SqliteReader, Trail};

use crate::gated;
use crate::support::{Gate, SOON, event, found, put, quiet, runtime};

/// How many records that must be kept find room at least, however small the queue is.
const MUST_KEEP: u64 = 65_536;
/// Two rounds of so many are more than that.
const ROUND: u64 = MUST_KEEP / 2 + 1;

/// Records so many decisions durably, and waits until they are refused.
fn refused(trail: &Trail, decisions: u64) {
    let decision = event("refused", 0);
    let receipts: Vec<_> = (0..decisions)
        .map(|_| match put(trail, &decision, Delivery::Durable) {
            Recorded::Pending(_, receipt) => receipt,
            other => panic!("{other:?}"),
        })
        .collect();
    let deadline = Instant::now() + SOON;
    for receipt in receipts {
        receipt.wait(deadline).unwrap_err();
    }
}

/// The last record of a trail of so many.
fn last(path: &Path, size: u64) -> serde_json::Value {
    let mut body = Vec::new();
    let mut reader = SqliteReader::open(path).unwrap();
    let read = reader.records(size - 1, size, &mut |_, record| {
        body = record.to_vec();
        true
    });
    read.unwrap();
    serde_json::from_slice(&body).unwrap()
}

#[audit(action = "refund", delivery = "durable")]
fn refund(order_id: &str, amount: u64, meanwhile: impl FnOnce()) {
    let _ = (order_id, amount);
    meanwhile();
}

#[test]
fn calls_under_way_keep_their_ends_however_many_decisions_a_failing_store_refuses() {
    let (dir, gate) = (tempfile::tempdir().unwrap(), Gate::default());
    let room = usize::try_from(ROUND).unwrap();
    let trail = gated(dir.path(), &gate, quiet().queue_records(room));
    let meanwhile = || {
        gate.fail();
        refused(&trail, ROUND);
        refused(&trail, ROUND);
    };
    let scope = Scope::new().runtime(runtime(&trail));
    scope.run(|| refund("o-1", 1, meanwhile));
    gate.open();
    trail.flush(SOON).unwrap();
    let stats = trail.stats();
    let end = last(&dir.path().join("audit.db"), stats.records);
    assert_eq!(end["outcome"]["status"], "completed");
    // What was refused is there as well, or counted.
    assert!((1..=ROUND).contains(&stats.records_lost), "{stats:?}");
    let told = 1;
    let others = 3 + told;
    assert_eq!(stats.records - others, 2 * ROUND - stats.records_lost);
}

#[test]
fn the_ends_of_calls_whose_decisions_were_refused_wait_in_no_room_of_others() {
    let (dir, gate) = (tempfile::tempdir().unwrap(), Gate::default());
    let trail = gated(dir.path(), &gate, quiet().queue_records(1));
    gate.fail();
    Scope::new().runtime(runtime(&trail)).run(|| {
        for _ in 0..5 {
            refund("o-1", 1, || ());
        }
    });
    // One that the writer has in hand, and one for which there is room.
    let stats = trail.stats();
    assert!(stats.queue_records <= 1, "{stats:?}");
    assert_eq!(stats.records_lost, 2 * 5 - 2);
    gate.open();
    trail.flush(SOON).unwrap();
    assert_eq!(found(&trail, "name:refund").len(), 2);
}
