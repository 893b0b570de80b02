//! The file system may not be written any more while a trail on it is open, as ext4 decides when it finds itself damaged.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use audit_core::{RecordErrorKind, Refusal, Scope};
use audit_trail::store::StoreErrorKind;
use audit_trail::{TrailError, TrailState};

use crate::disk::{refund, refund_in_shadow, skip};
use crate::support::{SOON, assert_sound, buffered, durable, losses, numbers, quiet, runtime};

/// An ext4 of its own in a file, which goes into read-only when it meets an error.
struct Disk {
    image: PathBuf,
    at: PathBuf,
}

impl Disk {
    /// Nothing where that is not allowed.
    fn mount(dir: &Path) -> Option<Self> {
        let (image, at) = (dir.join("image"), dir.join("disk"));
        fs::create_dir(&at).unwrap();
        fs::File::create(&image).unwrap().set_len(32 << 20).unwrap();
        let made = Command::new("mkfs.ext4")
            .args(["-q", "-F"])
            .arg(&image)
            .output();
        let disk = Self { image, at };
        if made.is_ok_and(|made| made.status.success()) && disk.attach() {
            return Some(disk);
        }
        skip("a file system that may not be written any more");
        None
    }

    fn attach(&self) -> bool {
        let mounted = Command::new("mount")
            .args(["-o", "loop,errors=remount-ro"])
            .args([&self.image, &self.at])
            .output();
        mounted.is_ok_and(|mounted| mounted.status.success())
    }

    /// Has the kernel find an error in it (`/sys/fs/ext4/<device>/trigger_fs_error`).
    fn break_down(&self) {
        let device = Command::new("findmnt")
            .args(["-no", "SOURCE"])
            .arg(&self.at)
            .output();
        let device = String::from_utf8(device.unwrap().stdout).unwrap();
        let device = Path::new(device.trim()).file_name().unwrap();
        let trigger = Path::new("/sys/fs/ext4")
            .join(device)
            .join("trigger_fs_error");
        fs::write(trigger, "1").unwrap();
        fs::write(self.at.join("probe"), "").unwrap_err();
    }

    /// Repairs it, as whoever runs the machine does.
    fn repair(&self) {
        assert!(
            Command::new("umount")
                .arg(&self.at)
                .status()
                .unwrap()
                .success()
        );
        let checked = Command::new("e2fsck").arg("-y").arg(&self.image).output();
        // 1: errors were there, and are no more.
        assert!(matches!(checked.unwrap().status.code(), Some(0 | 1)));
        assert!(self.attach());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // The loop device goes with the file system, and that with the last file that is open there.
        let _output = Command::new("umount").arg("-l").arg(&self.at).output();
    }
}

#[test]
fn a_file_system_that_turns_read_only_loses_nothing_that_was_acknowledged() {
    let dir = tempfile::tempdir().unwrap();
    let Some(disk) = Disk::mount(dir.path()) else {
        return;
    };
    let path = disk.at.join("audit.db");
    // No checkpoint falls due meanwhile, which the writer would have in hand instead.
    let options = quiet().checkpoint_every(Duration::from_hours(1));
    let trail = options.queue_records(1_000).open(&path).unwrap();
    for number in 0..100 {
        durable(&trail, "durable", number).unwrap();
        assert!(buffered(&trail, "buffered", number));
    }
    trail.flush(SOON).unwrap();
    disk.break_down();

    let error = durable(&trail, "later", 0).unwrap_err();
    assert_eq!(error.kind, RecordErrorKind::Failed);
    assert_eq!(
        error.message,
        format!(
            "the file system of the trail `{}` may only be read",
            path.display()
        )
    );
    assert_eq!(
        trail.stats().state,
        TrailState::Failing(StoreErrorKind::ReadOnly)
    );
    Scope::new().runtime(runtime(&trail)).run(|| {
        let refused = refund("o-1", 1).unwrap_err();
        assert_eq!(refused.refusal(), Refusal::Unrecordable);
        assert_eq!(refund_in_shadow("o-1", 7), 7);
    });
    let taken = (0..2_000)
        .filter(|number| buffered(&trail, "later.buffered", *number))
        .count() as u64;
    assert_eq!(numbers(&trail, "durable").len(), 100, "it can be read");
    // What waits, one more that the writer has in hand, and what found no room: the one above, a decision and an outcome of
    // each call, and those of the loop.
    let (attempted, stats) = (1 + 2 * 2 + 2_000, trail.stats());
    let in_hand = 1;
    assert_eq!(
        stats.queue_records as u64 + in_hand + stats.records_lost,
        attempted
    );
    assert!((1..=1_000).contains(&taken));
    let TrailError::Lost { records } = trail.close(Duration::ZERO).unwrap_err() else {
        panic!("it was not closed");
    };
    assert_eq!(records, stats.queue_records as u64 + in_hand);
    assert_eq!(trail.stats().records_lost, attempted);
    drop(trail);

    disk.repair();
    let trail = quiet().open(&path).unwrap();
    let all: Vec<u64> = (0..100).collect();
    for name in ["durable", "buffered"] {
        assert_eq!(numbers(&trail, name), all, "{name}");
    }
    for name in ["later", "later.buffered", "refund"] {
        assert!(numbers(&trail, name).is_empty(), "{name}");
    }
    assert_sound(&trail);
    // Nothing could be said where it was lost: the next opening says how much that may be.
    let [loss] = &losses(&trail)[..] else {
        panic!("one loss");
    };
    assert_eq!(loss["why"], "unclean_end");
    assert!(loss["at_most"].as_u64().unwrap() >= records);
    durable(&trail, "after", 0).unwrap();
    assert_sound(&trail);
    trail.close(SOON).unwrap();
}

#[test]
fn an_end_that_can_not_be_said_is_told_to_whoever_closes() {
    let dir = tempfile::tempdir().unwrap();
    let Some(disk) = Disk::mount(dir.path()) else {
        return;
    };
    let options = quiet().checkpoint_every(Duration::from_hours(1));
    let trail = options.open(disk.at.join("audit.db")).unwrap();
    durable(&trail, "durable", 1).unwrap();
    disk.break_down();
    let TrailError::Store(error) = trail.close(SOON).unwrap_err() else {
        panic!("another error")
    };
    assert_eq!(error.kind, StoreErrorKind::ReadOnly, "{error}");
}
