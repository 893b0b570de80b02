//! Checkpoints in a second place: whoever has the file and the key is caught by them.

use std::fs;
use std::path::Path;

use audit_trail::anchor::{Anchor, AnchorError, FileAnchor};
use audit_trail::note::TrailKey;
use audit_trail::verify::{DamageKind, Keys, Verification, Verifier};
use audit_trail::{SqliteReader, Trail, TrailAnchor, TrailError, TrailOptions};

use crate::support::{SOON, assert_sound, durable, found, quiet, until};

fn key() -> TrailKey {
    TrailKey::from_seed("trail", &[3; 32]).unwrap()
}

pub(crate) fn options() -> TrailOptions {
    quiet()
        .key(key())
        .checkpoint_every(std::time::Duration::ZERO)
}

pub(crate) fn verify(path: &Path, anchor: impl Anchor) -> Verification {
    let keys = Keys::trusting(
        [key().verifier().clone()],
        &mut SqliteReader::open(path).unwrap(),
    );
    let verifier = Verifier::new(keys.unwrap()).anchor(anchor);
    verifier.verify(&SqliteReader::opener(path)).unwrap()
}

/// Writes, keeps a copy of the file, writes on: the copy put back is an earlier state of the trail.
pub(crate) fn roll_back(path: &Path, open: impl Fn() -> Trail) {
    let copy = path.with_extension("old");
    let trail = open();
    durable(&trail, "first", 1).unwrap();
    trail.close(SOON).unwrap();
    drop(trail);
    fs::copy(path, &copy).unwrap();
    let trail = open();
    durable(&trail, "second", 1).unwrap();
    trail.close(SOON).unwrap();
    drop(trail);
    fs::rename(&copy, path).unwrap();
}

pub(crate) fn assert_rolled_back(opened: Result<Trail, TrailError>) {
    match opened {
        Err(TrailError::Damaged(damage)) => assert_eq!(damage.kind, DamageKind::RolledBack),
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("it was opened"),
    }
}

#[test]
fn an_earlier_state_is_found_by_checkpoints_in_a_file() {
    let dir = tempfile::tempdir().unwrap();
    let (path, copies) = (dir.path().join("audit.db"), dir.path().join("checkpoints"));
    roll_back(&path, || {
        options()
            .anchor(FileAnchor::new(&copies))
            .open(&path)
            .unwrap()
    });
    assert_rolled_back(options().anchor(FileAnchor::new(&copies)).open(&path));
    let verification = verify(&path, FileAnchor::new(&copies));
    assert_eq!(verification.damage[0].kind, DamageKind::RolledBack);
    assert_eq!(verification.damage[0].seq, verification.size);
    // In itself it is sound: that is what second places are for.
    drop(options().open(&path).unwrap());
}

#[test]
fn an_earlier_state_is_found_by_records_of_another_trail() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("audit.db");
    let keeper = quiet().open(dir.path().join("keeper.db")).unwrap();
    let anchor = || TrailAnchor::new("trail", keeper.clone());
    roll_back(&path, || options().anchor(anchor()).open(&path).unwrap());
    assert!(!found(&keeper, "name:trail.checkpoint").is_empty());
    assert_rolled_back(options().anchor(anchor()).open(&path));
    assert_eq!(
        verify(&path, anchor()).damage[0].kind,
        DamageKind::RolledBack
    );
    // Checkpoints of another trail say nothing of this one.
    drop(
        options()
            .anchor(TrailAnchor::new("other", keeper.clone()))
            .open(&path)
            .unwrap(),
    );
}

#[test]
fn whoever_has_the_key_and_writes_the_trail_anew_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let (path, copies) = (dir.path().join("audit.db"), dir.path().join("checkpoints"));
    for number in [1, 2] {
        let trail = options()
            .anchor(FileAnchor::new(&copies))
            .open(&path)
            .unwrap();
        durable(&trail, "paid", number).unwrap();
        trail.close(SOON).unwrap();
        if number == 1 {
            let verification = verify(&path, FileAnchor::new(&copies));
            assert!(verification.is_sound(), "{:?}", verification.damage);
            assert_eq!(verification.anchored_elsewhere, Some(3));
            fs::rename(&path, dir.path().join("genuine.db")).unwrap();
            fs::rename(&copies, dir.path().join("genuine")).unwrap();
        }
    }
    // The second is as well signed as the first, and not what was signed first.
    let verification = verify(&path, FileAnchor::new(dir.path().join("genuine")));
    assert_eq!(verification.damage[0].kind, DamageKind::Rewritten);
    let opened = options()
        .anchor(FileAnchor::new(dir.path().join("genuine")))
        .open(&path);
    assert!(
        matches!(opened, Err(TrailError::Damaged(damage)) if damage.kind == DamageKind::Rewritten)
    );
}

#[test]
fn a_second_place_that_fails_is_counted_and_touches_nothing() {
    struct Broken;
    impl Anchor for Broken {
        fn name(&self) -> String {
            "broken".to_owned()
        }
        fn put(&mut self, _: &str) -> Result<(), AnchorError> {
            panic!("its own mistake")
        }
        fn checkpoints(&mut self) -> Result<Vec<String>, AnchorError> {
            Err(AnchorError::new("not now"))
        }
    }
    let dir = tempfile::tempdir().unwrap();
    let missing = FileAnchor::new(dir.path().join("no/such/directory/checkpoints"));
    let trail = options()
        .anchor(Broken)
        .anchor(missing)
        .open(dir.path().join("audit.db"))
        .unwrap();
    durable(&trail, "paid", 1).unwrap();
    until("both failures", || trail.stats().anchor_failures >= 2);
    durable(&trail, "paid", 2).unwrap();
    assert_sound(&trail);
    trail.close(SOON).unwrap();
}
