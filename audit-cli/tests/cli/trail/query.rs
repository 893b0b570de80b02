//! `audit trail query`: what is found, and how it is shown.

use std::io::{BufRead, BufReader, Read as _};
use std::process::Stdio;

use serde_json::Value;

use super::fixture::{Fixture, record};
use crate::Failure;
use crate::command::Run;
use crate::golden::assert_golden;

#[test]
fn records_are_a_table_with_what_became_of_each_call() -> Result<(), Failure> {
    let trail = Fixture::new()?;
    assert_golden("trail_query", &trail.run(&["query", "audit.db"])?)?;
    assert_golden(
        "trail_query_csv",
        &trail.run(&[
            "query",
            "audit.db",
            "-kind:lifecycle,access",
            "--format",
            "csv",
        ])?,
    )
}

#[test]
fn every_mistake_of_a_query_is_underlined() -> Result<(), Failure> {
    let trail = Fixture::new()?;
    let run = trail.run(&[
        "query",
        "audit.db",
        "actr:alice",
        "effect:deny",
        "since:soon",
    ])?;
    assert_golden("trail_query_mistakes", &run)?;
    assert!(trail.accesses()?.is_empty());
    Ok(())
}

#[test]
fn json_lines_are_the_stored_bytes() -> Result<(), Failure> {
    let trail = Fixture::new()?;
    let run = trail.run(&["query", "audit.db", "--oldest-first", "--format", "jsonl"])?;
    let database = rusqlite::Connection::open(&trail.file)?;
    let mut select = database.prepare("SELECT body FROM record WHERE seq < 6 ORDER BY seq")?;
    let stored = select.query_map([], |row| row.get::<_, Vec<u8>>(0))?;
    let mut expected = Vec::new();
    for body in stored {
        expected.extend(body?);
        expected.push(b'\n');
    }
    assert_eq!(run.out.into_bytes(), expected);
    Ok(())
}

#[test]
fn pages_follow_one_another_and_a_cursor_belongs_to_its_query() -> Result<(), Failure> {
    let trail = Fixture::new()?;
    let page = |cursor: Option<&str>| -> Result<(Vec<u64>, Option<String>), Failure> {
        let mut arguments = vec![
            "query",
            "audit.db",
            "kind:decision,outcome",
            "--limit",
            "3",
            "--format",
            "json",
        ];
        arguments.extend(cursor.iter().flat_map(|cursor| ["--cursor", cursor]));
        let run = trail.run(&arguments)?;
        let page: Value = serde_json::from_str(&run.out)?;
        let records = page["records"].as_array().ok_or("no records")?;
        let places = records.iter().filter_map(|record| record["seq"].as_u64());
        let next = page["next"].as_str().map(str::to_owned);
        let told = run.err.strip_prefix("next page: --cursor ").map(str::trim);
        assert_eq!(told, next.as_deref());
        Ok((places.collect(), next))
    };
    let (first, next) = page(None)?;
    let next = next.ok_or("no next page")?;
    let (second, end) = page(Some(&next))?;
    assert_eq!([first, second].concat(), [4, 3, 2, 1]);
    assert_eq!(end, None);

    for (text, cursor, told) in [
        ("kind:access", next.as_str(), "was given by another query"),
        ("kind:decision,outcome", "nonsense", "is no cursor"),
    ] {
        let run = trail.run(&["query", "audit.db", text, "--cursor", cursor])?;
        assert!(run.err.contains(told), "{}", run.err);
        assert_eq!((run.out.as_str(), run.code), ("", Some(2)));
    }
    Ok(())
}

#[test]
fn all_records_come_as_they_were_when_it_was_asked() -> Result<(), Failure> {
    let trail = Fixture::empty()?;
    trail.session(|trail, clock| {
        for number in 0..1_200 {
            record(trail, clock, &format!("tick.{number}"), "clock")?;
        }
        Ok(())
    })?;
    for order in [&[][..], &["--oldest-first"]] {
        let arguments = [&["query", "audit.db", "--all", "--format", "jsonl"], order].concat();
        let before = trail.accesses()?.len() as u64;
        let run = trail.run(&arguments)?;
        let mut places = Vec::new();
        for line in run.out.lines() {
            let record: Value = serde_json::from_str(line)?;
            places.push(record["seq"].as_u64().ok_or("no place")?);
        }
        places.sort_unstable();
        let expected: Vec<u64> = (0..1_202 + before).collect();
        assert_eq!(places.len(), expected.len());
        assert_eq!(places, expected);
    }
    Ok(())
}

