//! Two writers on one trail.

use std::collections::HashSet;
use std::io::Read;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use audit_core::Fields;
use audit_trail::anchor::{Anchor, FileAnchor};
use audit_trail::note::TrailKey;
use audit_trail::store::Store;
use audit_trail::verify::{Keys, Verifier};
use audit_trail::{AccessRecorder, Query, SqliteReader, TrailError, sign_checkpoint};

use crate::support::{
    Child, Gate, GateStore, SOON, assert_sound, buffered, durable, is_child, losses, numbers, open,
    quiet,
};

const EACH: u64 = 300;

#[test]
#[ignore = "the other process"]
fn writes_beside_the_test() {
    let Some(path) = is_child() else { return };
    let trail = quiet()
        .durable_timeout(SOON)
        .checkpoint_every(Duration::ZERO)
        .open(path)
        .unwrap();
    println!("opened");
    for number in 0..EACH {
        durable(&trail, "theirs", number).unwrap();
        assert!(buffered(&trail, "theirs.buffered", number));
    }
    trail.close(SOON).unwrap();
}

#[test]
fn two_processes_write_one_after_the_other_and_lose_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("audit.db");
    // Neither has made the file.
    let mut child = Child::start("share::writes_beside_the_test", &path);
    let trail = quiet()
        .durable_timeout(SOON)
        .checkpoint_every(Duration::ZERO)
        .open(&path)
        .unwrap();
    child.next("opened").unwrap();
    for number in 0..EACH {
        durable(&trail, "ours", number).unwrap();
    }
    assert!(child.wait().success());
    trail.flush(SOON).unwrap();
    let all: Vec<u64> = (0..EACH).collect();
    for name in ["ours", "theirs", "theirs.buffered"] {
        assert_eq!(numbers(&trail, name), all, "{name}");
    }
    assert_sound(&trail);
    assert!(losses(&trail).is_empty(), "nobody ended without saying so");
}

#[test]
#[ignore = "the other process"]
fn writes_until_it_is_told_to_stop() {
    let Some(path) = is_child() else { return };
    let trail = quiet()
        .durable_timeout(SOON)
        .checkpoint_every(Duration::ZERO)
        .open(path)
        .unwrap();
    let stop = AtomicBool::new(false);
    std::thread::scope(|threads| {
        threads.spawn(|| {
            let mut rest = Vec::new();
            std::io::stdin().read_to_end(&mut rest).unwrap();
            stop.store(true, Ordering::SeqCst);
        });
        println!("opened");
        for number in 0.. {
            if stop.load(Ordering::SeqCst) {
                break;
            }
            durable(&trail, "hard", number).unwrap();
        }
    });
    trail.close(SOON).unwrap();
}

#[test]
fn a_trail_opens_and_verifies_while_another_process_writes_hard() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("audit.db");
    let mut child = Child::start("share::writes_until_it_is_told_to_stop", &path);
    child.next("opened").unwrap();
    // Each batch of theirs carries a checkpoint, so that any step between head and checkpoint is hit.
    for _ in 0..10 {
        let trail = quiet().open(&path).unwrap();
        let verification = trail.verify().unwrap();
        assert!(verification.is_sound(), "{:?}", verification.damage);
        trail.close(SOON).unwrap();
    }
    child.let_go();
    assert!(child.wait().success());
    let trail = quiet().open(&path).unwrap();
    assert!(losses(&trail).is_empty());
    let numbers = numbers(&trail, "hard");
    assert_eq!(numbers, (0..numbers.len() as u64).collect::<Vec<_>>());
}

#[test]
fn two_handles_in_one_process_write_one_after_the_other() {
    let dir = tempfile::tempdir().unwrap();
    let (one, two) = (open(dir.path()), open(dir.path()));
    std::thread::scope(|threads| {
        for (trail, name) in [(&one, "one"), (&two, "two")] {
            threads.spawn(move || {
                for number in 0..EACH {
                    durable(trail, name, number).unwrap();
                }
            });
        }
    });
    let all: Vec<u64> = (0..EACH).collect();
    assert_eq!(
        (numbers(&one, "one"), numbers(&one, "two")),
        (all.clone(), all)
    );
    let places: HashSet<u64> = one
        .answers(Query::new())
        .map(|record| record.unwrap().seq)
        .collect();
    assert_eq!(places.len() as u64, one.verify().unwrap().size);
    assert_sound(&two);
    // One of them goes: that is no unclean end, and the other goes on.
    one.close(SOON).unwrap();
    durable(&two, "two", EACH).unwrap();
    two.close(SOON).unwrap();
    assert!(losses(&open(dir.path())).is_empty());
}

#[test]
fn whoever_writes_and_signs_between_two_looks_of_an_opening_is_not_taken_for_damage() {
    let (dir, gate) = (tempfile::tempdir().unwrap(), Gate::default());
    let path = dir.path().join("audit.db");
    let key = TrailKey::from_seed("test", &[7; 32]).unwrap();
    let copies = dir.path().join("copies");
    drop(quiet().key(key.clone()).open(&path).unwrap());
    let (written, signer, kept) = (path.clone(), key.clone(), copies.clone());
    gate.meanwhile(move || {
        let mut other = AccessRecorder::open(&written, "somebody").unwrap();
        other.record("trail.query", Fields::new()).unwrap();
        let checkpoint = sign_checkpoint(&written, &signer).unwrap();
        FileAnchor::new(&kept).put(&checkpoint).unwrap();
    });
    let options = quiet().anchor(FileAnchor::new(&copies));
    let trail = options
        .open_store(GateStore::open(&path, &gate), key.clone())
        .unwrap();
    let verification = trail.verify().unwrap();
    assert!(verification.is_sound(), "{:?}", verification.damage);
    let keys = Keys::trusting(
        [key.verifier().clone()],
        &mut SqliteReader::open(&path).unwrap(),
    );
    let verifier = Verifier::new(keys.unwrap()).anchor(FileAnchor::new(&copies));
    let verification = verifier
        .verify(&GateStore::open(&path, &gate).opener())
        .unwrap();
    assert!(verification.is_sound(), "{:?}", verification.damage);
}

#[test]
fn of_two_that_make_a_trail_at_once_the_second_must_have_the_key_of_the_first() {
    let [ours, theirs] = [(); 2].map(|()| TrailKey::generate("trail").unwrap());
    for key in [&ours, &theirs] {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("audit.db");
        let (gate, first) = (Gate::default(), Once::new());
        let other = (path.clone(), key.clone());
        gate.meanwhile(move || {
            first.call_once(|| {
                let (path, key) = other.clone();
                let trail = quiet().key(key).open(path).unwrap();
                trail.close(SOON).unwrap();
            });
        });
        let opened = quiet().open_store(GateStore::open(&path, &gate), ours.clone());
        match opened {
            Ok(trail) => {
                assert_eq!(key.verifier(), ours.verifier());
                trail.close(SOON).unwrap();
            }
            Err(TrailError::Store(error)) => {
                assert_eq!(key.verifier(), theirs.verifier());
                let message = "another process made the trail meanwhile, with another name or key";
                assert_eq!(error.to_string(), message);
            }
            Err(error) => panic!("{error}"),
        }
        let trail = quiet().key(key.clone()).open(&path).unwrap();
        assert_sound(&trail);
        assert!(losses(&trail).is_empty(), "nobody ended without saying so");
    }
}
