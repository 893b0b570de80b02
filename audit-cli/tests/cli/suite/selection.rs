//! Which cases run: files, directories, filters.

use super::test;
use crate::Failure;

#[test]
fn a_directory_stands_for_all_suites_in_it_by_name() -> Result<(), Failure> {
    let run = test(&["--list", "two"])?;
    let expected = "first/fails\nfirst/comes after\nsecond/comes later\n";
    assert_eq!((run.out.as_str(), run.code), (expected, Some(0)));
    Ok(())
}

#[test]
fn a_filter_selects_by_suite_and_case() -> Result<(), Failure> {
    let listed = |patterns: &[&str]| -> Result<String, Failure> {
        let filters = patterns.iter().flat_map(|pattern| ["--filter", pattern]);
        let arguments: Vec<&str> = ["--list", "two"].into_iter().chain(filters).collect();
        Ok(test(&arguments)?.out)
    };
    assert_eq!(
        listed(&["comes"])?,
        "first/comes after\nsecond/comes later\n"
    );
    assert_eq!(listed(&["first/*after"])?, "first/comes after\n");
    assert_eq!(
        listed(&["fail?", "later"])?,
        "first/fails\nsecond/comes later\n"
    );
    Ok(())
}

#[test]
fn what_a_filter_leaves_out_is_counted() -> Result<(), Failure> {
    let run = test(&["--filter", "comes", "two"])?;
    let expected = "first: 1 passed\nsecond: 1 passed\n\n\
        2 suites, 2 cases: 2 passed; 1 case left out by the filter\n";
    assert_eq!((run.out.as_str(), run.code), (expected, Some(0)));
    Ok(())
}

#[test]
fn a_run_of_nothing_is_not_green() -> Result<(), Failure> {
    let run = test(&["--filter", "nothing", "--filter", "at all", "two"])?;
    let told = "error: the filter `nothing`, `at all` selects none of 3 cases\n";
    assert_eq!((run.out.as_str(), run.err.as_str()), ("", told));
    assert_eq!(run.code, Some(3));
    Ok(())
}

#[test]
fn another_policy_may_be_tested_by_the_same_suites() -> Result<(), Failure> {
    let run = test(&["--policy", "../policies/warnings", "two/a.test.yaml"])?;
    assert_eq!(
        run.out.lines().next(),
        Some("first: 2 passed"),
        "{}",
        run.out
    );
    Ok(())
}

#[test]
fn wrong_usage_ends_with_two() -> Result<(), Failure> {
    let wrong: [&[&str]; 7] = [
        &[],
        &["--coverage-threshold", "101", "two"],
        &["--coverage-threshold", "NaN", "two"],
        &["--format", "xml", "two"],
        &["--list", "--coverage", "two"],
        &["--list", "--format", "json", "two"],
        &["--unknown", "two"],
    ];
    for arguments in wrong {
        let run = test(arguments)?;
        assert_eq!((run.out.as_str(), run.code), ("", Some(2)), "{arguments:?}");
    }
    Ok(())
}
