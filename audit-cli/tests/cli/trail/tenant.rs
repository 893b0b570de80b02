//! `--tenant`: one tenant's records, and nobody else's.

use std::fs;
use std::process::Stdio;

use serde_json::{Value, json};

use super::fixture::{Fixture, key, record_for, trail_command};
use crate::Failure;
use crate::command::Run;
use crate::golden::assert_golden;

/// A trail with events of `acme` (1 and 4), of `globex` (2 and 5) and of nobody (3 and 6), all signed.
fn world() -> Result<Fixture, Failure> {
    let trail = Fixture::empty()?;
    trail.session(|trail, clock| {
        for actor in ["alice", "bob"] {
            for tenant in [Some("acme"), Some("globex"), None] {
                record_for(tenant, trail, clock, "order.paid", actor)?;
            }
        }
        Ok(())
    })?;
    Ok(trail)
}

/// The places of records in JSON lines.
fn places(run: &Run) -> Result<Vec<u64>, Failure> {
    assert_eq!(run.code, Some(0), "{}", run.err);
    let mut places = Vec::new();
    for line in run.out.lines() {
        let record: Value = serde_json::from_str(line)?;
        let seq = record.get("seq").and_then(Value::as_u64);
        places.push(seq.ok_or("no place")?);
    }
    Ok(places)
}

#[test]
fn whatever_is_asked_the_tenants_records_alone_answer() -> Result<(), Failure> {
    let trail = world()?;
    for (asked, expected) in [
        (&[][..], &[1, 4][..]),
        (&["tenant:globex,acme"], &[1, 4]),
        (&["tenant:*"], &[1, 4]),
        (&["actor:bob"], &[4]),
        (&["tenant:globex"], &[]),
        (&["-tenant:acme"], &[]),
        (&["seq:2..3"], &[]),
    ] {
        for command in [
            &["query", "--all", "--oldest-first", "--format", "jsonl"][..],
            &["tail", "--format", "jsonl"],
            &["export", "--format", "jsonl"],
        ] {
            let options = ["--tenant", "acme", "--no-access-record", "audit.db"];
            let run = trail.run(&[command, &options, asked].concat())?;
            assert_eq!(places(&run)?, expected, "{command:?} {asked:?}");
        }
    }
    let run = trail.run(&[
        "query",
        "audit.db",
        "--tenant",
        "acme",
        "--no-access-record",
    ])?;
    assert_golden("trail_query_tenant", &run)
}

#[test]
fn a_cursor_of_another_tenant_or_of_no_tenant_is_refused() -> Result<(), Failure> {
    let trail = world()?;
    let page = |options: &[&str]| -> Result<Run, Failure> {
        let asked = [
            "query",
            "audit.db",
            "--limit",
            "1",
            "--format",
            "json",
            "--no-access-record",
        ];
        trail.run(&[&asked, options].concat())
    };
    let next = |run: &Run| -> Result<String, Failure> {
        let page: Value = serde_json::from_str(&run.out)?;
        Ok(page["next"].as_str().ok_or("no next page")?.to_owned())
    };
    let acme = next(&page(&["--tenant", "acme"])?)?;
    let run = page(&["--tenant", "acme", "--cursor", &acme])?;
    assert_eq!(run.code, Some(0), "{}", run.err);
    for options in [&[][..], &["tenant:acme"], &["--tenant", "globex"]] {
        let others = next(&page(options)?)?;
        for (cursor, asked) in [(&others, &["--tenant", "acme"][..]), (&acme, options)] {
            let run = page(&[asked, &["--cursor", cursor]].concat())?;
            let told = format!("error: `--cursor`: cursor `{cursor}` was given by another query");
            assert!(run.err.starts_with(&told), "{}", run.err);
            assert_eq!((run.out.as_str(), run.code), ("", Some(2)));
        }
    }
    Ok(())
}

