//! Another process changes the key while the trail is open here.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use audit_trail::note::{Checkpoint, SignedNote, TrailKey};
use audit_trail::verify::{Keys, Verification, Verifier};
use audit_trail::{SqliteReader, Trail, TrailError};

use crate::support::{
    Child, SOON, assert_sound, catch_warnings, durable, is_child, numbers, quiet, until,
    warnings_about,
};

/// Where the key of a trail is.
fn key_file(trail: &Path) -> PathBuf {
    trail.with_extension("db.key")
}

/// Puts another key into the file, as whoever changes keys does: whole or not at all.
fn put_key(trail: &Path, key: &TrailKey) {
    let new = trail.with_extension("new");
    key.save(&new).unwrap();
    fs::rename(new, key_file(trail)).unwrap();
}

/// All that is wrong with a trail, for whoever trusts this key.
fn verify(path: &Path, key: &TrailKey) -> Verification {
    let mut reader = SqliteReader::open(path).unwrap();
    let keys = Keys::trusting([key.verifier().clone()], &mut reader).unwrap();
    let opener = SqliteReader::opener(path);
    Verifier::new(keys).verify(&opener).unwrap()
}

#[track_caller]
fn assert_sound_by(path: &Path, keys: &[&TrailKey]) {
    for key in keys {
        let verification = verify(path, key);
        assert!(verification.is_sound(), "{:?}", verification.damage);
    }
}

fn signed_by(note: &str, key: &TrailKey) -> bool {
    let note: SignedNote = note.parse().unwrap();
    Checkpoint::open(&note, &[key.verifier().clone()]).is_ok()
}

#[test]
#[ignore = "the other process"]
fn changes_the_key_and_its_file() {
    let Some(path) = is_child() else { return };
    let trail = quiet().open(&path).unwrap();
    let new = TrailKey::generate(trail.verifier_key().name()).unwrap();
    trail.rotate_key(new.clone()).unwrap();
    put_key(&path, &new);
    durable(&trail, "theirs", 0).unwrap();
    trail.close(SOON).unwrap();
}

#[test]
fn a_key_that_another_process_changed_is_taken_from_its_file() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("audit.db");
    let options = quiet().checkpoint_every(Duration::ZERO);
    let trail = options.open(&path).unwrap();
    durable(&trail, "ours", 0).unwrap();
    let old = TrailKey::load(key_file(&path)).unwrap();
    let child = Child::start("rotation::changes_the_key_and_its_file", &path);
    assert!(child.wait().success());
    let new = TrailKey::load(key_file(&path)).unwrap();
    // What is not signed on request is signed by the writer itself.
    durable(&trail, "ours", 1).unwrap();
    let size = trail.verify().unwrap().size;
    until("a checkpoint over all", || {
        trail.stats().records_anchored >= size
    });
    assert_eq!(&trail.verifier_key(), new.verifier());
    assert!(signed_by(&trail.checkpoint().unwrap(), &new));
    assert_eq!(trail.stats().checkpoints_withheld, 0);
    assert_sound(&trail);
    trail.close(SOON).unwrap();
    drop(trail);
    assert_sound_by(&path, &[&old, &new]);
    let trail = quiet().open(&path).unwrap();
    assert_eq!(numbers(&trail, "ours"), [0, 1]);
}

/// A trail by this key, opened twice, and its path.
fn twice(dir: &Path, key: &TrailKey) -> (Trail, Trail, PathBuf) {
    let path = dir.join("audit.db");
    let open = || {
        let options = quiet().key(key.clone());
        let options = options.checkpoint_every(Duration::ZERO);
        options.open(&path).unwrap()
    };
    (open(), open(), path)
}

fn keys<const N: usize>() -> [TrailKey; N] {
    std::array::from_fn(|_| TrailKey::generate("trail").unwrap())
}

