//! The disk is full, or may not be written.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use audit_core::sink::LogFile;

use crate::child::skip;
use crate::ground::{place, put, refused, text, texts};

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
        let mut mount = Command::new("mount");
        let status = mount.args(["-o", &options]).arg(&self.0).status();
        assert!(status.unwrap().success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _status = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// Fills what is left.
fn fill(disk: &Path) -> PathBuf {
    let path = disk.join("filler");
    let mut file = File::create(&path).unwrap();
    while file.write(&[0; 4096]).is_ok_and(|taken| taken > 0) {}
    path
}

#[test]
fn lines_on_a_full_disk_are_errors_and_later_ones_are_whole() {
    let (dir, path) = place();
    let Some(_disk) = Disk::mount(dir.path(), 64) else {
        return;
    };
    let mut file = LogFile::open(&path).unwrap();
    put(&mut file, "one");
    let filler = fill(dir.path());
    // Longer than what is left of the file's own last page, so that it is written in part.
    let long = "x".repeat(10_000);
    let error = refused(&mut file, &long);
    let shown = path.display();
    assert_eq!(
        error,
        format!("log file `{shown}`: No space left on device (os error 28)")
    );
    refused(&mut file, "lost");
    fs::remove_file(filler).unwrap();
    put(&mut file, "two");
    put(&mut file, "three");
    let text = text(&path);
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[1].starts_with('x') && lines[1].len() < long.len());
    assert_eq!((lines[0], &lines[2..]), ("one", &["two", "three"][..]));
}

#[test]
fn a_full_disk_does_not_keep_a_file_from_being_rotated_later() {
    let (dir, path) = place();
    let Some(_disk) = Disk::mount(dir.path(), 64) else {
        return;
    };
    let mut file = LogFile::open(&path).unwrap().rotate_at_bytes(1);
    put(&mut file, "one");
    let filler = fill(dir.path());
    refused(&mut file, &"x".repeat(10_000));
    fs::remove_file(filler).unwrap();
    put(&mut file, "two");
    let texts: String = texts(&path).concat();
    let whole: Vec<&str> = texts
        .lines()
        .filter(|line| !line.starts_with('x'))
        .collect();
    assert_eq!(whole, ["one", "two"]);
}

#[test]
fn a_device_that_is_always_full_is_an_error_for_each_line() {
    let mut file = LogFile::open("/dev/full").unwrap();
    for _ in 0..3 {
        let error = file.write_all(b"line\n").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::StorageFull);
    }
}

#[test]
fn a_file_system_that_may_only_be_read_is_told_of() {
    let (dir, path) = place();
    let Some(disk) = Disk::mount(dir.path(), 64) else {
        return;
    };
    disk.remount("ro");
    let error = LogFile::open(&path).unwrap_err();
    let shown = path.display();
    let expected = format!("log file `{shown}`: Read-only file system (os error 30)");
    assert_eq!(error.to_string(), expected);
    assert_eq!(error.kind(), ErrorKind::ReadOnlyFilesystem);
    disk.remount("rw");
    put(&mut LogFile::open(&path).unwrap(), "one");
    assert_eq!(text(&path), "one\n");
}
