//! The operating system refuses threads: a trail that can't be opened for that is left as it was.

use audit_trail::anchor::FileAnchor;
use audit_trail::note::TrailKey;
use audit_trail::{TrailError, TrailOptions};

use crate::support::{Child, assert_sound, found, is_child, losses, quiet};

/// Which thread is refused: with a second place the one that goes there, else the one that writes.
const WITH_A_PLACE: &str = "with_a_place.db";

fn options(path: &std::path::Path) -> TrailOptions {
    let options = quiet().key(TrailKey::from_seed("trail", &[3; 32]).unwrap());
    if path.ends_with(WITH_A_PLACE) {
        options.anchor(FileAnchor::new(path.with_extension("copies")))
    } else {
        options
    }
}

#[test]
#[ignore = "run by the test below, in a process that gets no threads"]
fn opens_without_threads() {
    let Some(path) = is_child() else {
        return;
    };
    for _ in 0..2 {
        let error = options(&path).open(&path).unwrap_err();
        assert!(matches!(error, TrailError::Thread(_)), "{error}");
    }
    println!("\nrefused");
}

#[test]
fn an_opening_that_gets_no_thread_is_none_that_ended_without_saying_so() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["alone.db", WITH_A_PLACE] {
        let path = dir.path().join(name);
        drop(options(&path).open(&path).unwrap());
        // No thread has so much room for its stack, which is as real a refusal as any.
        let mut child = Child::start_with(
            "thread::opens_without_threads",
            &path,
            ("RUST_MIN_STACK", "140737488355328"),
        );
        assert_eq!(child.next("refused").as_deref(), Some(""), "{name}");
        assert!(child.wait().success());
        let trail = options(&path).open(&path).unwrap();
        assert!(losses(&trail).is_empty(), "{name}: {:?}", losses(&trail));
        let opened = found(&trail, "name:trail.opened").len();
        assert_eq!(opened, 2, "{name}: those that failed are not told of");
        assert_sound(&trail);
    }
}
