//! Records, hashes and checkpoints are changed.

use audit_trail::SqliteStore;
use audit_trail::store::{Batch, Store as _};
use audit_trail::verify::DamageKind;
use rusqlite::Connection;
use sha2::{Digest as _, Sha256};

use crate::forger::{Closed, FIRST_CHECKPOINT, SIZE, leaves, rehash, root, unguarded};
use crate::support::quiet;

#[test]
fn a_trail_that_nobody_changed_is_sound_and_anchored_to_its_end() {
    let closed = Closed::new();
    let verification = closed.verify();
    assert!(verification.is_sound(), "{:?}", verification.damage);
    assert_eq!(
        (verification.size, verification.records_checked),
        (SIZE, SIZE)
    );
    assert_eq!(
        (verification.anchored, verification.unanchored()),
        (SIZE, SIZE..SIZE)
    );
    // Changing nothing is not changed by making hashes anew: they are those that were there.
    rehash(&closed.path);
    assert!(closed.verify().is_sound());
}

#[test]
fn what_is_hashed_is_what_is_stored_byte_for_byte() {
    let closed = Closed::new();
    let connection = Connection::open(&closed.path).unwrap();
    let stored: [u8; 32] = connection
        .query_row("SELECT root FROM head", [], |row| row.get(0))
        .unwrap();
    let by_hand = root(&leaves(&connection));
    assert_eq!(stored, by_hand);
    assert_eq!(closed.verify().root.as_bytes(), &by_hand);
}

const EDIT: &str = "UPDATE record SET body = CAST(replace(CAST(body AS TEXT), '\"n\":100', '\"n\":999') AS BLOB) WHERE seq = 100;";
const NO_CHECKPOINTS: &str = "DELETE FROM checkpoint;";

#[test]
fn an_edited_record_is_named() {
    let closed = Closed::new();
    closed.forge(EDIT);
    closed.assert_damaged(DamageKind::Edited, 100);
}

#[test]
fn an_edited_record_is_named_though_no_checkpoint_covers_it() {
    let closed = Closed::new();
    closed.forge(&format!("{EDIT}{NO_CHECKPOINTS}"));
    closed.assert_damaged(DamageKind::Edited, 100);
    assert_eq!(closed.verify().unanchored(), 0..SIZE);
}

#[test]
fn a_removed_record_is_named() {
    let closed = Closed::new();
    closed.forge("DELETE FROM record WHERE seq = 100");
    closed.assert_damaged(DamageKind::Removed, 100);
}

#[test]
fn a_removed_record_is_named_though_those_behind_it_were_moved_up() {
    let closed = Closed::new();
    closed.forge(
        "DELETE FROM record WHERE seq = 100;
         UPDATE record SET seq = -seq WHERE seq > 100; UPDATE record SET seq = -seq - 1 WHERE seq < 0;",
    );
    closed.assert_damaged(DamageKind::Removed, 100);
}

#[test]
fn an_inserted_record_is_named() {
    let closed = Closed::new();
    closed.forge(
        "UPDATE record SET seq = -seq WHERE seq >= 100; UPDATE record SET seq = 1 - seq WHERE seq < 0;
         INSERT INTO record (seq, session, body) SELECT 100, session, body FROM record WHERE seq = 50;",
    );
    closed.assert_damaged(DamageKind::Inserted, 100);
}

#[test]
fn a_record_before_the_first_is_named() {
    let closed = Closed::new();
    closed.forge("INSERT INTO record (seq, session, body) SELECT -7, session, body FROM record WHERE seq = 50");
    assert_eq!(closed.verify().damage[0].seq, 0);
}

#[test]
fn reordered_records_are_named() {
    let closed = Closed::new();
    closed.forge(
        "UPDATE record SET seq = -1 WHERE seq = 100; UPDATE record SET seq = 100 WHERE seq = 150;
         UPDATE record SET seq = 150 WHERE seq = -1;",
    );
    closed.assert_damaged(DamageKind::Reordered, 100);
}

#[test]
fn a_truncated_trail_is_named_and_not_opened() {
    let closed = Closed::new();
    closed.forge("DELETE FROM record WHERE seq >= 450");
    closed.assert_damaged(DamageKind::Truncated, 450);
    closed.assert_refused(DamageKind::Truncated);
}

#[test]
fn a_trail_truncated_with_its_hashes_is_named_and_not_opened() {
    let closed = Closed::new();
    closed.forge("DELETE FROM record WHERE seq >= 450");
    rehash(&closed.path);
    closed.assert_damaged(DamageKind::Truncated, 450);
    closed.assert_refused(DamageKind::Truncated);
}