#[test]
fn counts_are_the_tenants_and_the_overview_tells_nothing_of_the_whole() -> Result<(), Failure> {
    let trail = world()?;
    let stats = |options: &[&str]| {
        let asked = [
            "stats",
            "audit.db",
            "--tenant",
            "acme",
            "--no-access-record",
        ];
        trail.run(&[&asked, options].concat())
    };
    assert_golden("trail_overview_tenant", &stats(&[])?)?;
    let told: Value = serde_json::from_str(&stats(&["--format", "json"])?.out)?;
    assert_eq!(
        told,
        json!({
            "trail": "audit.db", "tenant": "acme", "matching": 2,
            "first": "2026-11-23T08:00:00.000Z", "last": "2026-11-23T08:00:00.000Z",
            "kinds": [{"name": "event", "records": 2}], "effects": [],
        })
    );
    let run = stats(&["--by", "tenant", "--format", "csv"])?;
    assert!(run.out.ends_with("\nacme,false,2\n"), "{}", run.out);
    assert_eq!(run.out.lines().count(), 2, "{}", run.out);
    Ok(())
}

#[test]
fn what_is_anothers_can_not_be_proved_and_is_told_as_what_is_not_there() -> Result<(), Failure> {
    let trail = world()?;
    let prove = |seq: &str| {
        let options = [
            "--tenant",
            "acme",
            "--no-access-record",
            "--record",
            "r.json",
            "--force",
        ];
        trail.run(&[&["prove", "audit.db", seq], &options[..]].concat())
    };
    for seq in ["0", "2", "3", "7", "8", "99", "18446744073709551615"] {
        let run = prove(seq)?;
        let told = format!("error: tenant `acme` has no record {seq}, or not any more\n");
        assert_eq!((run.out.as_str(), run.err, run.code), ("", told, Some(3)));
        assert!(!trail.dir.path().join("r.json").exists());
    }
    let run = prove("4")?;
    assert!(
        run.out.starts_with("c2sp.org/tlog-proof@v1\nindex 4\n"),
        "{}",
        run.out
    );
    assert!(trail.dir.path().join("r.json").exists());
    Ok(())
}

#[test]
fn an_export_of_a_tenant_is_records_that_are_proved_without_the_trail() -> Result<(), Failure> {
    let trail = world()?;
    let export = || trail.run(&["export", "audit.db", "acme", "--tenant", "acme"]);
    let run = export()?;
    assert_eq!(
        run.out,
        "acme: 2 records of tenant `acme`, each with its proof\n"
    );
    assert_eq!((run.err.as_str(), run.code), ("", Some(0)));
    let bundle = trail.dir.path().join("acme");
    let mut names = Vec::new();
    for entry in fs::read_dir(bundle.join("record"))? {
        names.push(entry?.file_name().into_string().map_err(|_| "not UTF-8")?);
    }
    names.sort();
    assert_eq!(
        names,
        ["001.json", "001.tlog-proof", "004.json", "004.tlog-proof"]
    );
    let verifier = key()?.verifier().to_string();
    for record in ["001", "004"] {
        let file = |ending: &str| format!("record/{record}.{ending}");
        let (proof, record) = (file("tlog-proof"), file("json"));
        let words = [
            "verify", "--proof", &proof, "--record", &record, "--key", &verifier,
        ];
        let run = Run::from(trail_command(&bundle, &words).output()?);
        assert_eq!(run.code, Some(0), "{} {}", run.out, run.err);
        let body: Value = serde_json::from_slice(&fs::read(bundle.join(&record))?)?;
        assert_eq!(body["tenant"], "acme");
    }

    let run = trail.run(&["export", "audit.db", "again", "--tenant", "acme"])?;
    assert_eq!(
        run.out,
        "again: 2 records of tenant `acme`, each with its proof\n"
    );
    // That of the reading before.
    let told = "note: 1 record of the tenant behind the latest checkpoint not exported yet\n";
    assert_eq!(run.err, told);
    let run = export()?;
    assert_eq!(
        (run.out.as_str(), run.err.as_str(), run.code),
        (
            "",
            "error: `acme` is not empty; expected a directory with nothing in it, or none\n",
            Some(3)
        )
    );
    Ok(())
}

