//! What `audit trail` says of itself, and to arguments it does not know.

use super::fixture::Fixture;
use crate::Failure;
use crate::golden::assert_golden;

#[test]
fn help_tells_a_newcomer_everything() -> Result<(), Failure> {
    let trail = Fixture::empty()?;
    for subcommand in [
        "query",
        "tail",
        "stats",
        "verify",
        "prove",
        "checkpoint",
        "export",
        "prune",
    ] {
        let run = trail.run(&[subcommand, "--help"])?;
        assert_golden(&format!("help_trail_{subcommand}"), &run)?;
    }
    assert_golden("help_trail", &trail.run(&["--help"])?)
}

#[test]
fn wrong_usage_ends_with_two() -> Result<(), Failure> {
    let trail = Fixture::new()?;
    let wrong: [&[&str]; 17] = [
        &[],
        &["query"],
        &["query", "audit.db", "--limit", "0"],
        &["query", "audit.db", "--all", "--limit", "5"],
        &["query", "audit.db", "--format", "xml"],
        &["tail", "audit.db", "--format", "json"],
        &["stats", "audit.db", "--by", "colour"],
        &["stats", "audit.db", "--every", "soon"],
        &["stats", "audit.db", "--top", "0"],
        &["verify"],
        &["verify", "audit.db", "--record", "r"],
        &["verify", "--proof", "p", "--record", "r"],
        &["prove", "audit.db"],
        &["prove", "audit.db", "-1"],
        &["checkpoint", "audit.db", "--key-file", "k"],
        &["export", "audit.db"],
        &["prune", "audit.db"],
    ];
    for arguments in wrong {
        let run = trail.run(arguments)?;
        assert_eq!((run.out.as_str(), run.code), ("", Some(2)), "{arguments:?}");
        assert!(!run.err.is_empty());
    }
    assert!(trail.accesses()?.is_empty());
    Ok(())
}
