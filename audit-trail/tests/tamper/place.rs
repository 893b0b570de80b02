//! Second places that are silent, shared, or written to by somebody else.

use std::fs;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};

use audit_trail::anchor::{Anchor, AnchorError, FileAnchor};
use audit_trail::note::{Checkpoint, TrailKey};
use audit_trail::tree::empty_root;
use audit_trail::verify::{DamageKind, Keys, Verification, Verifier};
use audit_trail::{SqliteReader, Trail, TrailError, TrailOptions};

use crate::anchor::{assert_rolled_back, options, roll_back};
use crate::support::{SOON, catch_warnings, durable, quiet, until, warnings_about};

/// Opens a trail, writes to it and closes it.
fn written(options: TrailOptions, path: &Path) {
    let trail = options.open(path).unwrap();
    durable(&trail, "paid", 1).unwrap();
    trail.close(SOON).unwrap();
}

/// An error and what it came from, as one line.
fn line(error: &TrailError) -> String {
    let mut line = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        line = format!("{line}: {error}");
        source = error.source();
    }
    line
}

#[test]
fn a_place_that_can_t_be_read_is_told_with_the_reason_and_counted() {
    struct Unread(&'static str, bool);
    impl Anchor for Unread {
        fn name(&self) -> String {
            self.0.to_owned()
        }
        fn put(&mut self, _: &str) -> Result<(), AnchorError> {
            Ok(())
        }
        fn checkpoints(&mut self) -> Result<Vec<String>, AnchorError> {
            assert!(!self.1, "its own mistake");
            Err(AnchorError::new("the shelf is locked"))
        }
    }
    catch_warnings();
    let dir = tempfile::tempdir().unwrap();
    let trail = options()
        .anchor(Unread("a locked shelf", false))
        .anchor(Unread("a broken shelf", true))
        .open(dir.path().join("audit.db"))
        .unwrap();
    assert_eq!(trail.stats().anchor_failures, 2);
    for (place, reason) in [
        ("a locked shelf", "the shelf is locked"),
        ("a broken shelf", "it panicked"),
    ] {
        let told = warnings_about(place);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].contains(reason), "{told:?}");
    }
}

#[test]
fn whoever_deletes_the_copies_and_puts_an_earlier_state_back_is_told_of() {
    catch_warnings();
    let dir = tempfile::tempdir().unwrap();
    let (path, copies) = (
        dir.path().join("audit.db"),
        dir.path().join("deleted copies"),
    );
    let anchored = || options().anchor(FileAnchor::new(&copies));
    roll_back(&path, || anchored().open(&path).unwrap());
    // A trail that is new, and one whose copies are where they were, give no cause.
    assert_eq!(warnings_about("deleted copies"), [""; 0]);
    fs::remove_file(&copies).unwrap();
    let error = anchored().require_anchors().open(&path).unwrap_err();
    let expected = format!(
        "there is no checkpoint of the trail in `{}`, and one is required: put back what was there, \
         or, if the place is new, open the trail once without `require_anchors`",
        copies.display()
    );
    assert_eq!(line(&error), expected);
    assert!(
        !copies.exists(),
        "nothing was copied by an opening that failed"
    );
    // Where it is not required it is said at least.
    let trail = anchored().open(&path).unwrap();
    assert_eq!(trail.stats().anchor_failures, 1);
    assert_eq!(warnings_about("deleted copies").len(), 1);
}

#[test]
fn a_required_place_that_can_t_be_read_keeps_the_trail_from_opening() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("audit.db");
    let anchored = || {
        options()
            .anchor(FileAnchor::new(dir.path()))
            .require_anchors()
    };
    // Whether there is a trail or not: what the place holds is not known.
    for _ in 0..2 {
        let error = anchored().open(&path).unwrap_err();
        let expected = format!(
            "the checkpoints in `{}` can't be read, and are required: see to it that they can, \
             or open the trail without `require_anchors`: ",
            dir.path().display()
        );
        assert!(line(&error).starts_with(&expected), "{}", line(&error));
        written(options(), &path);
    }
    // An opening that was refused is none that ended without saying so.
    let trail = options().open(&path).unwrap();
    assert!(crate::support::losses(&trail).is_empty());
}