#[test]
fn that_a_tenants_records_were_read_is_told_as_the_tenants() -> Result<(), Failure> {
    let trail = world()?;
    for arguments in [
        &["query", "audit.db", "tenant:globex"][..],
        &["tail", "audit.db"],
        &["stats", "audit.db"],
        &["stats", "audit.db", "--by", "kind"],
        &["prove", "audit.db", "1"],
        &["export", "audit.db", "out"],
        &["export", "audit.db", "--format", "jsonl"],
    ] {
        let run = trail.run(&[arguments, &["--tenant", "acme"]].concat())?;
        assert_eq!(run.code, Some(0), "{arguments:?}: {}", run.err);
    }
    // What he has not was asked for, too.
    trail.run(&["prove", "audit.db", "2", "--tenant", "acme"])?;
    trail.run(&["query", "audit.db"])?;
    let told = trail.accesses()?;
    let told = told.iter().map(|record| {
        let (data, tenant) = (&record["data"], &record["tenant"]);
        (
            record["name"].as_str().unwrap_or(""),
            tenant.clone(),
            data["records"].clone(),
        )
    });
    let acme = || json!("acme");
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            ("trail.query", acme(), json!(0)),
            // His two, and one of each reading before.
            ("trail.tail", acme(), json!(3)),
            ("trail.stats", acme(), json!(4)),
            ("trail.stats", acme(), json!(5)),
            ("trail.prove", acme(), Value::Null),
            // Of what is signed.
            ("trail.export", acme(), json!(2)),
            ("trail.export", acme(), json!(8)),
            ("trail.prove", acme(), Value::Null),
            ("trail.query", Value::Null, json!(16)),
        ]
    );
    let errors = trail.accesses()?;
    let errors = errors
        .iter()
        .filter_map(|record| record["data"]["error"].as_str());
    let told = "tenant `acme` has no record 2, or not any more";
    assert_eq!(errors.collect::<Vec<_>>(), [told]);
    Ok(())
}

#[test]
fn following_shows_what_comes_of_the_tenant_alone() -> Result<(), Failure> {
    let trail = Fixture::empty()?;
    trail.session(|service, clock| {
        let words = [
            "tail", "-f", "audit.db", "--tenant", "acme", "--format", "csv",
        ];
        let mut tail = trail.command(&words).stdout(Stdio::piped()).spawn()?;
        let out = tail.stdout.take().ok_or("no output")?;
        let mut lines = std::io::BufRead::lines(std::io::BufReader::new(out));
        // Its first line comes once it stands where it goes on from.
        assert!(lines.next().ok_or("no first line")??.starts_with("seq,"));
        for (tenant, name) in [
            (Some("globex"), "theirs"),
            (None, "nobodys"),
            (Some("acme"), "his.own"),
        ] {
            record_for(tenant, service, clock, name, "alice")?;
        }
        let line = lines.next().ok_or("no line of what came")??;
        assert!(line.contains("his.own"), "{line}");
        drop(lines);
        assert_eq!(tail.wait()?.code(), Some(0));
        Ok(())
    })
}

#[test]
fn what_is_no_tenants_name_and_what_takes_none_is_told_why() -> Result<(), Failure> {
    let trail = world()?;
    for (name, told) in [
        ("", "is empty, expected at least one character"),
        (
            "acme\u{1b}[31m",
            "has the character U+001B at byte 4, expected none that nobody sees",
        ),
        (" acme", "begins or ends with a space, expected none there"),
        (&"a".repeat(256), "has 256 bytes, expected at most 255"),
    ] {
        for command in [
            &["query", "audit.db"][..],
            &["tail", "audit.db"],
            &["stats", "audit.db"],
            &["prove", "audit.db", "1"],
            &["export", "audit.db", "out"],
            &["export", "audit.db", "--format", "csv"],
        ] {
            let run = trail.run(&[command, &["--tenant", name]].concat())?;
            let told = format!("error: `--tenant`: a tenant's name {told}\n");
            assert_eq!(
                (run.out.as_str(), run.err, run.code),
                ("", told, Some(2)),
                "{command:?}"
            );
        }
    }
    for command in [
        &["verify", "audit.db"][..],
        &["checkpoint", "audit.db"],
        &["checkpoint", "audit.db", "--sign"],
        &["prune", "audit.db", "--policy", "nothing=1d"],
    ] {
        let run = trail.run(&[command, &["--tenant", "acme"]].concat())?;
        let told = format!(
            "error: `{}` takes no `--tenant`, as it is of the whole trail; it goes with `query`, `tail`, `stats`, `prove` and `export`\n",
            command.first().ok_or("no command")?
        );
        assert_eq!((run.out.as_str(), run.err, run.code), ("", told, Some(2)));
    }
    assert!(trail.accesses()?.is_empty());
    Ok(())
}
