//! `audit trail verify`: what is found, and how it ends.

use serde_json::{Value, json};

use super::fixture::{Fixture, ORIGIN, key};
use crate::Failure;
use crate::command::Run;
use crate::golden::assert_golden;

/// The root depends on where in a file a function stands.
fn without_root(mut run: Run) -> Run {
    let kept = run.out.lines().filter(|line| !line.starts_with("root"));
    run.out = kept.fold(String::new(), |text, line| text + line + "\n");
    run
}

#[test]
fn a_sound_trail_is_sound_and_whose_word_that_is_gets_told() -> Result<(), Failure> {
    let trail = Fixture::new()?;
    let run = trail.run(&["verify", "audit.db"])?;
    assert_golden("trail_verify_own_keys", &without_root(run))?;
    let verifier = key()?.verifier().to_string();
    let run = trail.run(&["verify", "audit.db", "--key", &verifier, "--index"])?;
    assert_golden("trail_verify_sound", &without_root(run))?;
    std::fs::write(trail.dir.path().join("verifier"), format!("{verifier}\n"))?;
    let run = trail.run(&[
        "verify",
        "audit.db",
        "--key",
        "@verifier",
        "--format",
        "json",
    ])?;
    let mut told: Value = serde_json::from_str(&run.out)?;
    assert_eq!(told["root"].take().as_str().map(str::len), Some(64));
    assert_eq!(
        (told, run.code),
        (
            json!({
                "trail": "audit.db", "sound": true, "records": 8, "records_checked": 8, "records_pruned": 0,
                "root": null, "checkpoints": 2, "anchored": 6, "anchored_elsewhere": null,
                "unanchored": {"first": 6, "last": 7}, "keys": "given", "damage": [],
            }),
            Some(0)
        )
    );
    Ok(())
}

#[test]
fn a_record_that_was_changed_is_named() -> Result<(), Failure> {
    let trail = Fixture::new()?;
    trail.tamper(
        "UPDATE record SET body = CAST(replace(CAST(body AS TEXT), 'bob', 'eve') AS BLOB) WHERE seq = 3",
    )?;
    let run = trail.run(&["verify", "audit.db"])?;
    assert_eq!(run.code, Some(1), "{}", run.err);
    let first = run.out.lines().next().unwrap_or_default();
    assert_eq!(first, "audit.db: damaged, first at record 3: edited");
    let run = trail.run(&["verify", "audit.db", "--format", "json"])?;
    let told: Value = serde_json::from_str(&run.out)?;
    assert_eq!(told["damage"][0]["kind"], "edited");
    assert_eq!(told["damage"][0]["seq"], 3);
    assert_eq!((&told["sound"], run.code), (&json!(false), Some(1)));
    let last = trail.accesses()?.pop().ok_or("not recorded")?;
    assert_eq!(last["data"]["sound"], false);
    Ok(())
}

#[test]
fn each_kind_of_damage_has_its_name() -> Result<(), Failure> {
    for (statements, kind, seq) in [
        ("DELETE FROM record WHERE seq = 2", "removed", 2),
        (
            "CREATE TEMP TABLE t AS SELECT body FROM record WHERE seq = 1;
             UPDATE record SET body = (SELECT body FROM record WHERE seq = 4) WHERE seq = 1;
             UPDATE record SET body = (SELECT body FROM t) WHERE seq = 4",
            "reordered",
            1,
        ),
        ("UPDATE entry SET actor = 'eve' WHERE seq = 3", "index", 3),
    ] {
        let trail = Fixture::new()?;
        trail.tamper(statements)?;
        let run = trail.run(&["verify", "audit.db", "--index", "--format", "json"])?;
        let told: Value = serde_json::from_str(&run.out)?;
        let found = (
            &told["damage"][0]["kind"],
            &told["damage"][0]["seq"],
            run.code,
        );
        assert_eq!(found, (&json!(kind), &json!(seq), Some(1)), "{}", run.out);
    }
    Ok(())
}

