//! What is said of a file that can't be opened as a trail: it is named, with what was found and what is expected.

#![cfg(test)]

use std::error::Error;
use std::path::Path;
use std::sync::Barrier;
use std::thread;

use audit_trail::store::{StoreError, StoreErrorKind};
use audit_trail::{AccessRecorder, SqliteReader, SqliteStore, Trail};

/// What each way of opening says: to read, to write beside a service, and to write what may be new.
fn told(path: &Path) -> [Option<StoreError>; 3] {
    [
        SqliteReader::open(path).err(),
        AccessRecorder::open(path, "alice").err(),
        SqliteStore::open(path).err(),
    ]
}

#[test]
fn those_who_open_a_new_trail_at_once_all_get_it() {
    let (rounds, openers) = (20, 8);
    for _ in 0..rounds {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("audit.db");
        let ready = Barrier::new(openers);
        let open = || {
            ready.wait();
            SqliteStore::open(&path).map(drop)
        };
        thread::scope(|threads| {
            let opened: Vec<_> = (0..openers).map(|_| threads.spawn(open)).collect();
            for opened in opened {
                opened.join().unwrap().unwrap();
            }
        });
    }
}

/// An error and what it came from, as one line; the path stands as `PATH`.
fn line(error: &StoreError, path: &Path) -> String {
    let mut line = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        line = format!("{line}: {error}");
        source = error.source();
    }
    line.replace(&path.display().to_string(), "PATH")
}

#[track_caller]
fn assert_told(path: &Path, expected: [Option<(StoreErrorKind, &str)>; 3]) {
    let found = told(path);
    let found = found.each_ref().map(|error| {
        let error = error.as_ref()?;
        Some((error.kind, line(error, path)))
    });
    let expected = expected.map(|error| error.map(|(kind, line)| (kind, line.to_owned())));
    assert_eq!(found, expected);
}

#[test]
fn a_file_that_is_not_there_is_named_and_none_is_made_by_a_reader() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("audit.db");
    let none = Some((StoreErrorKind::Failed, "there is no trail `PATH`"));
    assert!(SqliteReader::open(&path).is_err() && AccessRecorder::open(&path, "alice").is_err());
    assert!(!path.exists());
    assert_told(&path, [none, none, None]);
}

#[test]
fn a_directory_that_is_not_there_is_told_of_by_who_would_make_a_file_in_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("none/audit.db");
    let error = SqliteStore::open(&path).unwrap_err();
    let line = line(&error, &path);
    let expected = "the trail `PATH` can't be made, expected a directory that is there and may be written: unable";
    assert!(line.starts_with(expected), "{line}");
}

#[test]
fn a_directory_is_no_trail() {
    let dir = tempfile::tempdir().unwrap();
    let is = Some((
        StoreErrorKind::Foreign,
        "`PATH` is a directory, expected the file of a trail",
    ));
    assert_told(dir.path(), [is, is, is]);
}

#[test]
fn a_text_is_no_trail() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("notes.txt");
    std::fs::write(&path, "no database at all, but a text of some length").unwrap();
    let is = Some((
        StoreErrorKind::Foreign,
        "`PATH` is no SQLite database, expected the file of a trail",
    ));
    assert_told(&path, [is, is, is]);
}

#[test]
fn an_empty_file_is_no_trail_to_read_and_one_to_be_made() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("audit.db");
    std::fs::write(&path, "").unwrap();
    let is = Some((
        StoreErrorKind::Foreign,
        "`PATH` is empty, expected the file of a trail",
    ));
    assert_told(&path, [is, is, None]);
}

#[test]
fn a_database_of_somebody_else_is_no_trail() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("other.db");
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("CREATE TABLE t (x)").unwrap();
    let is = Some((
        StoreErrorKind::Foreign,
        "`PATH` is a database, and no trail",
    ));
    assert_told(&path, [is, is, is]);
}

#[test]
fn a_trail_of_another_version_is_told_with_both_versions() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("audit.db");
    drop(Trail::open(&path).unwrap());
    let database = rusqlite::Connection::open(&path).unwrap();
    database.pragma_update(None, "user_version", 2).unwrap();
    drop(database);
    let is = Some((
        StoreErrorKind::Foreign,
        "the trail `PATH` has tables of version 2, and this program knows version 1",
    ));
    assert_told(&path, [is, is, is]);
}

