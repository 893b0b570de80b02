//! A process forks while it has a trail open: the child can't record with what it inherited, is told so, and harms nothing.

#![cfg(test)]
#![cfg(target_os = "linux")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use audit_core::{
    Clock, Delivery, Event, EventKind, Fact, IdSource, RandomIds, RecordError, RecordErrorKind,
    Recorded, Recorder, SystemClock, Terms,
};
use audit_trail::store::StoreErrorKind;
use audit_trail::{Query, SqliteReader, Trail, TrailError};

const SOON: Duration = Duration::from_mins(1);
/// Where the process that forks finds its trail.
const DIR: &str = "AUDIT_TRAIL_TEST_FORK";

fn durable(trail: &Trail, name: &'static str) -> Result<(), RecordError> {
    let now = SystemClock.wall_at(SystemClock.monotonic_nanos());
    let event = Event::new(RandomIds.next_id(now), now, EventKind::Event, name);
    let mut terms = Terms::default();
    terms.delivery = Some(Delivery::Durable);
    match trail.record(&Fact::Other(&event), &terms) {
        Recorded::Pending(_, receipt) => receipt.wait(Instant::now() + SOON),
        Recorded::Lost(_, error) => Err(error),
        other => panic!("{other:?}"),
    }
}

fn open(path: &Path) -> Result<Trail, TrailError> {
    Trail::options().without_access_records().open(path)
}

fn count(trail: &Trail, name: &str) -> usize {
    let answers = trail.answers(Query::new().name(name.to_owned()));
    answers.map(Result::unwrap).count()
}

/// Forks, does something in the child, and returns what that says.
fn in_a_child(work: impl FnOnce() -> bool) -> bool {
    // SAFETY: the child has this thread alone. What it calls takes no lock that another thread may hold: that is what is
    // tested, and one that waits for ever is killed. It ends without running what its parent registered for its end.
    unsafe {
        let child = libc::fork();
        if child == 0 {
            libc::alarm(60);
            let right = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
            libc::_exit(if right.unwrap_or(false) { 71 } else { 72 });
        }
        let mut status = 0;
        assert_eq!(libc::waitpid(child, &raw mut status, 0), child);
        libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 71
    }
}

#[test]
#[ignore = "the process that forks"]
fn forks_with_an_open_trail() {
    let Some(dir) = std::env::var_os(DIR).map(PathBuf::from) else {
        return;
    };
    let path = dir.join("audit.db");
    let trail = open(&path).unwrap();
    durable(&trail, "parent").unwrap();
    // A reader that is kept for later is inherited as well.
    assert_eq!(count(&trail, "parent"), 1);

    let inherited = trail.clone();
    assert!(
        in_a_child(move || {
            let error = durable(&inherited, "child").unwrap_err();
            let told = error.kind == RecordErrorKind::Closed && error.message.contains("forked");
            let flushed = inherited.flush(SOON).is_err();
            let closed = matches!(inherited.close(SOON), Err(TrailError::Forked));
            // The last handle goes: neither does that wait for a thread that is not there, nor end the parent's opening.
            drop(inherited);
            told && flushed && closed
        }),
        "what a child inherited refuses its records"
    );
    let everything = trail.clone();
    assert!(
        in_a_child(move || {
            drop(everything);
            let writer = open(&path);
            let refused = matches!(&writer, Err(TrailError::Store(error)) if error.kind == StoreErrorKind::Refused);
            let unread =
                SqliteReader::open(&path).is_err_and(|error| error.kind == StoreErrorKind::Refused);
            // Another trail is none of its parent's.
            let other = open(&dir.join("child.db")).unwrap();
            durable(&other, "child").unwrap();
            other.close(SOON).unwrap();
            refused && unread
        }),
        "a child is told that it can't open what its parent has open, and may open another"
    );
    durable(&trail, "parent").unwrap();
    trail.close(SOON).unwrap();
    drop(trail);
    // With nothing open in its parent, a child opens what it likes.
    let dir = PathBuf::from(std::env::var_os(DIR).unwrap());
    let path = dir.join("audit.db");
    assert!(in_a_child(move || {
        let trail = open(&path).unwrap();
        durable(&trail, "grandchild").unwrap();
        trail.close(SOON).is_ok()
    }));
}

#[test]
fn a_forked_child_can_not_record_with_what_it_inherited_and_harms_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "forks_with_an_open_trail",
            "--ignored",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(DIR, dir.path())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let trail = open(&dir.path().join("audit.db")).unwrap();
    assert_eq!(count(&trail, "parent"), 2);
    assert_eq!(count(&trail, "child"), 0);
    assert_eq!(count(&trail, "grandchild"), 1);
    let losses = trail.answers(Query::new().kind(EventKind::Loss)).count();
    assert_eq!(losses, 0, "nobody ended without saying so");
    let verification = trail.verify().unwrap();
    assert!(verification.is_sound(), "{:?}", verification.damage);
    let other = open(&dir.path().join("child.db")).unwrap();
    assert_eq!(count(&other, "child"), 1);
}
