//! `audit trail checkpoint`: what is signed, and by whom.

use std::fs;

use audit_trail::note::{Checkpoint, SignedNote, TrailKey};

use super::fixture::{Fixture, ORIGIN, key};
use crate::Failure;

#[test]
fn the_latest_checkpoint_and_its_key_can_be_handed_out() -> Result<(), Failure> {
    let trail = Fixture::new()?;
    let verifier = trail.run(&["checkpoint", "audit.db", "--verifier"])?;
    assert_eq!(
        (verifier.out, verifier.code),
        (format!("{}\n", key()?.verifier()), Some(0))
    );
    let size = |arguments: &[&str]| -> Result<u64, Failure> {
        let run = trail.run(arguments)?;
        assert_eq!(run.code, Some(0), "{}", run.err);
        let note: SignedNote = run.out.parse()?;
        let checkpoint = Checkpoint::open(&note, &[key()?.verifier().clone()])?;
        assert_eq!(checkpoint.origin(), ORIGIN);
        Ok(checkpoint.size())
    };
    assert_eq!(size(&["checkpoint", "audit.db"])?, 6);
    trail.run(&["query", "audit.db"])?;
    assert_eq!(size(&["checkpoint", "audit.db", "--sign"])?, 7);
    assert_eq!(size(&["checkpoint", "audit.db"])?, 7);
    // To hand out a checkpoint is no reading.
    assert_eq!(trail.accesses()?.len(), 1);
    Ok(())
}

#[test]
fn only_the_key_of_the_trail_signs() -> Result<(), Failure> {
    let trail = Fixture::new()?;
    let dir = trail.dir.path();
    TrailKey::from_seed(ORIGIN, &[8; 32])?.save(dir.join("other.key"))?;
    fs::rename(dir.join("audit.db.key"), dir.join("moved.key"))?;
    for (arguments, told) in [
        (
            &["--key-file", "other.key"][..],
            "error: the trail is signed by key `",
        ),
        (&[], "error: reading key file `audit.db.key`: "),
    ] {
        let run = trail.run(&[&["checkpoint", "audit.db", "--sign"], arguments].concat())?;
        assert!(run.err.starts_with(told), "{}", run.err);
        assert_eq!((run.out.as_str(), run.code), ("", Some(3)));
    }
    let run = trail.run(&[
        "checkpoint",
        "audit.db",
        "--sign",
        "--key-file",
        "moved.key",
    ])?;
    assert_eq!(run.code, Some(0), "{}", run.err);
    Ok(())
}

#[test]
fn nothing_is_signed_that_contradicts_what_was() -> Result<(), Failure> {
    let trail = Fixture::new()?;
    trail.tamper("UPDATE head SET root = zeroblob(32)")?;
    let run = trail.run(&["checkpoint", "audit.db", "--sign"])?;
    assert!(
        run.err.starts_with("error: the trail is damaged: hashes"),
        "{}",
        run.err
    );
    assert_eq!((run.out.as_str(), run.code), ("", Some(3)));
    Ok(())
}
