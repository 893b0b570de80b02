//! Files that are large or old make room for new ones.

use std::fs::{self, File, Permissions};
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::time::{Duration, SystemTime};

use audit_core::sink::LogFile;

use crate::ground::{olds, place, put, text, texts};
use crate::support::warnings_of;

const DAY: Duration = Duration::from_hours(24);

/// As if the last line had been written then.
fn last_written(path: &Path, time: SystemTime) {
    let file = File::options().append(true).open(path).unwrap();
    file.set_modified(time).unwrap();
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn a_file_begins_anew_before_the_line_that_would_make_it_too_large() {
    let (_dir, path) = place();
    let mut file = LogFile::open(&path).unwrap().rotate_at_bytes(8);
    for line in ["one", "two", "three", "longer than all", "4"] {
        put(&mut file, line);
    }
    let expected = ["one\ntwo\n", "three\n", "longer than all\n", "4\n"];
    assert_eq!(texts(&path), expected);
}

#[test]
fn a_file_that_nobody_told_to_is_not_rotated() {
    let (_dir, path) = place();
    let mut file = LogFile::open(&path).unwrap();
    put(&mut file, "one");
    last_written(&path, SystemTime::now() - 400 * DAY);
    put(&mut file, &"x".repeat(1 << 20));
    assert_eq!(olds(&path).len(), 0);
}

#[test]
fn a_new_day_begins_a_new_file_while_it_is_open_and_when_it_is_opened() {
    let (_dir, path) = place();
    let daily = || LogFile::open(&path).unwrap().rotate_daily();
    let mut file = daily();
    put(&mut file, "one");
    last_written(&path, SystemTime::now() - 2 * DAY);
    put(&mut file, "two");
    last_written(&path, SystemTime::now() - DAY);
    put(&mut daily(), "three");
    assert_eq!(texts(&path), ["one\n", "two\n", "three\n"]);
}

#[test]
fn a_clock_that_was_set_back_begins_no_new_file() {
    let (_dir, path) = place();
    let mut file = LogFile::open(&path).unwrap().rotate_daily();
    put(&mut file, "one");
    last_written(&path, SystemTime::now() + 2 * DAY);
    put(&mut file, "two");
    assert_eq!(texts(&path), ["one\ntwo\n"]);
}

#[test]
fn the_period_is_the_one_that_was_asked_for() {
    let (_dir, path) = place();
    let period = Duration::from_secs(1);
    let mut file = LogFile::open(&path).unwrap().rotate_every(period);
    put(&mut file, "one");
    last_written(&path, SystemTime::now() - period);
    put(&mut file, "two");
    assert_eq!(olds(&path).len(), 1);
}

#[test]
fn so_many_old_files_are_kept_and_no_others_are_touched() {
    let (dir, path) = place();
    let others = [
        "audit.log.1",
        "audit.log.gz",
        "audit.log.2026-11-30T17-49-33.123456789Z.gz",
        "audit.log.2026-11-30T17-49-33Z",
        "other.log.2026-11-30T17-49-33.123456789Z",
    ];
    for other in others {
        fs::write(dir.path().join(other), "mine").unwrap();
    }
    let mut file = LogFile::open(&path).unwrap().rotate_at_bytes(1).keep(2);
    for line in ["one", "two", "three", "four", "five"] {
        put(&mut file, line);
    }
    for other in others {
        let other = dir.path().join(other);
        assert_eq!(text(&other), "mine");
        fs::remove_file(other).unwrap();
    }
    assert_eq!(texts(&path), ["three\n", "four\n", "five\n"]);
}

#[test]
fn names_stand_in_order_though_the_clock_was_set_back() {
    let (dir, path) = place();
    let later = dir.path().join("audit.log.2099-01-01T00-00-00.000000000Z");
    fs::write(&later, "zero\n").unwrap();
    let mut file = LogFile::open(&path).unwrap().rotate_at_bytes(1).keep(2);
    for line in ["one", "two", "three"] {
        put(&mut file, line);
    }
    assert_eq!(texts(&path), ["one\n", "two\n", "three\n"]);
}

#[test]
fn a_line_that_comes_in_pieces_is_not_split() {
    let (_dir, path) = place();
    let mut file = LogFile::open(&path).unwrap().rotate_at_bytes(4);
    for piece in ["on", "e", " and a half", "\n", "two\n"] {
        file.write_all(piece.as_bytes()).unwrap();
    }
    assert_eq!(texts(&path), ["one and a half\n", "two\n"]);
}

#[test]
fn a_file_is_its_owners_alone_unless_he_says_otherwise() {
    let (_dir, path) = place();
    let mut file = LogFile::open(&path).unwrap().rotate_at_bytes(1);
    put(&mut file, "one");
    assert_eq!(mode(&path), 0o600);
    fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
    put(&mut file, "two");
    assert_eq!(mode(&path), 0o640, "whoever could read the old one");
    assert_eq!(mode(&olds(&path)[0]), 0o640);
}

#[test]
fn a_link_stays_and_the_file_behind_it_is_rotated() {
    let (dir, path) = place();
    let behind = dir.path().join("behind.log");
    symlink("behind.log", &path).unwrap();
    let mut file = LogFile::open(&path).unwrap().rotate_at_bytes(1).keep(1);
    for line in ["one", "two", "three"] {
        put(&mut file, line);
    }
    assert!(path.is_symlink());
    assert_eq!(texts(&behind), ["two\n", "three\n"]);
    assert_eq!(olds(&path).len(), 0);
}

#[test]
fn where_it_cant_be_rotated_lines_go_on_and_a_warning_says_why() {
    let (dir, _) = place();
    // The name of the old file would be too long for the system.
    let path = dir.path().join("a".repeat(250));
    let mut file = LogFile::open(&path).unwrap().rotate_at_bytes(1);
    let ((), warnings) = warnings_of(|| {
        for line in ["one", "two", "three"] {
            put(&mut file, line);
        }
    });
    assert_eq!(text(&path), "one\ntwo\nthree\n");
    assert_eq!(warnings.len(), 1, "not one for each line: {warnings:?}");
    assert!(warnings[0].contains("File name too long"), "{warnings:?}");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}
