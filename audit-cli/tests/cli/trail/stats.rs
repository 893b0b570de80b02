//! `audit trail stats`: counts.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::fixture::{Fixture, record};
use crate::Failure;
use crate::golden::assert_golden;

#[test]
fn the_overview_tells_what_a_trail_holds() -> Result<(), Failure> {
    let trail = Fixture::new()?;
    let mut run = trail.run(&["stats", "audit.db"])?;
    run.out = run
        .out
        .lines()
        .filter(|line| !line.starts_with("size"))
        .fold(String::new(), |text, line| text + line + "\n");
    assert_golden("trail_overview", &run)?;
    let run = trail.run(&["stats", "audit.db", "actor:bob", "--format", "json"])?;
    let told: Value = serde_json::from_str(&run.out)?;
    assert_eq!(told["matching"], 2);
    assert_eq!(told["records"], 7);
    assert_eq!(told["effects"], json!([{"name": "block", "records": 1}]));
    assert!(told["bytes"].as_u64() > Some(4_096));
    let run = trail.run(&["stats", "audit.db", "--format", "csv"])?;
    assert!(run.out.starts_with("name,value\n"), "{}", run.out);
    assert!(run.out.contains("kinds.decision,2\n"), "{}", run.out);
    Ok(())
}

#[test]
fn an_unclean_end_is_told_as_a_loss() -> Result<(), Failure> {
    let trail = Fixture::new()?;
    // As a process leaves it that died: no end, and nobody has its lock.
    let database = rusqlite::Connection::open(&trail.file)?;
    database.execute("UPDATE session SET closed = NULL", [])?;
    drop(database);
    trail.session(|_, _| Ok(()))?;
    let run = trail.run(&["stats", "audit.db"])?;
    let told = "losses      1 loss record: 0 lost, and 344,064 more at most";
    assert!(run.out.lines().any(|line| line == told), "{}", run.out);
    Ok(())
}

#[test]
fn groups_are_counted_over_time_with_what_they_took() -> Result<(), Failure> {
    let trail = Fixture::new()?;
    let asked = [
        "stats",
        "audit.db",
        "kind:decision,outcome",
        "--by",
        "kind,outcome",
        "--every",
        "1m",
        "--quantiles",
        "--no-access-record",
        "--format",
    ];
    for format in ["table", "jsonl", "csv"] {
        let arguments = [&asked[..], &[format]].concat();
        let mut run = trail.run(&arguments)?;
        if format == "jsonl" {
            // JSON has no order of members, and a feature of another crate decides which one is written.
            let sorted = run.out.lines().map(|line| {
                let members: BTreeMap<String, Value> = serde_json::from_str(line)?;
                Ok(serde_json::to_string(&members)? + "\n")
            });
            run.out = sorted.collect::<Result<_, Failure>>()?;
        }
        assert_golden(&format!("trail_stats_{format}"), &run)?;
    }
    let run = trail.run(&[&asked[..], &["json"]].concat())?;
    let told: Value = serde_json::from_str(&run.out)?;
    assert_eq!((&told["records"], &told["cut"]), (&json!(4), &json!(false)));
    Ok(())
}

#[test]
fn what_top_leaves_out_is_one_group_and_values_are_harmless() -> Result<(), Failure> {
    let trail = Fixture::empty()?;
    trail.session(|trail, clock| {
        for actor in ["=1+1", "=1+1", "=1+1", "\u{1b}[2J", "\u{1b}[2J", "c"] {
            record(trail, clock, "tick", actor)?;
        }
        Ok(())
    })?;
    let run = trail.run(&[
        "stats",
        "audit.db",
        "kind:event",
        "--by",
        "actor",
        "--top",
        "2",
    ])?;
    assert_eq!(
        run.out,
        "actor      records\n=1+1             3\n\\u{1b}[2J        2\n(others)         1\n"
    );
    let run = trail.run(&[
        "stats",
        "audit.db",
        "kind:event",
        "--by",
        "actor",
        "--top",
        "1",
        "--format",
        "csv",
    ])?;
    assert_eq!(run.out, "actor,others,records\n'=1+1,false,3\n,true,3\n");
    Ok(())
}
