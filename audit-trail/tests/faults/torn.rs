//! What a disk may do to files: cut, garble.

use std::fs::{self, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use audit_trail::{Trail, TrailError};

use crate::support::{
    Child, assert_sound, durable, is_child, losses, numbers, quiet, wait_to_be_killed,
};

#[test]
#[ignore = "the process that is killed"]
fn writes_and_waits_to_be_killed() {
    let Some(path) = is_child() else { return };
    let trail = quiet().open(path).unwrap();
    for number in 0..20 {
        durable(&trail, "kept", number).unwrap();
    }
    println!("written");
    wait_to_be_killed()
}

/// A trail whose process was killed, so that its records are in the log.
fn killed(path: &Path) -> u64 {
    let mut child = Child::start("torn::writes_and_waits_to_be_killed", path);
    child.next("written").unwrap();
    child.kill();
    drop(child);
    let wal = fs::metadata(path.with_extension("db-wal")).unwrap().len();
    assert!(wal > 0);
    wal
}

fn copied(from: &Path, to: &Path) {
    for extension in ["db", "db-wal", "db.key"] {
        fs::copy(from.with_extension(extension), to.with_extension(extension)).unwrap();
    }
}

/// What is there is a beginning of what was written, and is proved; or it is named what is wrong.
fn assert_whole_or_named(path: &Path) -> Option<Trail> {
    let opened = catch_unwind(AssertUnwindSafe(|| quiet().open(path))).expect("no panic");
    match opened {
        Ok(trail) => {
            assert_sound(&trail);
            let kept = numbers(&trail, "kept");
            assert_eq!(kept, (0..kept.len() as u64).collect::<Vec<_>>());
            // It goes on from there.
            durable(&trail, "later", 1).unwrap();
            Some(trail)
        }
        Err(error) => {
            let named = matches!(error, TrailError::Damaged(_) | TrailError::Store(_));
            assert!(named, "{error}");
            None
        }
    }
}

#[test]
fn a_log_that_is_cut_anywhere_leaves_whole_batches_from_the_beginning() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("audit.db");
    let length = killed(&path);
    let mut seen = std::collections::BTreeSet::new();
    for part in 0..24 {
        let case = tempfile::tempdir().unwrap();
        let torn = case.path().join("audit.db");
        copied(&path, &torn);
        let log = OpenOptions::new()
            .write(true)
            .open(torn.with_extension("db-wal"))
            .unwrap();
        // In the midst of a frame, whatever its size.
        log.set_len(length - 1 - part * (length / 25)).unwrap();
        drop(log);
        if let Some(trail) = assert_whole_or_named(&torn) {
            seen.insert(numbers(&trail, "kept").len());
        }
    }
    assert!(seen.len() > 3, "cuts were felt: {seen:?}");
}

#[test]
fn a_log_whose_end_is_garbled_leaves_what_stood_before() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("audit.db");
    let length = killed(&path);
    for back in [1, 100, 4_000, 20_000] {
        let case = tempfile::tempdir().unwrap();
        let torn = case.path().join("audit.db");
        copied(&path, &torn);
        let mut log = OpenOptions::new()
            .write(true)
            .open(torn.with_extension("db-wal"))
            .unwrap();
        log.seek(SeekFrom::Start(length - back)).unwrap();
        log.write_all(&vec![0xA5; usize::try_from(back).unwrap()])
            .unwrap();
        drop(log);
        let trail =
            assert_whole_or_named(&torn).expect("a log that ends early is none that is damaged");
        assert_eq!(losses(&trail).len(), 1);
    }
}

#[test]
fn a_garbled_page_is_named_and_breaks_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("audit.db");
    let trail = quiet().open(&path).unwrap();
    for number in 0..200 {
        durable(&trail, "kept", number).unwrap();
    }
    drop(trail);
    let pages = fs::metadata(&path).unwrap().len() / 4096;
    let (mut noticed, mut tried) = (0, 0);
    for page in (0..pages).step_by(usize::try_from(pages / 20).unwrap()) {
        tried += 1;
        let case = tempfile::tempdir().unwrap();
        let garbled = case.path().join("audit.db");
        fs::copy(&path, &garbled).unwrap();
        fs::copy(
            path.with_extension("db.key"),
            garbled.with_extension("db.key"),
        )
        .unwrap();
        let mut file = OpenOptions::new().write(true).open(&garbled).unwrap();
        file.seek(SeekFrom::Start(page * 4096)).unwrap();
        file.write_all(&[0xA5; 4096]).unwrap();
        drop(file);
        let outcome = catch_unwind(AssertUnwindSafe(|| -> Result<bool, TrailError> {
            let trail = quiet().open(&garbled)?;
            let keys = audit_trail::verify::Keys::trusting(
                [trail.verifier_key()],
                &mut audit_trail::SqliteReader::open(&garbled)?,
            )?;
            let opener = audit_trail::SqliteReader::opener(&garbled);
            let verifier = audit_trail::verify::Verifier::new(keys).index();
            Ok(verifier.verify(&opener)?.is_sound())
        }));
        if !matches!(outcome.expect("no panic"), Ok(true)) {
            noticed += 1;
        }
    }
    // Pages of indexes alone may go unseen, as nothing is proved by them.
    assert!(noticed * 2 > tried, "{noticed} of {tried} were noticed");
}
