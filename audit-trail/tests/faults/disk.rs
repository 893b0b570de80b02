//! The disk is full, or may not be written.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use audit_core::{Delivery, RecordErrorKind, Recorded, Refused, Scope, admit, audit};
use audit_trail::store::StoreErrorKind;
use audit_trail::{TrailError, TrailState};

use crate::support::{
    SOON, assert_sound, buffered, durable, event, losses, numbers, put, quiet, runtime,
};

/// A small file system of its own.
struct Disk(PathBuf);

impl Disk {
    /// Nothing where that is not allowed.
    fn mount(at: &Path, kibibytes: u64) -> Option<Self> {
        let size = format!("size={kibibytes}k");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(at)
            .output();
        if mounted.is_ok_and(|mounted| mounted.status.success()) {
            return Some(Self(at.to_owned()));
        }
        skip("a full disk");
        None
    }

    fn remount(&self, option: &str) {
        let options = format!("remount,{option}");
        let status = Command::new("mount")
            .args(["-o", &options])
            .arg(&self.0)
            .status();
        assert!(status.unwrap().success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // What still has a file open there keeps the file system until it is gone, under no name.
        let _status = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// Says aloud that something is not tried, as no file system can be mounted here.
pub(crate) fn skip(what: &str) {
    let in_ci = std::env::var("CI").is_ok_and(|ci| ci == "true");
    assert!(!in_ci, "a file system can't be mounted here");
    eprintln!("SKIPPED: a file system can't be mounted here, so {what} is not tried");
}

#[admit(action = "refund", delivery = "durable", on_unrecordable = "refuse")]
pub(crate) fn refund(order_id: &str, amount: u64) -> Result<(), Refused> {
    let _ = (order_id, amount);
    Ok(())
}

#[audit(action = "refund", delivery = "durable")]
pub(crate) fn refund_in_shadow(order_id: &str, amount: u64) -> u64 {
    let _ = order_id;
    amount
}

/// Fills what is left.
fn fill(disk: &Path) -> PathBuf {
    let ballast = disk.join("ballast");
    let zeros = vec![0; 64 * 1024 * 1024];
    fs::write(&ballast, zeros).unwrap_err();
    ballast
}

#[test]
fn a_full_disk_refuses_what_must_be_kept_and_loses_nothing_that_was_taken() {
    let dir = tempfile::tempdir().unwrap();
    let Some(disk) = Disk::mount(dir.path(), 8 * 1024) else {
        return;
    };
    let trail = quiet()
        .queue_records(1_000)
        .open(disk.0.join("audit.db"))
        .unwrap();
    durable(&trail, "before", 0).unwrap();
    let ballast = fill(&disk.0);
    // What is allotted already may take a few more.
    let mut kept = 0;
    let error = loop {
        match durable(&trail, "until", kept) {
            Ok(_) => kept += 1,
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind, RecordErrorKind::Failed);
    assert!(error.message.contains("full"), "{error}");
    assert_eq!(
        trail.stats().state,
        TrailState::Failing(StoreErrorKind::Full)
    );
    Scope::new().runtime(runtime(&trail)).run(|| {
        assert!(refund("o-1", 1).is_err());
        assert_eq!(refund_in_shadow("o-1", 7), 7);
    });
    let (mut taken, mut lost) = (Vec::new(), 0);
    for number in 0..2_000 {
        if buffered(&trail, "buffered", number) {
            taken.push(number);
        } else {
            lost += 1;
        }
    }
    assert!(lost >= 1_000);
    fs::remove_file(ballast).unwrap();
    trail.flush(SOON).unwrap();
    durable(&trail, "after", 0).unwrap();
    assert_eq!(numbers(&trail, "buffered"), taken);
    // The one that was refused is there as well: who heard that it failed was not told that it never will be.
    assert_eq!(numbers(&trail, "until"), (0..=kept).collect::<Vec<_>>());
    let told: u64 = losses(&trail)
        .iter()
        .map(|loss| loss["count"].as_u64().unwrap())
        .sum();
    assert_eq!((told, trail.stats().records_lost), (lost, lost));
    assert_sound(&trail);
    trail.close(SOON).unwrap();
}

#[test]
fn a_disk_that_is_full_from_the_beginning_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let Some(disk) = Disk::mount(dir.path(), 256) else {
        return;
    };
    fill(&disk.0);
    let error = quiet().open(disk.0.join("audit.db")).unwrap_err();
    let TrailError::Store(error) = error else {
        panic!("{error}")
    };
    assert_eq!(error.kind, StoreErrorKind::Full, "{error:?}");
}

#[test]
fn a_file_system_that_may_only_be_read_is_named_and_its_trail_can_be_read_and_verified() {
    let dir = tempfile::tempdir().unwrap();
    let Some(disk) = Disk::mount(dir.path(), 8 * 1024) else {
        return;
    };
    let path = disk.0.join("audit.db");
    let trail = quiet().open(&path).unwrap();
    durable(&trail, "kept", 1).unwrap();
    let key = trail.verifier_key();
    drop(trail);
    disk.remount("ro");
    let TrailError::Store(error) = quiet().open(&path).unwrap_err() else {
        panic!("another error")
    };
    assert_eq!(error.kind, StoreErrorKind::ReadOnly, "{error:?}");
    let mut reader = audit_trail::SqliteReader::open(&path).unwrap();
    let keys = audit_trail::verify::Keys::trusting([key], &mut reader).unwrap();
    let verifier = audit_trail::verify::Verifier::new(keys);
    let verification = verifier
        .verify(&audit_trail::SqliteReader::opener(&path))
        .unwrap();
    assert!(verification.is_sound() && verification.size == 3);
    disk.remount("rw");
    let trail = quiet().open(&path).unwrap();
    assert_eq!(numbers(&trail, "kept"), [1]);
}

#[test]
fn best_effort_is_dropped_before_anything_else_on_a_full_disk() {
    let dir = tempfile::tempdir().unwrap();
    let Some(disk) = Disk::mount(dir.path(), 8 * 1024) else {
        return;
    };
    let trail = quiet()
        .queue_records(10)
        .open(disk.0.join("audit.db"))
        .unwrap();
    let ballast = fill(&disk.0);
    while durable(&trail, "until", 0).is_ok() {}
    let taken = |delivery| {
        let recorded = |number: &u64| {
            matches!(
                put(&trail, &event("more", *number), delivery),
                Recorded::Taken(_)
            )
        };
        (0..20).filter(recorded).count()
    };
    assert_eq!(
        (taken(Delivery::BestEffort), taken(Delivery::Buffered)),
        (5, 5)
    );
    fs::remove_file(ballast).unwrap();
    trail.flush(SOON).unwrap();
}
