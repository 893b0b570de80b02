//! Files that can't be opened: the error names them, and says why.

use std::fs::{self, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;

use audit_core::sink::LogFile;

use crate::child::{Child, child_path};
use crate::ground::{place, put, text};

#[test]
fn a_missing_directory_is_named_and_not_made() {
    let (dir, _) = place();
    let missing = dir.path().join("missing");
    let path = missing.join("audit.log");
    let error = LogFile::open(&path).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(
        error.to_string(),
        format!(
            "log file `{}`: its directory `{}` is not there, and is not made",
            path.display(),
            missing.display()
        )
    );
    assert!(!missing.exists());
}

#[test]
fn a_directory_is_no_file() {
    let (dir, _) = place();
    let error = LogFile::open(dir.path()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::IsADirectory);
    let shown = dir.path().display();
    let expected = format!("log file `{shown}`: Is a directory (os error 21)");
    assert_eq!(error.to_string(), expected);
}

#[test]
fn an_empty_path_is_no_file() {
    let error = LogFile::open("").unwrap_err();
    assert!(error.to_string().starts_with("log file ``: "), "{error}");
}

#[test]
fn a_relative_path_is_one_from_where_the_program_was_when_it_was_opened() {
    // A file that is there; opening it changes nothing.
    let file = LogFile::open("Cargo.toml").unwrap();
    let here = std::env::current_dir().unwrap();
    assert_eq!(file.path(), here.join("Cargo.toml"));
}

#[test]
fn a_device_is_written_to_and_never_rotated() {
    let mut file = LogFile::open("/dev/null")
        .unwrap()
        .rotate_at_bytes(1)
        .keep(0);
    put(&mut file, "one");
    put(&mut file, "two");
    std::io::Write::flush(&mut file).unwrap();
}

#[test]
fn a_file_that_may_not_be_written_is_told_of() {
    let (dir, path) = place();
    fs::write(&path, "somebody else's\n").unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o444)).unwrap();
    fs::set_permissions(dir.path(), Permissions::from_mode(0o755)).unwrap();
    // Root may write everything, so that nobody tries it.
    let Some(mut child) = Child::start_as_nobody("open::opens_what_it_may_not", &path) else {
        return;
    };
    let expected = format!(
        "log file `{}`: Permission denied (os error 13)",
        path.display()
    );
    assert_eq!(child.next("error "), Some(expected));
    assert!(child.wait().success());
    assert_eq!(text(&path), "somebody else's\n");
}

#[test]
#[ignore = "run by another test, as a process of its own"]
fn opens_what_it_may_not() {
    let Some(path) = child_path() else { return };
    println!("error {}", LogFile::open(path).unwrap_err());
}
