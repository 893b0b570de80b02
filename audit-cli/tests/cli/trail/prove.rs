//! `audit trail prove` and `verify --proof`: one record without the trail.

use std::fs;

use serde_json::json;

use super::fixture::{Fixture, ORIGIN, key, trail_command};
use crate::Failure;
use crate::command::Run;

#[test]
fn a_proof_holds_without_the_trail_and_for_no_other_record_or_key() -> Result<(), Failure> {
    let trail = Fixture::new()?;
    let run = trail.run(&[
        "prove",
        "audit.db",
        "3",
        "--output",
        "r.tlog-proof",
        "--record",
        "r.json",
    ])?;
    assert_eq!(
        (run.out.as_str(), run.err.as_str(), run.code),
        ("", "", Some(0))
    );
    let elsewhere = tempfile::tempdir()?;
    let place = elsewhere.path();
    for name in ["r.tlog-proof", "r.json"] {
        fs::copy(trail.dir.path().join(name), place.join(name))?;
    }
    let verifier = key()?.verifier().to_string();
    let check = |record: &str, key: &str, format: &str| -> Result<Run, Failure> {
        let arguments = [
            "verify",
            "--proof",
            "r.tlog-proof",
            "--record",
            record,
            "--key",
            key,
            "--format",
            format,
        ];
        Ok(Run::from(trail_command(place, &arguments).output()?))
    };
    let run = check("r.json", &verifier, "text")?;
    let proved = format!(
        "proved: `r.json` is record 3 of `{ORIGIN}`, which had 6 records when this was signed\n"
    );
    assert_eq!((run.out, run.code), (proved, Some(0)));
    let run = check("r.json", &verifier, "json")?;
    let told: serde_json::Value = serde_json::from_str(&run.out)?;
    assert_eq!(
        told,
        json!({"proved": true, "record": 3, "origin": ORIGIN, "records": 6})
    );

    let record = fs::read_to_string(place.join("r.json"))?;
    fs::write(place.join("line.json"), format!("{record}\n"))?;
    fs::write(place.join("eve.json"), record.replace("bob", "eve"))?;
    for changed in ["line.json", "eve.json"] {
        let run = check(changed, &verifier, "text")?;
        assert!(
            run.out.starts_with("not proved: record 3 is not proved: "),
            "{}",
            run.out
        );
        assert!(run.err.contains("byte for byte"), "{}", run.err);
        assert_eq!(run.code, Some(1));
    }
    let other = audit_trail::note::TrailKey::from_seed(ORIGIN, &[8; 32])?;
    let run = check("r.json", &other.verifier().to_string(), "text")?;
    assert_eq!(
        (run.out.starts_with("not proved: the checkpoint"), run.code),
        (true, Some(1)),
        "{}",
        run.out
    );

    fs::write(place.join("r.tlog-proof"), "nonsense\n")?;
    let run = check("r.json", &verifier, "text")?;
    assert!(
        run.err
            .starts_with("error: `r.tlog-proof` is no proof: line 1: "),
        "{}",
        run.err
    );
    assert_eq!(run.code, Some(3));
    Ok(())
}

#[test]
fn without_a_file_the_proof_is_printed_and_the_record_is_the_stored_bytes() -> Result<(), Failure> {
    let trail = Fixture::new()?;
    let run = trail.run(&["prove", "audit.db", "0", "--record", "r.json"])?;
    assert!(
        run.out.starts_with("c2sp.org/tlog-proof@v1\nindex 0\n"),
        "{}",
        run.out
    );
    let database = rusqlite::Connection::open(&trail.file)?;
    let body: Vec<u8> = database.query_row("SELECT body FROM record WHERE seq = 0", [], |row| {
        row.get(0)
    })?;
    assert_eq!(fs::read(trail.dir.path().join("r.json"))?, body);
    Ok(())
}

#[test]
fn what_can_not_be_proved_is_told_with_the_way_out() -> Result<(), Failure> {
    let trail = Fixture::new()?;
    trail.run(&["query", "audit.db"])?;
    for (seq, told) in [
        (
            "6",
            "error: no checkpoint covers record 6 yet: `audit trail checkpoint --sign audit.db` signs one\n",
        ),
        (
            // That the other was asked for is told.
            "99",
            "error: there is no record 99 in a trail of 8, or not any more\n",
        ),
    ] {
        let run = trail.run(&["prove", "audit.db", seq])?;
        assert_eq!(
            (run.out.as_str(), run.err.as_str(), run.code),
            ("", told, Some(3))
        );
    }
    Ok(())
}

#[test]
fn nothing_is_written_over() -> Result<(), Failure> {
    let trail = Fixture::new()?;
    let file = trail.dir.path().join("r.json");
    fs::write(&file, "mine")?;
    let run = trail.run(&[
        "prove", "audit.db", "0", "--record", "r.json", "--output", "p",
    ])?;
    assert_eq!(
        run.err,
        "error: `r.json` is there already, `--force` replaces it\n"
    );
    assert_eq!(
        (fs::read_to_string(&file)?.as_str(), run.code),
        ("mine", Some(3))
    );
    assert!(!trail.dir.path().join("p").exists());
    let run = trail.run(&["prove", "audit.db", "0", "--record", "r.json", "--force"])?;
    assert_eq!(run.code, Some(0));
    assert_ne!(fs::read_to_string(&file)?, "mine");
    for (arguments, told) in [
        (
            ["--output", "audit.db", "--force"],
            "error: `audit.db` is the trail, which is never written over\n",
        ),
        (
            ["--output", "x", "--record=x"],
            "error: `--output` and `--record` name one file: choose two\n",
        ),
    ] {
        let run = trail.run(&[&["prove", "audit.db", "0"], &arguments[..]].concat())?;
        assert_eq!((run.err.as_str(), run.code), (told, Some(2)));
    }
    assert_eq!(trail.run(&["verify", "audit.db"])?.code, Some(0));
    Ok(())
}
