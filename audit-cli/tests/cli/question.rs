//! `audit policy eval` and `audit policy explain` with one request.

use std::fs;

use serde_json::{Value, json};

use crate::Failure;
use crate::command::audit;
use crate::golden::assert_golden;

const REFUND: &str = r#"{"type": "refund", "amount": 5000}"#;
const FLAGGED: &str = r#"{"fraud_flag": true}"#;

#[test]
fn one_request_is_answered_in_a_line() -> Result<(), Failure> {
    let run = audit(&["eval", "sound", "--action", REFUND, "--snapshot", FLAGGED])?;
    assert_eq!(
        (run.out.as_str(), run.err.as_str(), run.code),
        ("refund: block by rule \"block_large\"\n", "", Some(0))
    );
    let (action, actor) = (r#"{"type": "payout"}"#, r#"{"role": "support"}"#);
    let run = audit(&["eval", "sound", "--action", action, "--actor", actor])?;
    let expected = "payout: allow by default, as no rule matches\n  missing: snapshot.fraud_flag\n";
    assert_eq!((run.out.as_str(), run.code), (expected, Some(0)));
    Ok(())
}

#[test]
fn one_request_is_answered_in_json() -> Result<(), Failure> {
    let run = audit(&[
        "eval",
        "sound",
        "--action",
        "{}",
        "--snapshot",
        FLAGGED,
        "--format",
        "json",
    ])?;
    let expected = "{\"effect\":\"allow\",\"matched_rule\":null,\"missing\":[\"actor.role\"]}\n";
    assert_eq!((run.out.as_str(), run.code), (expected, Some(0)));
    Ok(())
}

#[test]
fn a_domain_may_stand_in_a_file() -> Result<(), Failure> {
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("action.json");
    fs::write(&path, REFUND)?;
    let run = audit(&["eval", "sound", "--action", &format!("@{}", path.display())])?;
    assert_eq!(
        run.out.lines().next(),
        Some("refund: block by rule \"block_large\"")
    );
    let run = audit(&["eval", "sound", "--action", "@absent.json"])?;
    let told = "error: `absent.json` can't be read: No such file or directory (os error 2)\n";
    assert_eq!((run.err.as_str(), run.code), (told, Some(3)));
    Ok(())
}

#[test]
fn a_policy_with_mistakes_answers_nothing_and_tells_them() -> Result<(), Failure> {
    assert_golden(
        "eval_mistakes",
        &audit(&["eval", "mistakes", "--action", REFUND])?,
    )
}

#[test]
fn an_explanation_shows_every_rule_that_was_asked() -> Result<(), Failure> {
    let actor = r#"{"id": "alice", "role": "support"}"#;
    let run = audit(&[
        "explain",
        "sound",
        "--action",
        REFUND,
        "--actor",
        actor,
        "--snapshot",
        FLAGGED,
    ])?;
    assert_golden("explain_decided", &run)
}

#[test]
fn an_explanation_shows_what_was_missing() -> Result<(), Failure> {
    assert_golden(
        "explain_missing",
        &audit(&["explain", "sound", "--action", "{}", "--snapshot", FLAGGED])?,
    )
}

/// Nothing is told on the standard output, whose form others read.
#[test]
fn what_the_schema_does_not_declare_is_noted_beside_the_answer() -> Result<(), Failure> {
    let asked = |verb: &str, action: &str, format: &str| {
        let actor = r#"{"id": "alice", "rol": "support"}"#;
        audit(&[
            verb,
            "rolled_out",
            "--action",
            action,
            "--actor",
            actor,
            "--format",
            format,
        ])
    };
    let misspelled = r#"{"type": "refnud", "amount": "5.00"}"#;
    let unfit =
        r#"{"type": "refund", "amount": 12.5, "address": {"city": 7, "town": "Rome", "ip": null}}"#;
    assert_golden(
        "eval_undeclared_action",
        &asked("eval", misspelled, "text")?,
    )?;
    assert_golden("eval_undeclared", &asked("eval", unfit, "json")?)?;
    let (eval, explain) = (
        asked("eval", unfit, "json")?,
        asked("explain", unfit, "json")?,
    );
    assert_eq!((explain.err, explain.code), (eval.err, Some(0)));
    assert_eq!(explain.out.lines().count(), 1);
    Ok(())
}

#[test]
fn an_explanation_of_language_2_shows_modes_and_what_is_unknown() -> Result<(), Failure> {
    let explained = |action: &str| {
        let actor = r#"{"id": "alice", "role": "support"}"#;
        audit(&[
            "explain",
            "rolled_out",
            "--action",
            action,
            "--actor",
            actor,
        ])
    };
    let address = r#""address": {"city": "Rome", "ip": "10.1.2.3"}"#;
    let large = format!(r#"{{"type": "refund", "amount": "1200.00", {address}}}"#);
    assert_golden("explain_rolled_out", &explained(&large)?)?;
    let unfit = r#"{"type": "refund", "amount": 12.5}"#;
    assert_golden("explain_unknown", &explained(unfit)?)
}

#[test]
fn an_explanation_in_json_is_one_line_with_the_decision_and_the_rules() -> Result<(), Failure> {
    let run = audit(&[
        "explain",
        "sound",
        "--action",
        REFUND,
        "--snapshot",
        FLAGGED,
        "--format",
        "json",
    ])?;
    assert_eq!((run.out.lines().count(), run.code), (1, Some(0)));
    let explanation: Value = serde_json::from_str(&run.out)?;
    assert_eq!(explanation["decision"]["effect"], "block");
    assert_eq!(explanation["decision"]["matched_rule"], "block_large");
    assert_eq!(
        explanation["action"],
        json!({"type": "refund", "fields": {"amount": 5000}})
    );
    assert_eq!(explanation["snapshot"], json!({"fraud_flag": true}));
    let outcomes: Vec<_> = explanation["rules"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|rule| &rule["outcome"])
        .collect();
    assert_eq!(outcomes, ["decided", "no_match"]);
    Ok(())
}

const SECRETS: [&str; 4] = [
    "--action",
    r#"{"type": "deploy", "token": "open-sesame", "pin": "4711", "target": "production"}"#,
    "--actor",
    r#"{"role": "admin", "email": "root@example.com"}"#,
];

#[test]
fn an_explanation_does_not_show_what_the_schema_keeps_out_of_records() -> Result<(), Failure> {
    let run = audit(&[&["explain", "sensitive"], &SECRETS[..]].concat())?;
    assert_golden("explain_sensitive", &run)?;
    let json = [
        &["explain", "sensitive"],
        &SECRETS[..],
        &["--format", "json"],
    ]
    .concat();
    let text = audit(&json)?.out;
    let explanation: Value = serde_json::from_str(&text)?;
    assert_eq!(explanation["redacted"]["action.pin"], "drop");
    assert_eq!(explanation["actor"]["email"], "***");
    for secret in ["open-sesame", "4711", "0000", "root@example.com"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    Ok(())
}

#[test]
fn an_answer_is_the_one_about_the_values_as_they_are() -> Result<(), Failure> {
    let run = audit(&[&["eval", "sensitive"], &SECRETS[..]].concat())?;
    let expected = "deploy: block by rule \"known_token\"\n";
    assert_eq!((run.out.as_str(), run.code), (expected, Some(0)));
    Ok(())
}
