//! `audit trail tail`: the last records, and those that come.

use std::io::{BufRead as _, BufReader, Lines, Read as _};
use std::process::{Child, ChildStdout, Stdio};
use std::sync::Arc;

use audit_core::testing::ManualClock;

use super::fixture::{Fixture, SOON, record};
use crate::Failure;

#[test]
fn the_last_records_come_in_their_order() -> Result<(), Failure> {
    let trail = Fixture::new()?;
    let run = trail.run(&[
        "tail",
        "audit.db",
        "-n",
        "2",
        "action:refund",
        "-effect:allow",
        "--format",
        "jsonl",
    ])?;
    assert_eq!((places(&run.out)?, run.code), (vec![3, 4], Some(0)));
    let run = trail.run(&["tail", "audit.db", "-n", "0"])?;
    assert_eq!((run.out.as_str(), run.code), ("", Some(0)));
    Ok(())
}

fn places(lines: &str) -> Result<Vec<u64>, Failure> {
    lines.lines().map(place).collect()
}

fn place(line: &str) -> Result<u64, Failure> {
    let record: serde_json::Value = serde_json::from_str(line)?;
    let place = record.get("seq").and_then(serde_json::Value::as_u64);
    Ok(place.ok_or("no place")?)
}

/// A command that follows a trail which a service has open.
struct Following {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Following {
    fn start(trail: &Fixture, arguments: &[&str]) -> Result<Self, Failure> {
        let mut child = trail
            .command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let out = child.stdout.take().ok_or("no output")?;
        let lines = BufReader::new(out).lines();
        Ok(Self { child, lines })
    }

    fn next(&mut self) -> Result<String, Failure> {
        Ok(self.lines.next().ok_or("the output ended")??)
    }

    fn told(&mut self) -> Result<String, Failure> {
        let mut told = String::new();
        self.child
            .stderr
            .take()
            .ok_or("no stream")?
            .read_to_string(&mut told)?;
        Ok(told)
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        // Whatever fails, nothing runs on.
        let _ended = self.child.kill();
        let _waited = self.child.wait();
    }
}

fn clock() -> Result<Arc<ManualClock>, Failure> {
    Ok(Arc::new(ManualClock::new("2026-11-23T08:00:00Z".parse()?)))
}

#[test]
fn what_comes_is_shown_if_it_answers_and_the_reader_does_not_see_himself() -> Result<(), Failure> {
    let trail = Fixture::empty()?;
    let clock = clock()?;
    let service = trail.open(&clock)?;
    record(&service, &clock, "first", "clock")?;
    service.flush(SOON)?;
    let mut tail = Following::start(
        &trail,
        &[
            "tail",
            "audit.db",
            "-f",
            "-n",
            "1",
            "-name:unwanted",
            "-kind:lifecycle",
            "--format",
            "jsonl",
        ],
    )?;
    assert!(tail.next()?.contains("\"first\""));
    for name in ["second", "unwanted", "third"] {
        record(&service, &clock, name, "clock")?;
        service.flush(SOON)?;
    }
    assert!(tail.next()?.contains("\"second\""));
    let third = tail.next()?;
    assert!(third.contains("\"third\""), "{third}");
    assert_eq!(trail.accesses()?.len(), 1);
    Ok(())
}

#[test]
fn following_ends_well_when_nobody_reads_any_more_though_nothing_comes() -> Result<(), Failure> {
    let trail = Fixture::new()?;
    let mut child = trail
        .command(&["tail", "audit.db", "-f", "-n", "1", "--format", "jsonl"])
        .stdout(Stdio::piped())
        .spawn()?;
    let mut out = BufReader::new(child.stdout.take().ok_or("no output")?);
    let mut line = String::new();
    // All that there is to be read was read, so that only the reader's leaving can be noticed.
    out.read_line(&mut line)?;
    assert!(line.ends_with('\n'), "{line}");
    drop(out);
    assert_eq!(child.wait()?.code(), Some(0));
    Ok(())
}

#[test]
fn a_trail_that_is_replaced_is_not_waited_for_in_vain() -> Result<(), Failure> {
    let trail = Fixture::new()?;
    let mut tail = Following::start(
        &trail,
        &["tail", "audit.db", "-f", "-n", "1", "--format", "jsonl"],
    )?;
    tail.next()?;
    std::fs::rename(&trail.file, trail.dir.path().join("old.db"))?;
    let told = "error: `audit.db` was replaced or removed, so nothing more will come\n";
    assert_eq!(tail.told()?, told);
    assert_eq!(tail.child.wait()?.code(), Some(3));
    Ok(())
}

#[test]
fn following_shows_a_table_too() -> Result<(), Failure> {
    let trail = Fixture::new()?;
    let mut tail = Following::start(&trail, &["tail", "audit.db", "-f", "-n", "1"])?;
    assert!(tail.next()?.starts_with("time "));
    assert!(tail.next()?.contains("trail.closed"));
    let run = trail.run(&["query", "audit.db", "actor:nobody"])?;
    assert_eq!(run.code, Some(0));
    assert!(tail.next()?.contains("trail.query"));
    Ok(())
}
