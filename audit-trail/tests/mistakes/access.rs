//! Who reads the trail is recorded in it: by which means, what for, and how it ended.

use audit_core::EventKind;
use audit_trail::note::{Checkpoint, SignedNote};
use audit_trail::retention::RetentionPolicy;
use audit_trail::{Aggregation, Order, Query, Trail};
use serde_json::{Value, json};

use crate::support::SOON;

/// What the trail tells of who read it: by which means, and with which data.
fn accesses(trail: &Trail) -> Vec<(String, Value)> {
    trail.flush(SOON).unwrap();
    let query = Query::new().kind(EventKind::Access).order(Order::Oldest);
    // The question itself is told of, too; not those that asked before.
    let found = trail.search(&query, None, 1_000).unwrap().records;
    let told = found.iter().map(|record| {
        let record: Value = serde_json::from_slice(&record.body).unwrap();
        (
            record["name"].as_str().unwrap().to_owned(),
            record["data"].clone(),
        )
    });
    told.collect()
}

#[test]
fn every_way_of_reading_is_recorded_with_what_was_asked_and_how_it_ended() {
    let dir = tempfile::tempdir().unwrap();
    let trail = Trail::open(dir.path().join("audit.db")).unwrap();
    let refunds = Query::new().action("refund").order(Order::Oldest);
    let found = trail.search(&refunds, None, 10).unwrap();
    assert!(found.records.is_empty());
    let counted = trail.aggregate(&Aggregation::new(refunds.clone())).unwrap();
    assert_eq!(counted.records, 0);
    trail.prove(0).unwrap();
    let size = trail.verify().unwrap().size;
    let policy = RetentionPolicy::new(["refund=1d".parse().unwrap()]);
    let now = "2026-11-23T08:00:00Z".parse().unwrap();
    assert_eq!(trail.plan_retention(&policy, now).unwrap().records(), 0);
    trail.flush(SOON).unwrap();
    let exported = trail.export_tiles(dir.path().join("tiles")).unwrap();
    let asked = refunds.to_string();
    assert_eq!(
        accesses(&trail),
        [
            ("trail.query", json!({"query": asked, "records": 0})),
            ("trail.aggregate", json!({"query": asked, "records": 0})),
            ("trail.prove", json!({"record": 0})),
            ("trail.verify", json!({"records": size, "sound": true})),
            (
                "trail.prune",
                json!({"policy": "refund=1d", "dry_run": true, "records": 0})
            ),
            (
                "trail.export",
                json!({"records": exported.size, "format": "tiles"})
            ),
        ]
        .map(|(name, data)| (name.to_owned(), data))
    );
}

#[test]
fn reading_that_fails_is_recorded_with_the_reason() {
    let dir = tempfile::tempdir().unwrap();
    let trail = Trail::open(dir.path().join("audit.db")).unwrap();
    trail.prove(1_000).unwrap_err();
    let file = dir.path().join("a file");
    std::fs::write(&file, "no directory").unwrap();
    trail.export_tiles(&file).unwrap_err();
    let told = accesses(&trail);
    let [(prove, proved), (export, exported)] = &told[..] else {
        panic!("{told:?}")
    };
    assert_eq!((&**prove, &**export), ("trail.prove", "trail.export"));
    assert_eq!(proved["record"], 1_000);
    let error = proved["error"].as_str().unwrap();
    assert!(
        error.starts_with("there is no record 1000 in a trail of "),
        "{error}"
    );
    let error = exported["error"].as_str().unwrap();
    assert!(error.contains("a file"), "{error}");
    assert!(exported.get("records").is_none_or(Value::is_null));
}

#[test]
fn a_trail_exports_all_that_is_written_with_a_checkpoint_that_its_key_signed() {
    let dir = tempfile::tempdir().unwrap();
    let trail = Trail::open(dir.path().join("audit.db")).unwrap();
    trail.flush(SOON).unwrap();
    let tiles = dir.path().join("tiles");
    let first = trail.export_tiles(&tiles).unwrap();
    trail.close(SOON).unwrap();
    // Carried on, up to the last checkpoint of the closed trail.
    let last = trail.export_tiles(&tiles).unwrap();
    assert!(last.size > first.size);
    assert_eq!(last.size, trail.stats().records);
    let note = std::fs::read_to_string(tiles.join("checkpoint")).unwrap();
    let note: SignedNote = note.parse().unwrap();
    let checkpoint = Checkpoint::open(&note, &[trail.verifier_key()]).unwrap();
    assert_eq!(checkpoint.size(), last.size);
    let partial = format!("tile/entries/000.p/{}", last.size);
    assert!(tiles.join(partial).exists());
}