#[test]
fn a_roll_back_that_one_place_finds_is_told_before_the_silence_of_another() {
    let dir = tempfile::tempdir().unwrap();
    let (path, copies) = (dir.path().join("audit.db"), dir.path().join("copies"));
    roll_back(&path, || {
        let anchored = options().anchor(FileAnchor::new(&copies));
        anchored.open(&path).unwrap()
    });
    let silent = FileAnchor::new(dir.path());
    let both = options().anchor(silent).anchor(FileAnchor::new(&copies));
    assert_rolled_back(both.require_anchors().open(&path));
}

#[test]
fn a_required_place_comes_in_with_a_new_trail_by_one_opening_or_by_hand() {
    let dir = tempfile::tempdir().unwrap();
    let (path, first) = (dir.path().join("audit.db"), dir.path().join("first"));
    let one = || options().anchor(FileAnchor::new(&first));
    written(one().require_anchors(), &path);
    written(one().require_anchors(), &path);

    let second = dir.path().join("second");
    let two = || one().anchor(FileAnchor::new(&second));
    let opened = two().require_anchors().open(&path);
    assert!(matches!(opened, Err(TrailError::NoCopy { place, .. }) if place.ends_with("second")));
    written(two(), &path);
    written(two().require_anchors(), &path);

    let third = dir.path().join("third");
    let three = || two().anchor(FileAnchor::new(&third));
    let trail = two().require_anchors().open(&path).unwrap();
    let by_hand = FileAnchor::new(&third).put(&trail.checkpoint().unwrap());
    by_hand.unwrap();
    trail.close(SOON).unwrap();
    drop(trail);
    written(three().require_anchors(), &path);
}

/// A trail of this name, with copies in a place that others share.
fn shared(name: &str, copies: &Path) -> TrailOptions {
    quiet()
        .key(TrailKey::from_seed(name, &[9; 32]).unwrap())
        .checkpoint_every(std::time::Duration::ZERO)
        .anchor(FileAnchor::new(copies))
        .require_anchors()
}

fn verify(name: &str, path: &Path, copies: &Path) -> Verification {
    let key = TrailKey::from_seed(name, &[9; 32]).unwrap();
    let mut reader = SqliteReader::open(path).unwrap();
    let keys = Keys::trusting([key.verifier().clone()], &mut reader).unwrap();
    let verifier = Verifier::new(keys).anchor(FileAnchor::new(copies));
    verifier.verify(&SqliteReader::opener(path)).unwrap()
}

#[test]
fn trails_share_a_place_and_an_earlier_state_of_either_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let (a, b) = (dir.path().join("a.db"), dir.path().join("b.db"));
    let copies = dir.path().join("copies");
    for _ in 0..2 {
        written(shared("a", &copies), &a);
        written(shared("b", &copies), &b);
    }
    // The other one reaches farther than this one ever will.
    let trail = shared("b", &copies).open(&b).unwrap();
    for number in 0..20 {
        durable(&trail, "paid", number).unwrap();
    }
    trail.close(SOON).unwrap();
    drop(trail);
    let open = |name: &str, path: &Path| shared(name, &copies).open(path);
    roll_back(&a, || open("a", &a).unwrap());
    assert_rolled_back(open("a", &a));
    assert_eq!(
        verify("a", &a, &copies).damage[0].kind,
        DamageKind::RolledBack
    );
    drop(open("b", &b).unwrap());
    let verification = verify("b", &b, &copies);
    assert!(verification.is_sound(), "{:?}", verification.damage);
    assert_eq!(verification.anchored_elsewhere, Some(verification.size));
}

#[test]
fn a_forged_note_with_the_name_of_the_trail_is_found_in_a_place_that_is_shared() {
    let dir = tempfile::tempdir().unwrap();
    let (path, copies) = (dir.path().join("a.db"), dir.path().join("copies"));
    written(shared("a", &copies), &path);
    let forger = TrailKey::generate("a").unwrap();
    let forged = Checkpoint::new("a", 1_000, empty_root()).unwrap();
    let mut place = FileAnchor::new(&copies);
    place.put(&forged.sign(&forger).to_string()).unwrap();
    match shared("a", &copies).open(&path) {
        Err(TrailError::Damaged(damage)) => assert_eq!(damage.kind, DamageKind::WrongKey),
        opened => panic!("{opened:?}"),
    }
    assert_eq!(
        verify("a", &path, &copies).damage[0].kind,
        DamageKind::WrongKey
    );
}