#[test]
fn without_the_new_key_records_are_kept_and_nothing_is_signed_which_is_said_once() {
    let dir = tempfile::tempdir().unwrap();
    let [old, new] = keys();
    catch_warnings();
    let (trail, other, path) = twice(dir.path(), &old);
    other.rotate_key(new.clone()).unwrap();
    for number in 0..20 {
        durable(&trail, "ours", number).unwrap();
    }
    until("a checkpoint that is due", || {
        trail.stats().checkpoints_withheld > 0
    });
    let expected = new.verifier().to_string();
    for error in [
        trail.checkpoint().unwrap_err(),
        trail.rotate_key(keys::<1>()[0].clone()).unwrap_err(),
    ] {
        let TrailError::OtherKey {
            found,
            expected: by,
        } = error
        else {
            panic!("{error}")
        };
        assert_eq!((found, &by), (old.verifier().to_string(), &expected));
    }
    // What another process signs by the new key is as sound here.
    durable(&other, "theirs", 0).unwrap();
    assert_sound(&trail);
    let warnings = warnings_about(&format!("trail+{:08x}", new.verifier().id()));
    assert!(
        matches!(&warnings[..], [one] if one.contains("no checkpoint is signed")),
        "{warnings:?}"
    );
    trail.close(SOON).unwrap();
    drop(trail);
    other.close(SOON).unwrap();
    assert_sound_by(&path, &[&old, &new]);
    let trail = quiet().key(new).open(&path).unwrap();
    assert_eq!(numbers(&trail, "ours"), (0..20).collect::<Vec<_>>());
}

#[test]
fn a_key_file_that_is_replaced_later_is_found_then() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("audit.db");
    let (trail, other) = (quiet().open(&path).unwrap(), quiet().open(&path).unwrap());
    let old = TrailKey::load(key_file(&path)).unwrap();
    let [first, second, stranger] = keys();
    other.rotate_key(first).unwrap();
    trail.checkpoint().unwrap_err();
    // Neither a key that signs nothing here nor none at all.
    put_key(&path, &stranger);
    trail.checkpoint().unwrap_err();
    fs::write(key_file(&path), "no key").unwrap();
    trail.checkpoint().unwrap_err();
    // And one more, so that the second is it which signs.
    other.rotate_key(second.clone()).unwrap();
    put_key(&path, &second);
    assert!(signed_by(&trail.checkpoint().unwrap(), &second));
    // From here it goes on by either.
    let [third] = keys();
    trail.rotate_key(third.clone()).unwrap();
    put_key(&path, &third);
    assert!(signed_by(&other.checkpoint().unwrap(), &third));
    trail.close(SOON).unwrap();
    other.close(SOON).unwrap();
    assert_sound_by(&path, &[&old, &second, &third]);
}

#[test]
fn the_last_checkpoint_of_a_process_is_signed_by_the_key_that_another_put_there() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("audit.db");
    let options = || quiet().checkpoint_every(Duration::from_hours(1));
    let (trail, other) = (
        options().open(&path).unwrap(),
        options().open(&path).unwrap(),
    );
    let new = TrailKey::generate(trail.verifier_key().name()).unwrap();
    other.rotate_key(new.clone()).unwrap();
    put_key(&path, &new);
    other.close(SOON).unwrap();
    durable(&trail, "ours", 0).unwrap();
    trail.close(SOON).unwrap();
    let verification = verify(&path, &new);
    assert!(verification.is_sound(), "{:?}", verification.damage);
    assert_eq!(
        verification.unanchored(),
        verification.size..verification.size
    );
}

#[test]
fn a_key_that_is_changed_while_another_process_signs_hard_leaves_nothing_that_is_damage() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("audit.db");
    let mut child = Child::start("share::writes_until_it_is_told_to_stop", &path);
    child.next("opened").unwrap();
    let trail = quiet().open(&path).unwrap();
    let first = TrailKey::load(key_file(&path)).unwrap();
    let mut all = vec![first];
    for _ in 0..10 {
        let new = TrailKey::generate(all[0].name()).unwrap();
        trail.rotate_key(new.clone()).unwrap();
        put_key(&path, &new);
        all.push(new);
        assert_sound(&trail);
    }
    child.let_go();
    assert!(child.wait().success());
    trail.close(SOON).unwrap();
    assert_sound_by(&path, &all.iter().collect::<Vec<_>>());
}

#[test]
fn a_key_hands_over_once_and_never_comes_back() {
    let dir = tempfile::tempdir().unwrap();
    let [old, new] = keys();
    let (trail, other, path) = twice(dir.path(), &old);
    trail.rotate_key(new.clone()).unwrap();
    let error = trail.rotate_key(old.clone()).unwrap_err();
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(
        source.ends_with("signed the trail before; expected a key that never did"),
        "{source}"
    );
    drop(other);
    durable(&trail, "after", 0).unwrap();
    trail.close(SOON).unwrap();
    assert_sound_by(&path, &[&old, &new]);
}
