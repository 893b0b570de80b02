//! Reading is recorded, or refused.

use std::fs;
use std::sync::Arc;

use audit_core::testing::ManualClock;
use serde_json::{Value, json};

use super::fixture::{Fixture, SOON};
use crate::Failure;

/// What each subcommand records of itself.
#[test]
fn each_reading_is_one_record_of_who_and_what() -> Result<(), Failure> {
    let trail = Fixture::new()?;
    let out = trail.dir.path().join("tiles");
    let out = out.to_str().ok_or("a path that is not UTF-8")?;
    let readings: [(&[&str], Value); 9] = [
        (
            &["query", "audit.db", "actor:bob", "--limit", "1"],
            json!({"name": "trail.query", "data": {"query": "actor:bob", "cursor": null, "records": 1}}),
        ),
        (
            &["query", "audit.db", "actor:bob", "--all"],
            json!({"name": "trail.query", "data": {"query": "actor:bob", "cursor": null, "records": 2}}),
        ),
        (
            &["tail", "audit.db", "-n", "2", "actor:alice"],
            json!({"name": "trail.tail", "data": {"query": "actor:alice", "records": 2, "follows": false}}),
        ),
        (
            &["stats", "audit.db", "actor:alice", "--by", "effect"],
            json!({"name": "trail.stats", "data": {"query": "actor:alice", "by": "effect", "records": 2}}),
        ),
        (
            &["verify", "audit.db"],
            json!({"name": "trail.verify", "data": {"records": 10, "sound": true}}),
        ),
        (
            &["prove", "audit.db", "3"],
            json!({"name": "trail.prove", "data": {"record": 3}}),
        ),
        (
            &["export", "audit.db", out],
            json!({"name": "trail.export", "data": {"records": 6, "format": "tiles"}}),
        ),
        (
            &["export", "audit.db", "--format", "csv", "actor:bob"],
            json!({"name": "trail.export", "data": {"query": "actor:bob order:oldest", "records": 2, "format": "csv"}}),
        ),
        (
            &["prune", "audit.db", "--policy", "nothing=1d", "--dry-run"],
            json!({"name": "trail.prune", "data": {"policy": "nothing=1d", "dry_run": true, "records": 0}}),
        ),
    ];
    for (arguments, _) in &readings {
        let run = trail.run(arguments)?;
        assert_eq!(run.code, Some(0), "{arguments:?}: {}", run.err);
    }
    let user = whoami();
    let found: Vec<Value> = trail
        .accesses()?
        .iter()
        .map(|record| {
            assert_eq!(
                record["actor"]["id"].as_str(),
                Some(user.as_str()),
                "{record}"
            );
            json!({"name": record["name"], "data": record["data"]})
        })
        .collect();
    let expected: Vec<Value> = readings.into_iter().map(|(_, expected)| expected).collect();
    assert_eq!(found, expected);
    Ok(())
}

/// The name of whoever runs this test, as another program tells it.
fn whoami() -> String {
    let output = std::process::Command::new("id").arg("-un").output();
    let name = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    name.unwrap_or_default()
}

#[test]
fn no_record_is_made_where_that_is_switched_off_and_nothing_is_written() -> Result<(), Failure> {
    let trail = Fixture::new()?;
    let before = fs::read(&trail.file)?;
    for arguments in [
        &["query", "audit.db"][..],
        &["tail", "audit.db"],
        &["stats", "audit.db"],
        &["verify", "audit.db"],
        &["prove", "audit.db", "0"],
        &["export", "audit.db", "out"],
        &["export", "audit.db", "--format", "jsonl"],
        &["prune", "audit.db", "--policy", "nothing=1d", "--dry-run"],
    ] {
        let arguments = [arguments, &["--no-access-record"]].concat();
        let run = trail.run(&arguments)?;
        assert_eq!(run.code, Some(0), "{arguments:?}: {}", run.err);
    }
    assert_eq!(fs::read(&trail.file)?, before);
    Ok(())
}

