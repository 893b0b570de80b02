//! Checkpoints are read and signed no more often than it takes.

#![cfg(test)]

mod support;

use audit_trail::note::TrailKey;
use audit_trail::{SqliteReader, Trail, sign_checkpoint, store::StoreReader};

use support::{Gate, GateStore, SOON, durable, open, quiet};

fn open_behind(gate: &Gate, dir: &std::path::Path) -> Trail {
    let key = TrailKey::from_seed("example.com/trail", &[7; 32]).unwrap();
    let store = GateStore::open(&dir.join("audit.db"), gate);
    quiet().open_store(store, key).unwrap()
}

#[test]
fn opening_proving_and_signing_ask_for_the_latest_checkpoint_and_verifying_for_all() {
    let dir = tempfile::tempdir().unwrap();
    let gate = Gate::default();
    let trail = open_behind(&gate, dir.path());
    durable(&trail, "one", 1).unwrap();
    trail.close(SOON).unwrap();
    drop(trail);
    gate.checkpoints_asked();

    let trail = open_behind(&gate, dir.path());
    assert_eq!(gate.checkpoints_asked(), (0, 1), "opening");
    trail.prove(1).unwrap();
    assert_eq!(gate.checkpoints_asked(), (0, 1), "a record that is covered");
    trail.checkpoint().unwrap();
    assert_eq!(gate.checkpoints_asked(), (0, 0), "signing");
    assert!(trail.verify().unwrap().is_sound());
    assert_eq!(gate.checkpoints_asked().0, 1, "verifying");
}

#[test]
fn what_the_last_checkpoint_covers_is_not_signed_or_written_again() {
    let dir = tempfile::tempdir().unwrap();
    let gate = Gate::default();
    let trail = open_behind(&gate, dir.path());
    let first = trail.checkpoint().unwrap();
    gate.fail_in_appending();
    assert_eq!(trail.checkpoint().unwrap(), first);
    gate.open();

    durable(&trail, "one", 1).unwrap();
    let second = trail.checkpoint().unwrap();
    assert_ne!(second, first);
    let latest = SqliteReader::open(dir.path().join("audit.db"))
        .unwrap()
        .latest_checkpoint()
        .unwrap()
        .unwrap();
    assert_eq!((latest.note, latest.size), (second, 2));
}

#[test]
fn a_checkpoint_after_a_change_of_keys_is_signed_by_the_new_one() {
    let dir = tempfile::tempdir().unwrap();
    let trail = open(dir.path());
    let before = trail.checkpoint().unwrap();
    let name = trail.verifier_key().name().to_owned();
    trail
        .rotate_key(TrailKey::generate(&name).unwrap())
        .unwrap();
    let after = trail.checkpoint().unwrap();
    assert_ne!(after, before);
    assert!(trail.verify().unwrap().is_sound());
    // The record of the change is the second, and covered.
    assert_eq!(after.lines().nth(1), Some("2"));
}

#[test]
fn a_checkpoint_that_is_signed_beside_the_trail_is_the_one_that_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("audit.db");
    let trail = open(dir.path());
    durable(&trail, "one", 1).unwrap();
    let key = TrailKey::load(dir.path().join("audit.db.key")).unwrap();
    let note = sign_checkpoint(&path, &key).unwrap();
    let latest = SqliteReader::open(&path)
        .unwrap()
        .latest_checkpoint()
        .unwrap();
    assert_eq!(latest.map(|latest| latest.note), Some(note));
}
