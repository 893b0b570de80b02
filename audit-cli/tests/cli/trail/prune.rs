//! `audit trail prune`: what may go, goes, and is told of.

use serde_json::{Value, json};

use super::fixture::{Fixture, record};
use crate::Failure;
use crate::golden::assert_golden;

fn ticking() -> Result<Fixture, Failure> {
    let trail = Fixture::empty()?;
    trail.session(|trail, clock| {
        for name in ["tick", "tock", "tick", "tick", "login"] {
            record(trail, clock, name, "clock")?;
        }
        Ok(())
    })?;
    Ok(trail)
}

#[test]
fn a_dry_run_tells_what_would_go_and_takes_nothing() -> Result<(), Failure> {
    let trail = ticking()?;
    let run = trail.run(&["prune", "audit.db", "--policy", "t*=1", "--dry-run"])?;
    assert_golden("trail_prune_dry_run", &run)?;
    let run = trail.run(&["query", "audit.db", "name:tick", "--format", "csv"])?;
    assert_eq!(run.out.lines().count(), 4);
    Ok(())
}

#[test]
fn what_went_is_told_of_and_the_rest_still_proves() -> Result<(), Failure> {
    let trail = ticking()?;
    let policies = [
        "--policy",
        "tick=1",
        "--policy",
        "t*=1d",
        "--policy",
        "trail.*=0",
    ];
    let run =
        trail.run(&[&["prune", "audit.db"], &policies[..], &["--format", "json"]].concat())?;
    let told: Value = serde_json::from_str(&run.out)?;
    assert_eq!(
        (told, run.code),
        (
            json!({
                "trail": "audit.db", "policy": "tick=1 t*=1d trail.*=0", "dry_run": false, "records": 3,
                "groups": [
                    {"name": "tick", "records": 3, "expired": 2},
                    {"name": "tock", "records": 1, "expired": 1},
                ],
                "ranges": [[1, 3]], "told_by": [8],
            }),
            Some(0)
        )
    );
    let run = trail.run(&["verify", "audit.db"])?;
    assert_eq!(run.code, Some(0), "{}", run.out);
    assert!(
        run.out.contains("checked     6 of 9; retention took 3\n"),
        "{}",
        run.out
    );
    let run = trail.run(&["export", "audit.db", "tiles"])?;
    let left_out = "note: records 0 to 6 are left out, as retention took 3 of them and a bundle has no room for a gap\n";
    assert!(run.err.contains(left_out), "{}", run.err);
    let run = trail.run(&["prove", "audit.db", "2", "--record", "r"])?;
    assert_eq!(
        run.err,
        "error: record 2 is not there any more: its proof can be had, its bytes can't\n"
    );
    assert_eq!(run.code, Some(3));
    let run = trail.run(&["prune", "audit.db", "--policy", "tick=1"])?;
    assert_eq!(
        (run.out.as_str(), run.code),
        ("audit.db: nothing went\n", Some(0))
    );
    Ok(())
}

#[test]
fn a_rule_that_is_none_is_wrong_usage() -> Result<(), Failure> {
    let trail = ticking()?;
    let run = trail.run(&["prune", "audit.db", "--policy", "tick=5y"])?;
    assert!(
        run.err.contains("`5y` in rule `tick=5y` is not understood"),
        "{}",
        run.err
    );
    assert_eq!((run.out.as_str(), run.code), ("", Some(2)));
    assert!(trail.accesses()?.is_empty());
    Ok(())
}