#[test]
fn nothing_in_a_record_steers_the_terminal_or_a_spreadsheet() -> Result<(), Failure> {
    let trail = Fixture::empty()?;
    trail.session(|trail, clock| {
        record(
            trail,
            clock,
            "=cmd|' /C calc'!A0",
            "\u{1b}]0;owned\u{7}\r\nfake line",
        )?;
        record(trail, clock, "\u{202e}gpj.exe", "\u{9b}31m")
    })?;
    for format in ["table", "csv"] {
        let run = trail.run(&[
            "query",
            "audit.db",
            "kind:event",
            "--format",
            format,
            "--oldest-first",
        ])?;
        assert_golden(&format!("trail_injection_{format}"), &run)?;
        let steers = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
        assert!(!run.out.contains(steers), "{:?}", run.out);
    }
    Ok(())
}

#[test]
fn an_answer_without_records_is_fine_and_says_so() -> Result<(), Failure> {
    let trail = Fixture::new()?;
    let run = trail.run(&["query", "audit.db", "actor:nobody"])?;
    let said = (run.out.as_str(), run.err.as_str(), run.code);
    assert_eq!(said, ("", "no record matches\n", Some(0)));
    Ok(())
}

#[test]
fn a_reader_who_leaves_is_not_complained_of() -> Result<(), Failure> {
    let trail = Fixture::empty()?;
    trail.session(|trail, clock| {
        for number in 0..1_200 {
            record(trail, clock, &format!("tick.{number}"), "clock")?;
        }
        Ok(())
    })?;
    let mut child = trail
        .command(&["query", "audit.db", "--all", "--format", "jsonl"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut first = String::new();
    let mut out = BufReader::with_capacity(1, child.stdout.take().ok_or("no output")?);
    out.read_line(&mut first)?;
    drop(out);
    let mut told = String::new();
    child
        .stderr
        .take()
        .ok_or("no stream")?
        .read_to_string(&mut told)?;
    assert_eq!((told.as_str(), child.wait()?.code()), ("", Some(3)));
    assert!(first.contains("trail.closed"), "{first}");
    Ok(())
}

#[test]
fn what_is_no_trail_is_named() -> Result<(), Failure> {
    let trail = Fixture::empty()?;
    let dir = trail.dir.path();
    std::fs::write(dir.join("empty"), "")?;
    std::fs::write(
        dir.join("text"),
        "no database at all, but a text of some length",
    )?;
    std::fs::create_dir(dir.join("dir"))?;
    let other = rusqlite::Connection::open(dir.join("other"))?;
    other.execute_batch("CREATE TABLE t (x)")?;
    for (file, told) in [
        ("missing", "error: there is no trail `missing`\n"),
        (
            "empty",
            "error: `empty` is empty, expected the file of a trail\n",
        ),
        (
            "text",
            "error: `text` is no SQLite database, expected the file of a trail\n",
        ),
        (
            "dir",
            "error: `dir` is a directory, expected the file of a trail\n",
        ),
        ("other", "is a database, and no trail\n"),
    ] {
        for arguments in [
            &["query", file][..],
            &["tail", file],
            &["stats", file],
            &["verify", file],
            &["prove", file, "0"],
            &["checkpoint", file],
            &["checkpoint", file, "--sign"],
            &["export", file, "out"],
            &["prune", file, "--policy", "*=1d"],
        ] {
            let run: Run = trail.run(arguments)?;
            assert!(run.err.ends_with(told), "{arguments:?}: {}", run.err);
            assert_eq!((run.out.as_str(), run.code), ("", Some(3)), "{arguments:?}");
        }
    }
    assert!(!dir.join("missing").exists());
    Ok(())
}