#[test]
fn what_is_no_checkpoint_says_as_little_as_an_empty_place() {
    struct Page;
    impl Anchor for Page {
        fn name(&self) -> String {
            "a page".to_owned()
        }
        fn put(&mut self, _: &str) -> Result<(), AnchorError> {
            Ok(())
        }
        fn checkpoints(&mut self) -> Result<Vec<String>, AnchorError> {
            Ok(vec!["<html>please log in</html>".to_owned()])
        }
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("audit.db");
    let trail = options().anchor(Page).open(&path).unwrap();
    assert_eq!(trail.stats().anchor_failures, 1);
    drop(trail);
    let error = options().anchor(Page).require_anchors().open(&path);
    let line = line(&error.unwrap_err());
    assert!(
        line.ends_with("what it gives back is no checkpoint"),
        "{line}"
    );
}

#[test]
fn a_trail_that_is_given_another_name_has_not_lost_its_copies() {
    let dir = tempfile::tempdir().unwrap();
    let (path, copies) = (dir.path().join("audit.db"), dir.path().join("copies"));
    let anchored = || options().anchor(FileAnchor::new(&copies));
    roll_back(&path, || anchored().open(&path).unwrap());
    let database = rusqlite::Connection::open(&path).unwrap();
    let rename = "UPDATE meta SET value = 'other' WHERE key = 'origin'";
    assert_eq!(database.execute(rename, []).unwrap(), 1);
    drop(database);
    let renamed = |opened: Result<Trail, TrailError>| match opened {
        Err(TrailError::Damaged(damage)) => {
            assert_eq!(
                damage.to_string(),
                "rewritten from record 0 on: the trail calls itself `other`, and its last checkpoint is of `trail`"
            );
        }
        opened => panic!("{opened:?}"),
    };
    renamed(anchored().open(&path));
    renamed(options().open(&path));
    let damage = crate::anchor::verify(&path, FileAnchor::new(&copies)).damage;
    let kinds: Vec<_> = damage.iter().map(|damage| damage.kind).collect();
    assert_eq!(kinds, [DamageKind::Rewritten, DamageKind::RolledBack]);
}

#[test]
fn whoever_has_the_key_and_writes_the_trail_anew_under_another_name_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let (path, copies) = (dir.path().join("audit.db"), dir.path().join("copies"));
    let anchored = || options().anchor(FileAnchor::new(&copies));
    written(anchored(), &path);
    fs::remove_file(&path).unwrap();
    for number in 0..3 {
        written(options().origin(format!("other {number}")), &path);
    }
    for opened in [
        anchored().open(&path),
        anchored().origin("trail").open(&path),
    ] {
        match opened {
            Err(TrailError::Damaged(damage)) => assert_eq!(damage.kind, DamageKind::Rewritten),
            opened => panic!("{opened:?}"),
        }
    }
    let damage = crate::anchor::verify(&path, FileAnchor::new(&copies)).damage;
    assert_eq!(damage[0].kind, DamageKind::Rewritten);
}

#[test]
fn a_place_that_closing_does_not_wait_for_is_counted_and_named() {
    struct Hangs(Receiver<()>);
    impl Anchor for Hangs {
        fn name(&self) -> String {
            "a slow shelf".to_owned()
        }
        fn put(&mut self, _: &str) -> Result<(), AnchorError> {
            // Until the test lets go.
            let _ended = self.0.recv();
            Err(AnchorError::new("too late"))
        }
        fn checkpoints(&mut self) -> Result<Vec<String>, AnchorError> {
            Ok(Vec::new())
        }
    }
    catch_warnings();
    let dir = tempfile::tempdir().unwrap();
    let (let_go, hangs) = channel();
    let trail = options()
        .anchor(FileAnchor::new(dir.path().join("a quick shelf")))
        .anchor(Hangs(hangs))
        .open(dir.path().join("audit.db"))
        .unwrap();
    until("the first copy", || {
        dir.path().join("a quick shelf").exists()
    });
    trail.close(SOON).unwrap();
    // The last checkpoint waits behind the first: neither place has it.
    assert_eq!(trail.stats().anchor_failures, 2);
    for place in ["a slow shelf", "a quick shelf"] {
        let told = warnings_about(place);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(
            told[0].contains("the last checkpoint may be missing"),
            "{told:?}"
        );
    }
    drop(let_go);
    // It goes on by itself, and is not counted twice for that.
    until("the end", || warnings_about("too late").len() == 2);
    assert_eq!(trail.stats().anchor_failures, 2);
}