#[test]
fn a_trail_too_damaged_to_take_a_record_is_a_finding_all_the_same() -> Result<(), Failure> {
    let trail = Fixture::new()?;
    trail.tamper("UPDATE tile SET hashes = zeroblob(length(hashes))")?;
    let run = trail.run(&["verify", "audit.db"])?;
    assert_eq!(run.code, Some(1), "{}", run.err);
    assert!(
        run.err
            .contains("note: that the trail was checked can't be recorded in it: "),
        "{}",
        run.err
    );
    assert!(run.out.starts_with("audit.db: damaged"), "{}", run.out);
    Ok(())
}

#[test]
fn a_key_that_did_not_sign_is_a_finding_and_one_that_is_none_is_wrong_usage() -> Result<(), Failure>
{
    let trail = Fixture::new()?;
    let other = audit_trail::note::TrailKey::from_seed(ORIGIN, &[8; 32])?;
    let other = other.verifier().to_string();
    let run = trail.run(&["verify", "audit.db", "--key", &other])?;
    assert_eq!(run.code, Some(1));
    assert!(run.out.contains("wrong_key"), "{}", run.out);
    std::fs::write(trail.dir.path().join("none"), "\n")?;
    for (key, code, told) in [
        (
            "nonsense",
            2,
            "error: `--key` names `nonsense`, which is no verifier key: ",
        ),
        ("@none", 2, "error: `none` holds no verifier key\n"),
        ("@missing", 3, "error: `missing` can't be read: "),
    ] {
        let run = trail.run(&["verify", "audit.db", "--key", key])?;
        assert!(run.err.starts_with(told), "{}", run.err);
        assert_eq!((run.out.as_str(), run.code), ("", Some(code)));
    }
    Ok(())
}

#[test]
fn a_trail_that_was_rolled_back_is_told_by_a_copy_in_a_second_place() -> Result<(), Failure> {
    let trail = Fixture::new()?;
    let dir = trail.dir.path();
    let old = std::fs::read(&trail.file)?;
    let signed = trail.run(&["checkpoint", "audit.db", "--sign"])?;
    std::fs::write(dir.join("anchor"), format!("{}\u{1e}\n", signed.out))?;
    let run = trail.run(&["verify", "audit.db", "--anchor", "anchor"])?;
    assert_eq!(run.code, Some(0), "{}", run.out);
    let elsewhere = "elsewhere   records 0 to 5, as far as the keys can be trusted";
    assert!(run.out.lines().any(|line| line == elsewhere), "{}", run.out);

    trail.run(&["query", "audit.db"])?;
    let signed = trail.run(&["checkpoint", "audit.db", "--sign"])?;
    std::fs::write(dir.join("anchor"), format!("{}\u{1e}\n", signed.out))?;
    for log in ["audit.db-wal", "audit.db-shm"] {
        let _none = std::fs::remove_file(dir.join(log));
    }
    std::fs::write(&trail.file, old)?;
    let run = trail.run(&["verify", "audit.db", "--anchor", "anchor"])?;
    assert_eq!(run.code, Some(1), "{}", run.out);
    assert!(run.out.contains("rolled_back"), "{}", run.out);

    let run = trail.run(&["verify", "audit.db", "--anchor", "missing"])?;
    assert!(
        run.err.starts_with("error: `missing` can't be read: "),
        "{}",
        run.err
    );
    assert_eq!(run.code, Some(3));
    Ok(())
}

/// On a terminal, as util-linux's `script` makes one.
#[test]
#[cfg(target_os = "linux")]
fn a_person_who_waits_sees_how_far_the_work_has_come_and_nothing_is_left_of_it()
-> Result<(), Failure> {
    let trail = Fixture::new()?;
    let verify = format!("'{}' trail verify audit.db", env!("CARGO_BIN_EXE_audit"));
    let output = std::process::Command::new("script")
        .args(["--quiet", "--return", "--command", &verify, "/dev/null"])
        .env("TERM", "xterm")
        .current_dir(trail.dir.path())
        .output()?;
    let shown = String::from_utf8(output.stdout)?;
    let (bar, rest) = shown
        .split_once("audit.db: sound")
        .ok_or_else(|| format!("{shown:?}"))?;
    assert!(
        bar.contains("checking records") && bar.contains("6 of 6"),
        "{shown:?}"
    );
    assert!(!rest.contains("checking records"), "{shown:?}");
    assert_eq!(output.status.code(), Some(0));
    Ok(())
}
