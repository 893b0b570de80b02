//! Keys: whose they are, how they change, and what a wrong one is told.

use std::os::unix::fs::PermissionsExt;

use audit_trail::note::{Checkpoint, TrailKey};
use audit_trail::tree::Hash;
use audit_trail::verify::{DamageKind, Keys, Verifier};
use audit_trail::{SqliteReader, Trail, TrailError};
use rusqlite::Connection;

use crate::forger::{Closed, SIZE, leaves, rehash, root};
use crate::support::{Gate, GateStore, SOON, assert_sound, durable, quiet};

#[test]
fn a_key_is_made_with_the_trail_for_its_owner_alone_and_is_needed_from_then_on() {
    let closed = Closed::new();
    let key = closed.path.with_extension("db.key");
    let mode = std::fs::metadata(&key).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    std::fs::rename(&key, key.with_extension("away")).unwrap();
    let error = quiet().open(&closed.path).unwrap_err();
    assert!(matches!(error, TrailError::Key(_)), "{error}");
    assert!(!key.exists(), "no other key was made in its place");
}

#[test]
fn another_key_neither_opens_nor_verifies() {
    let closed = Closed::new();
    let other = TrailKey::generate(closed.key.name()).unwrap();
    let error = quiet().key(other.clone()).open(&closed.path).unwrap_err();
    assert!(matches!(error, TrailError::OtherKey { .. }), "{error}");
    let verification = closed.verify_by(other.verifier().clone());
    assert_eq!(verification.damage[0].kind, DamageKind::WrongKey);
    assert_eq!(verification.anchored, 0);
}

/// A checkpoint over what is there now, by this key.
fn sign(closed: &Closed, key: &TrailKey) {
    let connection = Connection::open(&closed.path).unwrap();
    let root = Hash::new(root(&leaves(&connection)));
    let note = Checkpoint::new(closed.key.name(), SIZE, root)
        .unwrap()
        .sign(key);
    connection.execute_batch("DELETE FROM checkpoint").unwrap();
    let insert = "INSERT INTO checkpoint (size, note) VALUES (?1, ?2)";
    connection.execute(insert, (600, note.to_string())).unwrap();
}

#[test]
fn a_trail_written_anew_and_signed_by_a_key_that_it_names_itself_is_not_opened() {
    let closed = Closed::new();
    closed.forge("UPDATE record SET body = CAST(replace(CAST(body AS TEXT), '\"n\":100', '\"n\":999') AS BLOB) WHERE seq = 100");
    rehash(&closed.path);
    let forged = TrailKey::generate(closed.key.name()).unwrap();
    sign(&closed, &forged);
    closed.assert_refused(DamageKind::WrongKey);
    // Named as one that signed before the one that is expected, without a hand-over.
    let connection = Connection::open(&closed.path).unwrap();
    let keys = format!("{}\n{}", forged.verifier(), closed.key);
    connection
        .execute("UPDATE meta SET value = ?1 WHERE key = 'keys'", [keys])
        .unwrap();
    closed.assert_refused(DamageKind::WrongKey);
    assert_eq!(closed.verify().damage[0].kind, DamageKind::WrongKey);
}

#[test]
fn whoever_trusts_the_old_key_can_go_on_to_the_new_one_by_what_both_signed() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("audit.db");
    let (old, new) = (
        TrailKey::generate("trail").unwrap(),
        TrailKey::generate("trail").unwrap(),
    );
    let trail = quiet().key(old.clone()).open(&path).unwrap();
    durable(&trail, "before", 1).unwrap();
    trail.checkpoint().unwrap();
    trail.rotate_key(new.clone()).unwrap();
    assert_eq!(&trail.verifier_key(), new.verifier());
    durable(&trail, "after", 1).unwrap();
    assert_sound(&trail);
    trail.close(SOON).unwrap();
    drop(trail);
    let error = quiet().key(old.clone()).open(&path).unwrap_err();
    assert!(matches!(error, TrailError::OtherKey { .. }), "{error}");
    let trail = quiet().key(new.clone()).open(&path).unwrap();
    assert_sound(&trail);
    drop(trail);

    let verify = |key: &TrailKey| {
        let mut reader = SqliteReader::open(&path).unwrap();
        let keys = Keys::trusting([key.verifier().clone()], &mut reader).unwrap();
        let verifier = Verifier::new(keys);
        verifier.verify(&SqliteReader::opener(&path)).unwrap()
    };
    assert!(verify(&old).is_sound(), "{:?}", verify(&old).damage);
    assert!(verify(&new).is_sound(), "{:?}", verify(&new).damage);
    // Whoever stole the old key signs nothing that came after it.
    let database = Connection::open(&path).unwrap();
    let size: i64 = database
        .query_row("SELECT size FROM head", [], |row| row.get(0))
        .unwrap();
    let stolen = Checkpoint::new(
        "trail",
        size.unsigned_abs(),
        Hash::new(root(&leaves(&database))),
    )
    .unwrap()
    .sign(&old);
    let copy = path.with_extension("copy");
    database.execute("VACUUM INTO ?1", [copy.to_str()]).unwrap();
    let forger = Connection::open(&copy).unwrap();
    forger
        .execute(
            "UPDATE checkpoint SET note = ?1 WHERE size = ?2",
            (stolen.to_string(), size),
        )
        .unwrap();
    for key in [&old, &new] {
        let keys = Keys::trusting(
            [key.verifier().clone()],
            &mut SqliteReader::open(&copy).unwrap(),
        );
        let verifier = Verifier::new(keys.unwrap());
        let damage = verifier
            .verify(&SqliteReader::opener(&copy))
            .unwrap()
            .damage;
        assert_eq!(damage[0].kind, DamageKind::WrongKey, "{damage:?}");
    }
    // Without what both signed, the old key's owner knows nothing of the new one.
    let forger = Connection::open(&path).unwrap();
    forger
        .execute("DELETE FROM meta WHERE key = 'rotations'", [])
        .unwrap();
    assert_eq!(verify(&old).damage[0].kind, DamageKind::WrongKey);
}

#[test]
fn a_change_of_key_that_the_store_does_not_take_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("audit.db");
    let (old, new) = (
        TrailKey::generate("trail").unwrap(),
        TrailKey::generate("trail").unwrap(),
    );
    let gate = Gate::default();
    let trail: Trail = quiet()
        .open_store(GateStore::open(&path, &gate), old.clone())
        .unwrap();
    trail.flush(SOON).unwrap();
    gate.fail_in_appending();
    trail.rotate_key(new).unwrap_err();
    gate.open();
    assert_eq!(&trail.verifier_key(), old.verifier());
    durable(&trail, "after", 1).unwrap();
    trail.close(SOON).unwrap();
    drop(trail);
    let trail = quiet().key(old).open(&path).unwrap();
    assert_sound(&trail);
}
