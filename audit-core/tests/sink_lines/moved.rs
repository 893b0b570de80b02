//! Files that somebody else moves, deletes or truncates while they are written to.

use std::fs::{self, File};
use std::io::Write;

use audit_core::sink::LogFile;

use crate::ground::{place, put, refused, text};
use crate::support::warnings_of;

#[test]
fn a_file_that_was_moved_is_opened_anew_at_its_path() {
    let (dir, path) = place();
    let away = dir.path().join("audit.log.1");
    let mut file = LogFile::open(&path).unwrap();
    put(&mut file, "one");
    fs::rename(&path, &away).unwrap();
    put(&mut file, "two");
    assert_eq!((text(&away), text(&path)), ("one\n".into(), "two\n".into()));
}

#[test]
fn a_file_that_was_replaced_is_opened_anew_at_its_path() {
    let (dir, path) = place();
    let away = dir.path().join("audit.log.1");
    let mut file = LogFile::open(&path).unwrap();
    put(&mut file, "one");
    fs::rename(&path, &away).unwrap();
    fs::write(&path, "begun by somebody else\n").unwrap();
    put(&mut file, "two");
    assert_eq!(text(&away), "one\n");
    assert_eq!(text(&path), "begun by somebody else\ntwo\n");
}

#[test]
fn a_file_that_was_deleted_is_made_anew() {
    let (_dir, path) = place();
    let mut file = LogFile::open(&path).unwrap();
    put(&mut file, "one");
    fs::remove_file(&path).unwrap();
    put(&mut file, "two");
    assert_eq!(text(&path), "two\n");
}

#[test]
fn a_file_that_was_copied_and_truncated_goes_on_from_its_beginning() {
    let (dir, path) = place();
    let copy = dir.path().join("audit.log.1");
    let mut file = LogFile::open(&path).unwrap();
    put(&mut file, "one");
    fs::copy(&path, &copy).unwrap();
    let truncated = File::options().write(true).open(&path).unwrap();
    truncated.set_len(0).unwrap();
    put(&mut file, "two");
    assert_eq!((text(&copy), text(&path)), ("one\n".into(), "two\n".into()));
}

#[test]
fn while_no_new_file_can_be_made_lines_go_into_the_one_that_was_moved() {
    let (dir, path) = place();
    let away = dir.path().join("audit.log.1");
    let mut file = LogFile::open(&path).unwrap();
    put(&mut file, "one");
    fs::rename(&path, &away).unwrap();
    fs::create_dir(&path).unwrap();
    let ((), warnings) = warnings_of(|| put(&mut file, "two"));
    assert!(warnings[0].contains("file that was moved"), "{warnings:?}");
    let ((), warnings) = warnings_of(|| put(&mut file, "again"));
    assert!(warnings.is_empty(), "not for each line: {warnings:?}");
    fs::remove_dir(&path).unwrap();
    put(&mut file, "three");
    assert_eq!(text(&away), "one\ntwo\nagain\n");
    assert_eq!(text(&path), "three\n");
}

#[test]
fn lines_that_nobody_could_find_are_errors_until_the_directory_is_back() {
    let (dir, _) = place();
    let logs = dir.path().join("logs");
    let path = logs.join("audit.log");
    fs::create_dir(&logs).unwrap();
    let mut file = LogFile::open(&path).unwrap();
    put(&mut file, "one");
    fs::remove_dir_all(&logs).unwrap();
    let error = refused(&mut file, "two");
    assert_eq!(
        error,
        format!(
            "log file `{}`: its directory `{}` is not there, and is not made",
            path.display(),
            logs.display()
        )
    );
    fs::create_dir(&logs).unwrap();
    put(&mut file, "three");
    assert_eq!(text(&path), "three\n");
}

#[test]
fn what_a_dead_program_left_of_a_line_ends_before_the_next() {
    let (_dir, path) = place();
    fs::write(&path, "whole\nto").unwrap();
    let mut file = LogFile::open(&path).unwrap();
    put(&mut file, "one");
    put(&mut file, "two");
    assert_eq!(text(&path), "whole\nto\none\ntwo\n");
}

#[test]
fn a_flushed_file_that_was_moved_is_no_error() {
    let (dir, path) = place();
    let mut file = LogFile::open(&path).unwrap();
    put(&mut file, "one");
    fs::rename(&path, dir.path().join("audit.log.1")).unwrap();
    file.flush().unwrap();
    put(&mut file, "two");
    file.flush().unwrap();
}
