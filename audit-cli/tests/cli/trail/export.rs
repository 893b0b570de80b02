//! `audit trail export`: files for others' tools, and records for other programs.

use std::fs;

use super::fixture::{Fixture, record};
use crate::Failure;

#[test]
fn an_export_is_carried_on_and_says_what_it_lacks() -> Result<(), Failure> {
    let trail = Fixture::new()?;
    let run = trail.run(&["export", "audit.db", "tiles"])?;
    assert_eq!(run.out, "tiles: 6 records, 2 files written, 0 kept\n");
    assert_eq!(
        run.err,
        "note: 1 record behind the latest checkpoint not exported yet\n"
    );
    assert_eq!(run.code, Some(0));
    let checkpoint = trail.run(&["checkpoint", "audit.db"])?.out;
    let tiles = trail.dir.path().join("tiles");
    assert_eq!(fs::read_to_string(tiles.join("checkpoint"))?, checkpoint);
    assert!(tiles.join("tile/entries/000.p/6").exists());

    let run = trail.run(&["export", "audit.db", "tiles"])?;
    assert_eq!(run.out, "tiles: 6 records, 0 files written, 2 kept\n");
    trail.run(&["checkpoint", "audit.db", "--sign"])?;
    let run = trail.run(&["export", "audit.db", "tiles"])?;
    assert_eq!(
        (run.out.as_str(), run.code),
        ("tiles: 8 records, 2 files written, 0 kept\n", Some(0))
    );
    Ok(())
}

#[test]
fn a_record_that_was_removed_or_changed_is_not_exported() -> Result<(), Failure> {
    for (statement, told) in [
        (
            "DELETE FROM record WHERE seq = 2",
            "record 2 is not there, and retention did not take it",
        ),
        (
            "UPDATE record SET body = CAST('{}' AS BLOB) WHERE seq = 2",
            "record 2 is not the one whose hash is in the tree",
        ),
    ] {
        let trail = Fixture::new()?;
        trail.tamper(statement)?;
        let run = trail.run(&["export", "audit.db", "tiles"])?;
        assert!(run.err.contains(told), "{}", run.err);
        assert_eq!(run.code, Some(3));
        assert!(!trail.dir.path().join("tiles/checkpoint").exists());
    }
    Ok(())
}

#[test]
fn records_are_exported_by_a_query_the_oldest_first() -> Result<(), Failure> {
    let trail = Fixture::new()?;
    let run = trail.run(&["export", "audit.db", "--format", "jsonl", "kind:decision"])?;
    let again = trail.run(&[
        "query",
        "audit.db",
        "kind:decision",
        "--all",
        "--oldest-first",
        "--format",
        "jsonl",
    ])?;
    assert_eq!((run.out.as_str(), run.code), (again.out.as_str(), Some(0)));
    assert_eq!(run.out.lines().count(), 2);
    let run = trail.run(&["export", "audit.db", "--format", "csv", "-kind:decision"])?;
    assert!(run.out.starts_with("seq,time,kind,name,"), "{}", run.out);
    let run = trail.run(&["export", "audit.db", "--format", "csv", "actr:x"])?;
    assert_eq!((run.out.as_str(), run.code), ("", Some(2)));
    Ok(())
}

#[test]
fn another_trails_export_is_left_as_it_is() -> Result<(), Failure> {
    let trail = Fixture::new()?;
    trail.run(&["export", "audit.db", "tiles"])?;
    let tiles = trail.dir.path().join("tiles");
    let before = fs::read_to_string(tiles.join("checkpoint"))?;
    let other = Fixture::empty()?;
    other.session(|trail, clock| record(trail, clock, "tick", "clock"))?;
    let run = other.run(&["export", "audit.db", tiles.to_str().ok_or("not UTF-8")?])?;
    assert!(run.err.contains("are not the first of"), "{}", run.err);
    assert_eq!(
        (run.code, fs::read_to_string(tiles.join("checkpoint"))?),
        (Some(3), before)
    );
    Ok(())
}
