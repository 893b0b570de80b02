//! Key files, as people and processes leave them.

use std::sync::Barrier;
use std::thread;

use super::*;

const ORIGIN: &str = "example.com/trail";

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn refused(path: &Path) -> String {
    TrailKey::load_or_create(path, ORIGIN)
        .unwrap_err()
        .to_string()
}

/// A file as only its owner may read it.
fn put(path: &Path, content: &[u8]) {
    let mut file = private(OpenOptions::new().write(true).create(true).truncate(true))
        .open(path)
        .unwrap();
    file.write_all(content).unwrap();
}

#[test]
fn a_key_is_made_on_first_use_and_stays_the_same() {
    let folder = folder();
    let path = folder.path().join("trail.key");
    let made = TrailKey::load_or_create(&path, ORIGIN).unwrap();
    assert_eq!(made.name(), ORIGIN);
    let read = TrailKey::load_or_create(&path, "another.example").unwrap();
    assert_eq!(read.verifier(), made.verifier());
    assert_eq!(*read.to_secret_text(), *made.to_secret_text());
    // Nothing else is left behind.
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn a_key_is_written_for_its_owner_alone_and_refused_where_others_may_read_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder();
    let path = folder.path().join("trail.key");
    TrailKey::load_or_create(&path, ORIGIN).unwrap();
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o7777,
        0o600
    );
    for mode in [0o640, 0o604, 0o620, 0o601, 0o644] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(
            refused(&path),
            format!(
                "key file `{}` has mode {mode:04o}, so others can read or change it; expected 0600",
                path.display()
            )
        );
    }
    fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
    TrailKey::load_or_create(&path, ORIGIN).unwrap();
}

#[test]
fn what_is_no_key_is_refused_and_left_as_it_was() {
    let folder = folder();
    let path = folder.path().join("trail.key");
    put(&path, b"");
    assert!(refused(&path).ends_with("is empty; expected a key"));
    let key = TrailKey::generate(ORIGIN).unwrap();
    let public = key.verifier().to_string();
    for garbage in [
        &b"\n"[..],
        b"\xff\xfe\x00",
        b"PRIVATE+KEY+",
        public.as_bytes(),
        &[b'a'; 4096],
    ] {
        put(&path, garbage);
        let error = TrailKey::load_or_create(&path, ORIGIN).unwrap_err();
        assert!(matches!(error.problem, KeyFileProblem::Key(_)), "{error:?}");
        assert_eq!(fs::read(&path).unwrap(), garbage);
    }
    put(&path, &[b'a'; 4097]);
    assert!(refused(&path).ends_with("has more than 4096 bytes; expected a key"));
    assert!(refused(folder.path()).ends_with("is no file; expected one with a key"));
}

#[test]
fn a_key_is_read_with_the_line_ends_that_editors_leave() {
    let folder = folder();
    let path = folder.path().join("trail.key");
    let key = TrailKey::generate(ORIGIN).unwrap();
    for end in ["", "\n", "\r\n"] {
        put(&path, format!("{}{end}", *key.to_secret_text()).as_bytes());
        assert_eq!(TrailKey::load(&path).unwrap().verifier(), key.verifier());
    }
}

#[test]
fn a_key_that_can_not_be_written_leaves_nothing_behind() {
    let folder = folder();
    let absent = folder.path().join("absent").join("trail.key");
    let error = TrailKey::load_or_create(&absent, ORIGIN).unwrap_err();
    assert!(
        matches!(error.problem, KeyFileProblem::Write(_)),
        "{error:?}"
    );
    let path = folder.path().join("trail.key");
    let error = TrailKey::load_or_create(&path, "no name").unwrap_err();
    assert!(matches!(
        error.problem,
        KeyFileProblem::Key(KeyError::Name { .. })
    ));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_key_never_takes_the_place_of_another() {
    let folder = folder();
    let path = folder.path().join("trail.key");
    let [first, second] = [(); 2].map(|()| TrailKey::generate(ORIGIN).unwrap());
    first.save(&path).unwrap();
    let error = second.save(&path).unwrap_err();
    assert!(
        matches!(error.problem, KeyFileProblem::Write(error) if error.kind() == ErrorKind::AlreadyExists)
    );
    assert_eq!(TrailKey::load(&path).unwrap().verifier(), first.verifier());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

/// Threads race for one name as processes do: nothing but the file system stands between them.
#[test]
fn of_many_that_make_a_key_at_once_all_have_the_same() {
    const MANY: usize = 8;
    for _ in 0..20 {
        let folder = folder();
        let path = folder.path().join("trail.key");
        let start = Barrier::new(MANY);
        let keys: Vec<TrailKey> = thread::scope(|scope| {
            let racers: Vec<_> = (0..MANY)
                .map(|_| {
                    scope.spawn(|| {
                        start.wait();
                        TrailKey::load_or_create(&path, ORIGIN).unwrap()
                    })
                })
                .collect();
            racers
                .into_iter()
                .map(|racer| racer.join().unwrap())
                .collect()
        });
        assert!(keys.iter().all(|key| key.verifier() == keys[0].verifier()));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
