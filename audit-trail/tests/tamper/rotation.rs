//! Hand-overs of keys that are none: whoever can write the file makes them up.

use std::path::Path;

use audit_trail::SqliteReader;
use audit_trail::note::{Checkpoint, SignedNote, TrailKey};
use audit_trail::verify::{DamageKind, Keys, Verification, Verifier};

use crate::support::{SOON, assert_sound, durable, quiet};

fn keys<const N: usize>() -> [TrailKey; N] {
    std::array::from_fn(|_| TrailKey::generate("trail").unwrap())
}

fn verify(path: &Path, key: &TrailKey) -> Verification {
    let mut reader = SqliteReader::open(path).unwrap();
    let keys = Keys::trusting([key.verifier().clone()], &mut reader).unwrap();
    let opener = SqliteReader::opener(path);
    Verifier::new(keys).verify(&opener).unwrap()
}

fn signed_by(note: &str, key: &TrailKey) -> bool {
    let note: SignedNote = note.parse().unwrap();
    Checkpoint::open(&note, &[key.verifier().clone()]).is_ok()
}

#[test]
fn whoever_can_write_the_file_keeps_nobody_from_signing_by_naming_a_key() {
    let dir = tempfile::tempdir().unwrap();
    let [old, forged] = keys();
    let path = dir.path().join("audit.db");
    let trail = quiet().key(old.clone()).open(&path).unwrap();
    let database = rusqlite::Connection::open(&path).unwrap();
    let named = "UPDATE meta SET value = value || char(10) || ?1 WHERE key = 'keys'";
    database
        .execute(named, [forged.verifier().to_string()])
        .unwrap();
    durable(&trail, "ours", 0).unwrap();
    assert!(signed_by(&trail.checkpoint().unwrap(), &old));
    trail.close(SOON).unwrap();
    drop(trail);
    assert!(verify(&path, &old).is_sound());
}

#[test]
fn a_hand_over_in_another_trail_of_the_same_key_says_nothing_here() {
    let dir = tempfile::tempdir().unwrap();
    let [old, new] = keys();
    let [here, there] = ["here", "there"].map(|name| dir.path().join(name));
    let open = |path: &Path, name: &str| {
        let options = quiet().key(old.clone()).origin(name);
        options.open(path).unwrap()
    };
    let other = open(&there, "there");
    other.rotate_key(new.clone()).unwrap();
    other.close(SOON).unwrap();
    let trail = open(&here, "here");
    let database = rusqlite::Connection::open(&here).unwrap();
    database
        .execute("ATTACH ?1 AS there", [there.to_str()])
        .unwrap();
    let copied = "INSERT INTO main.meta SELECT * FROM there.meta WHERE key = 'rotations'";
    assert_eq!(database.execute(copied, []).unwrap(), 1);
    for number in 0..5 {
        durable(&trail, "ours", number).unwrap();
    }
    assert!(signed_by(&trail.checkpoint().unwrap(), &old));
    assert_sound(&trail);
    trail.close(SOON).unwrap();
    assert!(verify(&here, &old).is_sound());
    assert_eq!(verify(&here, &new).damage[0].kind, DamageKind::WrongKey);
}
