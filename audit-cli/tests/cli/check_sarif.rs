//! `audit policy check --format sarif`. `scripts/test` holds real runs against the schema of the standard; these tests
//! hold them against what a person expects to see.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use audit_core::ProblemKind;
use serde_json::{Value, json};

use crate::Failure;
use crate::command::{Run, audit, audit_in, folder};
use crate::golden::assert_golden;
use crate::scratch::{copy_of_sound, not_utf8};

fn document(run: &Run) -> Result<Value, Failure> {
    Ok(serde_json::from_str(&run.out)?)
}

/// The results of a check in a folder.
fn results_in(folder: &Path, policy: &str) -> Result<Vec<Value>, Failure> {
    let run = audit_in(folder, &["check", policy, "--format", "sarif"])?;
    let log = document(&run)?;
    let results = log.pointer("/runs/0/results").and_then(Value::as_array);
    Ok(results.ok_or("no results")?.clone())
}

fn results(policy: &str) -> Result<Vec<Value>, Failure> {
    results_in(&folder("policies"), policy)
}

/// Holds a run against its golden file, less what every run says alike and a test of its own looks at.
fn assert_sarif(name: &str, run: Run) -> Result<(), Failure> {
    assert_eq!(run.out.lines().count(), 1, "{name}: {}", run.out);
    let mut log = document(&run)?;
    for (path, part) in [("/runs/0", "tool"), ("/runs/0/results", "ruleIndex")] {
        let owners = match log.pointer_mut(path).ok_or(path)? {
            Value::Array(owners) => owners.iter_mut().collect(),
            owner => vec![owner],
        };
        for owner in owners {
            let owner = owner.as_object_mut().ok_or(path)?;
            assert!(
                owner.remove(part).is_some(),
                "{name}: {path} without {part}"
            );
        }
    }
    // Other crates of a build decide whether a map keeps its order.
    log.sort_all_objects();
    let out = serde_json::to_string_pretty(&log)? + "\n";
    assert_golden(&format!("sarif_{name}"), &Run { out, ..run })
}

/// The same for a policy of this test.
fn assert_check(policy: &str) -> Result<(), Failure> {
    assert_sarif(policy, audit(&["check", policy, "--format", "sarif"])?)
}

#[test]
fn a_sound_policy_has_no_results() -> Result<(), Failure> {
    assert_check("sound")
}

#[test]
fn warnings_are_results_and_no_finding() -> Result<(), Failure> {
    assert_check("warnings")
}

#[test]
fn lints_are_results_and_no_finding() -> Result<(), Failure> {
    assert_check("linted")
}

#[test]
fn every_mistake_is_a_result() -> Result<(), Failure> {
    assert_check("mistakes")
}

#[test]
fn broken_yaml_is_a_result_of_one_character() -> Result<(), Failure> {
    assert_check("broken")
}

#[test]
fn a_violated_governance_rule_is_a_result() -> Result<(), Failure> {
    assert_check("governed")
}

#[test]
fn wide_characters_count_as_one_column_each() -> Result<(), Failure> {
    assert_check("wide")
}

#[test]
fn a_missing_directory_is_a_result_of_an_unsuccessful_run() -> Result<(), Failure> {
    assert_check("absent")
}

#[test]
fn a_file_that_is_not_utf8_is_a_result_with_its_place() -> Result<(), Failure> {
    let dir = not_utf8()?;
    let run = audit_in(dir.path(), &["check", ".", "--format", "sarif"])?;
    assert_sarif("not_utf8", run)
}

#[test]
fn denied_warnings_change_the_exit_code_alone() -> Result<(), Failure> {
    let allowed = audit(&["check", "warnings", "--format", "sarif"])?;
    let denied = audit(&["check", "warnings", "--format", "sarif", "--deny-warnings"])?;
    assert_eq!((allowed.code, denied.code), (Some(0), Some(1)));
    assert_eq!((allowed.out, denied.err.as_str()), (denied.out, ""));
    Ok(())
}

#[test]
fn the_version_of_the_standard_comes_first() -> Result<(), Failure> {
    let run = audit(&["check", "sound", "--format", "sarif"])?;
    let start = r#"{"version":"2.1.0","$schema":"https://docs.oasis-open.org/sarif/sarif/v2.1.0/"#;
    assert!(run.out.starts_with(start), "{}", run.out);
    Ok(())
}