#[test]
fn a_trail_truncated_with_its_hashes_and_checkpoints_is_taken_for_what_is_anchored_alone() {
    let closed = Closed::new();
    closed.forge("DELETE FROM record WHERE seq >= 450; DELETE FROM checkpoint WHERE size > 450;");
    rehash(&closed.path);
    let verification = closed.verify();
    // Nothing in the file says that there was more: a copy of a checkpoint in a second place would. What is not proved is said.
    assert!(verification.is_sound());
    assert_eq!(verification.unanchored(), FIRST_CHECKPOINT..450);
}

#[test]
fn a_trail_that_was_written_anew_is_named_and_not_opened() {
    let closed = Closed::new();
    closed.forge(EDIT);
    rehash(&closed.path);
    closed.assert_damaged(DamageKind::Rewritten, FIRST_CHECKPOINT - 1);
    closed.assert_refused(DamageKind::Rewritten);
}

#[test]
fn hashes_that_were_changed_are_told_from_records_that_were() {
    let closed = Closed::new();
    closed.forge(
        "UPDATE tile SET hashes = CAST(zeroblob(32) || substr(hashes, 33) AS BLOB) WHERE place = 1",
    );
    closed.assert_damaged(DamageKind::Hashes, 256);
}

#[test]
fn hashes_that_are_gone_are_named() {
    let closed = Closed::new();
    closed.forge("DELETE FROM tile WHERE place = 1");
    assert_eq!(closed.verify().damage[0].seq, 256);
}

#[test]
fn a_root_that_was_changed_is_named_and_not_opened() {
    let closed = Closed::new();
    closed.forge("UPDATE head SET root = zeroblob(32)");
    closed.assert_damaged(DamageKind::Hashes, SIZE - 1);
    closed.assert_refused(DamageKind::Hashes);
}

#[test]
fn a_record_behind_the_last_is_named_and_not_opened() {
    let closed = Closed::new();
    closed.forge("INSERT INTO record (seq, session, body) SELECT 600, session, body FROM record WHERE seq = 50");
    closed.assert_damaged(DamageKind::Inserted, SIZE);
    closed.assert_refused(DamageKind::Inserted);
}

#[test]
fn records_that_no_retention_took_are_named() {
    let closed = Closed::new();
    // No record tells of it.
    closed.forge("INSERT INTO pruned VALUES (100, 110, 599); DELETE FROM record WHERE seq BETWEEN 100 AND 110;");
    closed.assert_damaged(DamageKind::Retention, 100);
}

#[test]
fn records_that_another_retention_is_said_to_have_taken_are_named() {
    let closed = Closed::new();
    let trail = quiet().open(&closed.path).unwrap();
    let policy = audit_trail::retention::RetentionPolicy::new(["paid=500".parse().unwrap()]);
    let plan = trail
        .plan_retention(&policy, "2100-01-01T00:00:00Z".parse().unwrap())
        .unwrap();
    let result = trail.prune(&plan).unwrap();
    trail.close(crate::support::SOON).unwrap();
    drop(trail);
    assert!(closed.verify().is_sound());
    let teller = result.told_by[0];
    for forged in [
        // One more, told of by the record that tells of the others.
        format!("INSERT INTO pruned VALUES (300, 300, {teller}); DELETE FROM record WHERE seq = 300;"),
        // The range made longer.
        "UPDATE pruned SET last = last + 1; DELETE FROM record WHERE seq = (SELECT max(last) FROM pruned);".to_owned(),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let copy = dir.path().join("audit.db");
        std::fs::copy(&closed.path, &copy).unwrap();
        unguarded(&copy).execute_batch(&forged).unwrap();
        let keys = audit_trail::verify::Keys::trusting(
            [closed.key.clone()],
            &mut audit_trail::SqliteReader::open(&copy).unwrap(),
        );
        let verifier = audit_trail::verify::Verifier::new(keys.unwrap());
        let damage = verifier.verify(&audit_trail::SqliteReader::opener(&copy)).unwrap().damage;
        assert_eq!(damage[0].kind, DamageKind::Retention, "{damage:?}");
    }
}

#[test]
fn a_retention_that_nobody_with_the_key_stated_is_named() {
    let closed = Closed::new();
    // Whoever can write the file can append a record, and knows how a retention is told.
    let digest = audit_trail::tree::Hash::new(Sha256::digest("100-110\n").into());
    let mut store = SqliteStore::open(&closed.path).unwrap();
    let told = format!(
        r#"{{"v":1,"id":"01a205f0-d476-7000-8000-000000000001","time":"2026-11-23T08:00:00.000000000Z","kind":"retention",
        "name":"retention","data":{{"records":11,"ranges_sha256":"{digest}"}}}}"#
    );
    store.append(&Batch::of(&[told.as_bytes()])).unwrap();
    drop(store);
    closed.forge("INSERT INTO pruned VALUES (100, 110, 600); DELETE FROM record WHERE seq BETWEEN 100 AND 110;");
    closed.assert_damaged(DamageKind::Retention, 100);
}