#[test]
fn a_database_that_is_torn_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("audit.db");
    drop(Trail::open(&path).unwrap());
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..5000]).unwrap();
    for error in told(&path) {
        let error = error.unwrap();
        let line = line(&error, &path);
        assert_eq!(error.kind, StoreErrorKind::Damaged, "{line}");
        assert!(
            line.starts_with("the database of the trail `PATH` is damaged: "),
            "{line}"
        );
    }
}

#[test]
fn a_trail_that_another_process_holds_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("audit.db");
    drop(Trail::open(&path).unwrap());
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = AccessRecorder::open(&path, "alice").unwrap_err();
    let line = line(&error, &path);
    assert_eq!(error.kind, StoreErrorKind::Busy, "{line}");
    assert!(
        line.starts_with("somebody else writes to the trail `PATH`: "),
        "{line}"
    );
}

/// A pipe to which nobody writes: whoever opened it would wait.
#[cfg(unix)]
#[test]
fn a_pipe_is_no_trail_and_nobody_waits_for_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&path).status();
    assert!(made.unwrap().success());
    let is = Some((
        StoreErrorKind::Foreign,
        "`PATH` is no file, expected that of a trail",
    ));
    assert_told(&path, [is, is, is]);
}

/// Files that this process may not read or write. Root may all, so it is somebody else who tries.
#[cfg(unix)]
mod permission {
    use std::fs::{Permissions, metadata, set_permissions};
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;
    use std::path::Path;
    use std::process::Command;

    use audit_trail::Trail;

    use super::{line, told};

    /// Tells the other process which file to open.
    const FILE: &str = "AUDIT_TRAIL_TEST_FILE";
    /// The user that owns nothing.
    const NOBODY: u32 = 65_534;

    #[test]
    #[ignore = "run by the test below, as somebody else"]
    fn tries() {
        let Some(path) = std::env::var_os(FILE) else {
            return;
        };
        let path = Path::new(&path);
        for (way, error) in ["read", "record", "write"].iter().zip(told(path)) {
            let told = error.map_or("opens".to_owned(), |error| line(&error, path));
            println!("\n{way}: {told}");
        }
    }

    /// What somebody else is told who opens the file in each way.
    fn told_to_somebody_else(dir: &Path, path: &Path) -> Vec<String> {
        // The binary of the tests may lie where nobody else may look.
        let binary = dir.join("tries");
        std::fs::copy(std::env::current_exe().unwrap(), &binary).unwrap();
        let mut command = Command::new(binary);
        command
            .args(["--exact", "permission::tries", "--ignored", "--nocapture"])
            .env(FILE, path)
            .current_dir(dir);
        if metadata(dir).unwrap().uid() == 0 {
            command.uid(NOBODY).gid(NOBODY);
        }
        let output = String::from_utf8(command.output().unwrap().stdout).unwrap();
        let lines = output.lines().filter(|line| {
            let ways = ["read: ", "record: ", "write: "];
            ways.iter().any(|way| line.starts_with(way))
        });
        lines.map(str::to_owned).collect()
    }

    #[test]
    fn a_file_that_may_not_be_read_or_written_is_named_with_what_may_not_be() {
        let dir = tempfile::tempdir().unwrap();
        set_permissions(dir.path(), Permissions::from_mode(0o755)).unwrap();
        let inner = dir.path().join("inner");
        std::fs::create_dir(&inner).unwrap();
        let path = inner.join("audit.db");
        drop(Trail::open(&path).unwrap());
        let unreadable =
            "the trail `PATH` can't be opened, expected a file that this process may read: ";
        for (file, folder, expected) in [
            (0o000, 0o755, [unreadable; 3]),
            (
                0o444,
                0o555,
                [
                    "opens",
                    "the trail `PATH` can't be written: ",
                    "the trail `PATH` can't be written: ",
                ],
            ),
            (
                0o644,
                0o000,
                ["the trail `PATH` can't be opened: Permission denied (os error 13)"; 3],
            ),
        ] {
            set_permissions(&path, Permissions::from_mode(file)).unwrap();
            set_permissions(&inner, Permissions::from_mode(folder)).unwrap();
            let told = told_to_somebody_else(dir.path(), &path);
            set_permissions(&inner, Permissions::from_mode(0o755)).unwrap();
            let expected = ["read", "record", "write"].into_iter().zip(expected);
            let expected: Vec<String> = expected
                .map(|(way, told)| format!("{way}: {told}"))
                .collect();
            assert_eq!(told.len(), 3, "{told:?}");
            for (told, expected) in told.iter().zip(expected) {
                assert!(told.starts_with(&expected), "{told}, expected {expected}");
            }
        }
    }
}