#[test]
fn the_rules_are_every_kind_of_problem() -> Result<(), Failure> {
    let log = document(&audit(&["check", "sound", "--format", "sarif"])?)?;
    let driver = &log["runs"][0]["tool"]["driver"];
    assert_eq!(driver["name"], "audit");
    assert_eq!(driver["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(driver["semanticVersion"], env!("CARGO_PKG_VERSION"));
    let rules = driver["rules"].as_array().ok_or("no rules")?;
    assert_eq!(rules.len(), ProblemKind::ALL.len());
    for (rule, kind) in rules.iter().zip(ProblemKind::ALL) {
        let level = if kind.is_warning() {
            "warning"
        } else {
            "error"
        };
        assert_eq!(rule["id"], kind.code());
        assert_eq!(rule["name"], kind.as_str());
        assert_eq!(rule["shortDescription"]["text"], kind.description());
        assert_eq!(rule["fullDescription"]["text"], kind.description());
        assert_eq!(rule["defaultConfiguration"]["level"], level);
        let help = rule["help"]["text"].as_str().unwrap_or_default();
        assert!(help.starts_with(kind.description()), "{rule}");
    }
    Ok(())
}

#[test]
fn every_result_points_at_its_rule_and_has_a_fingerprint_of_its_own() -> Result<(), Failure> {
    for entry in fs::read_dir(folder("policies"))? {
        let policy = entry?.file_name().to_string_lossy().into_owned();
        let log = document(&audit(&["check", &policy, "--format", "sarif"])?)?;
        let run = &log["runs"][0];
        let results = run["results"].as_array().ok_or("no results")?;
        for result in results {
            let index = result["ruleIndex"].as_u64().ok_or("no index")?;
            let rule = &run["tool"]["driver"]["rules"][usize::try_from(index)?];
            assert_eq!(rule["id"], result["ruleId"], "{policy}: {result}");
        }
        let fingerprints: HashSet<String> = results
            .iter()
            .map(|result| result["partialFingerprints"]["auditProblem/v1"].to_string())
            .collect();
        assert_eq!(fingerprints.len(), results.len(), "{policy}");
    }
    Ok(())
}

#[test]
fn a_problem_that_moves_keeps_its_fingerprint() -> Result<(), Failure> {
    let dir = copy_of_sound()?;
    let path = dir.path().join("policy.yaml");
    let policy = fs::read_to_string(&path)?.replace("greater_than", "above");
    fs::write(&path, &policy)?;
    let before = results_in(dir.path(), ".")?;
    let above = "rules:\n  - id: first\n    scope: {action: payout}\n    when: {subject: {domain: action, field: amount}, \
                 operator: below, value: {literal: 1}}\n    effect: block";
    fs::write(&path, policy.replace("rules:", above))?;
    let absolute = dir.path().to_string_lossy();
    let after = results_in(&folder("policies"), &absolute)?;
    assert_eq!((before.len(), after.len()), (1, 2));
    let fingerprint = |result: &Value| result["partialFingerprints"].clone();
    let line = |result: &Value| {
        let place = &result["locations"][0]["physicalLocation"];
        place["region"]["startLine"].clone()
    };
    assert_eq!(fingerprint(&before[0]), fingerprint(&after[1]));
    assert_ne!(line(&before[0]), line(&after[1]));
    assert_ne!(fingerprint(&after[0]), fingerprint(&after[1]));
    Ok(())
}

#[test]
fn equal_problems_of_one_rule_are_told_apart() -> Result<(), Failure> {
    let dir = copy_of_sound()?;
    let path = dir.path().join("policy.yaml");
    let policy = fs::read_to_string(&path)?.replace("equals", "above");
    fs::write(&path, policy.replace("not_above", "above"))?;
    let results = results_in(dir.path(), ".")?;
    let ends: Vec<Option<char>> = results
        .iter()
        .filter_map(|result| result["partialFingerprints"]["auditProblem/v1"].as_str())
        .map(|fingerprint| fingerprint.chars().last())
        .collect();
    assert_eq!(ends, [Some('1'), Some('2')]);
    Ok(())
}

#[test]
fn a_file_below_the_working_folder_is_named_from_there() -> Result<(), Failure> {
    let dir = copy_of_sound()?;
    let below = dir.path().join("100% pay ments/ü");
    fs::create_dir_all(&below)?;
    let absent = below.to_string_lossy();
    let uri = |result: &Value| {
        let place = &result["locations"][0]["physicalLocation"];
        place["artifactLocation"]["uri"].clone()
    };
    for named in ["100% pay ments/ü", "./100% pay ments/ü", &absent] {
        let results = results_in(&dir.path().canonicalize()?, named)?;
        assert_eq!(
            results.iter().map(uri).collect::<Vec<_>>(),
            [
                json!("100%25%20pay%20ments/%C3%BC/schema.yaml"),
                json!("100%25%20pay%20ments/%C3%BC/policy.yaml")
            ],
            "{named}"
        );
    }
    Ok(())
}

#[test]
fn words_of_a_policy_become_neither_placeholder_nor_link() -> Result<(), Failure> {
    let dir = copy_of_sound()?;
    let path = dir.path().join("policy.yaml");
    let operator = r#""{0} [here](https://example.org)""#;
    let policy = fs::read_to_string(&path)?.replace("greater_than", operator);
    fs::write(&path, policy)?;
    let results = results_in(dir.path(), ".")?;
    let text = results[0]["message"]["text"].as_str().unwrap_or_default();
    assert!(
        text.starts_with("unknown operator `{{0}} [here] (https://example.org)`"),
        "{text}"
    );
    Ok(())
}

#[test]
fn the_message_names_the_rule_and_the_way_out() -> Result<(), Failure> {
    let results = results("mistakes")?;
    assert_eq!(
        results[1]["message"]["text"],
        "unknown field `ammount` in domain `action`, the schema declares `amount`, `currency`\n\
         note: in rule `unknown_field`\n\
         help: did you mean `amount`?"
    );
    Ok(())
}

#[test]
fn a_governance_rule_without_words_is_told_in_those_of_its_kind() -> Result<(), Failure> {
    let dir = tempfile::tempdir()?;
    for file in ["schema.yaml", "policy.yaml", "governance.yaml"] {
        let text = fs::read_to_string(folder("policies/governed").join(file))?;
        let text = text.replace("every rule belongs to an action", "\"\"");
        fs::write(dir.path().join(file), text)?;
    }
    let results = results_in(dir.path(), ".")?;
    let text = results[0]["message"]["text"].as_str().unwrap_or_default();
    let line = text.lines().next();
    assert_eq!(line, Some(ProblemKind::Governance.description()));
    Ok(())
}