#[test]
fn a_trail_that_a_service_has_open_is_read_and_gets_the_record() -> Result<(), Failure> {
    let trail = Fixture::empty()?;
    let clock = Arc::new(ManualClock::new("2026-11-23T08:00:00Z".parse()?));
    let service = trail.open(&clock)?;
    let run = trail.run(&["query", "audit.db"])?;
    assert_eq!(
        (run.out.lines().count(), run.code),
        (2, Some(0)),
        "{}",
        run.err
    );
    super::fixture::record(&service, &clock, "tick", "clock")?;
    service.close(SOON)?;
    assert_eq!(trail.accesses()?.len(), 1);
    let run = trail.run(&["verify", "audit.db", "--index"])?;
    assert_eq!(run.code, Some(0), "{}", run.out);
    Ok(())
}

/// Runs as a user who may not write, which a test that runs as root must see to.
#[cfg(target_os = "linux")]
mod read_only {
    use std::os::unix::fs::PermissionsExt as _;
    use std::os::unix::process::CommandExt as _;
    use std::path::PathBuf;
    use std::process::Command;

    use tempfile::TempDir;

    use super::super::fixture::Fixture;
    use crate::Failure;
    use crate::command::Run;

    /// What means something in the names of files that the database takes.
    const ODD: &str = "100%41?mode=rw#é.db";

    /// A trail that may be read alone, in a folder where nothing can be made.
    struct Locked {
        trail: Fixture,
        /// The binary and what it needs are out of another user's reach.
        binary: (TempDir, PathBuf),
        is_root: bool,
    }

    impl Locked {
        fn new() -> Result<Self, Failure> {
            let trail = Fixture::new()?;
            let place = tempfile::tempdir()?;
            let binary = place.path().join("audit");
            std::fs::copy(env!("CARGO_BIN_EXE_audit"), &binary)?;
            std::fs::copy(&trail.file, trail.dir.path().join(ODD))?;
            set_mode(place.path(), 0o755)?;
            set_mode(&trail.file, 0o444)?;
            set_mode(trail.dir.path(), 0o555)?;
            let user = Command::new("id").arg("-u").output()?.stdout;
            Ok(Self {
                trail,
                binary: (place, binary),
                is_root: user.trim_ascii() == b"0",
            })
        }

        fn run(&self, arguments: &[&str]) -> Result<Run, Failure> {
            let mut command = Command::new(&self.binary.1);
            command
                .arg("trail")
                .args(arguments)
                .current_dir(self.trail.dir.path());
            if self.is_root {
                // Nobody: root writes where it may not.
                command.uid(65_534).gid(65_534);
            }
            Ok(Run::from(command.output()?))
        }
    }

    impl Drop for Locked {
        fn drop(&mut self) {
            // So that it can be removed.
            let _left = set_mode(self.trail.dir.path(), 0o755);
        }
    }

    fn set_mode(path: &std::path::Path, mode: u32) -> Result<(), Failure> {
        Ok(std::fs::set_permissions(
            path,
            std::fs::Permissions::from_mode(mode),
        )?)
    }

    #[test]
    fn a_trail_that_can_not_be_written_is_not_read_unrecorded_unless_that_is_said()
    -> Result<(), Failure> {
        let locked = Locked::new()?;
        for arguments in [
            &["query", "audit.db"][..],
            &["tail", "audit.db"],
            &["stats", "audit.db"],
            &["verify", "audit.db"],
            &["prove", "audit.db", "0"],
            &["export", "audit.db", "--format", "jsonl"],
        ] {
            let run = locked.run(arguments)?;
            assert_eq!(
                run.err,
                "error: who reads `audit.db` can't be recorded in it: it can't be written; \
                 `--no-access-record` reads without a record\n",
                "{arguments:?}"
            );
            assert_eq!((run.out.as_str(), run.code), ("", Some(3)));
            let switched_off = [arguments, &["--no-access-record"]].concat();
            let run = locked.run(&switched_off)?;
            assert_eq!(run.code, Some(0), "{arguments:?}: {}", run.err);
            assert!(!run.out.is_empty());
        }
        let run = locked.run(&["query", ODD, "--no-access-record"])?;
        assert_eq!(
            (run.out.lines().count(), run.code),
            (7, Some(0)),
            "{}",
            run.err
        );
        Ok(())
    }
}
