//! Every event that a decision, an outcome, or a change of mode or policy makes is valid against its published schema, and comes back from JSON as it was.

#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};

use audit_core::Event;
use jsonschema::Validator;
use serde_json::{Value, json};

#[path = "event_schema/changed.rs"]
mod changed;
#[path = "event_schema/judged.rs"]
mod judged;
#[path = "event_schema/samples.rs"]
mod samples;
#[path = "event_schema/tenancy.rs"]
mod tenancy;

use samples::samples;

fn schemas() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas")
}

fn validator() -> Validator {
    let text = fs::read_to_string(schemas().join("event.v1.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&text).unwrap();
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

fn sample(name: &str) -> Event<'static> {
    let named = samples().into_iter().find(|(known, _)| known == name);
    named.unwrap().1
}

fn json_of(name: &str) -> Value {
    serde_json::to_value(sample(name)).unwrap()
}

#[test]
fn every_form_is_valid() {
    let validator = validator();
    let samples = samples();
    assert!(samples.len() > 30);
    for (name, event) in samples {
        let event = serde_json::to_value(event).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&event)
            .map(|error| format!("{}: {}", error.instance_path(), error.masked()))
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
    }
}

#[test]
fn every_form_comes_back_from_json_as_it_was() {
    for (name, event) in samples() {
        let first = serde_json::to_string(&event).unwrap();
        let read: Event<'static> = serde_json::from_str(&first).unwrap();
        let second = serde_json::to_string(&read).unwrap();
        assert!(first == second, "{name}: {first:.400}\n{second:.400}");
    }
}

#[test]
fn the_samples_are_of_every_effect_step_kind_status_and_redaction() {
    let events: Vec<Value> = samples()
        .into_iter()
        .map(|(_, event)| serde_json::to_value(event).unwrap())
        .collect();
    let has = |path: &str, word: &str| {
        let path = format!("/decision{path}");
        events
            .iter()
            .any(|event| event.pointer(&path) == Some(&json!(word)))
    };
    for status in audit_core::Status::WORDS {
        let has = |event: &Value| event["outcome"]["status"] == *status;
        assert!(events.iter().any(has), "{status}");
    }
    for how in audit_core::Redaction::WORDS {
        let redacted = events
            .iter()
            .filter_map(|event| event["redacted"].as_object());
        assert!(
            redacted
                .flat_map(|paths| paths.values())
                .any(|word| word == how),
            "{how}"
        );
    }
    for effect in audit_core::Effect::WORDS {
        assert!(has("/effect", effect), "{effect}");
    }
    assert!(has("/would", "block") && has("/would_rule", "tight_limit"));
    assert!(has("/severity", "high"));
    for stage in audit_core::Stage::WORDS {
        assert!(has("/error/stage", stage), "{stage}");
    }
    for kind in audit_core::FailureKind::WORDS {
        assert!(has("/error/kind", kind), "{kind}");
    }
}

#[test]
fn the_words_of_the_schema_are_those_of_the_code() {
    let text = fs::read_to_string(schemas().join("event.v1.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&text).unwrap();
    let error = "/$defs/decision/properties/error/anyOf/1/properties";
    for (path, words) in [
        (
            "/properties/kind/enum".to_owned(),
            audit_core::EventKind::WORDS,
        ),
        ("/$defs/effect/enum".to_owned(), audit_core::Effect::WORDS),
        (
            "/$defs/outcome/properties/status/enum".to_owned(),
            audit_core::Status::WORDS,
        ),
        (
            "/properties/redacted/additionalProperties/enum".to_owned(),
            audit_core::Redaction::WORDS,
        ),
        ("/$defs/mode/enum".to_owned(), audit_core::Mode::WORDS),
        (
            "/$defs/decision/properties/severity/enum".to_owned(),
            audit_core::Severity::WORDS,
        ),
        (format!("{error}/stage/enum"), audit_core::Stage::WORDS),
        (format!("{error}/kind/enum"), audit_core::FailureKind::WORDS),
    ] {
        assert_eq!(schema.pointer(&path).unwrap(), &json!(words), "{path}");
    }
}

#[test]
fn another_version_of_the_envelope_is_refused() {
    for version in [json!(0), json!(2), json!(256), json!("1"), json!(null)] {
        let mut event = json_of("blocked");
        event["v"] = version.clone();
        assert!(
            serde_json::from_value::<Event<'static>>(event).is_err(),
            "{version}"
        );
    }
}

#[test]
fn an_event_that_was_tampered_with_is_not_valid() {
    let validator = validator();
    let whole = json_of("everything");
    assert!(validator.is_valid(&whole));

    for (path, value) in [
        ("/v", json!(2)),
        ("/id", json!("not-a-uuid")),
        ("/id", json!("00000000-0000-4000-8000-000000000001")),
        ("/time", json!("2026-11-23T08:00:00Z")),
        ("/time", json!("2026-11-23T08:00:00.000000001+01:00")),
        ("/kind", json!("decisions")),
        ("/tenant", json!("")),
        (
            "/trace",
            json!("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"),
        ),
        ("/actor", json!("alice")),
        ("/snapshot", json!([])),
        ("/site/line", json!(0)),
        ("/process/id", json!(-1)),
        ("/action/fields", json!(null)),
        ("/decision/effect", json!("permit")),
        ("/decision/mode", json!("audit")),
        ("/decision/policy/digest", json!("00")),
        ("/decision/duration_ns", json!(-1)),
        ("/decision/missing", json!(["amount"])),
        ("/decision/missing", json!(["actor.id", "actor.id"])),
        ("/decision/would", json!("nothing")),
        ("/decision/severity", json!("fatal")),
        ("/decision/would_rule", json!(null)),
        (
            "/decision/error",
            json!({"stage": "evaluate", "kind": "failed"}),
        ),
        (
            "/decision/error",
            json!({"stage": "later", "kind": "failed", "message": ""}),
        ),
        (
            "/decision/error",
            json!({"stage": "evaluate", "kind": "failed", "message": "x".repeat(513)}),
        ),
    ] {
        let mut event = whole.clone();
        match (event.pointer_mut(path), path.strip_prefix("/decision/")) {
            (Some(part), _) => *part = value.clone(),
            (None, Some(absent)) => event["decision"][absent] = value.clone(),
            (None, None) => panic!("no {path}"),
        }
        assert!(!validator.is_valid(&event), "{path} = {value}");
    }

    for (path, name) in [
        ("", "extra"),
        ("/action", "resource"),
        ("/decision", "note"),
        ("/decision/policy", "name"),
        ("/site", "column"),
        ("/process", "host"),
    ] {
        let mut event = whole.clone();
        event.pointer_mut(path).unwrap()[name] = json!("x");
        assert!(!validator.is_valid(&event), "{path} with `{name}`");
    }

    for (path, names) in [
        (
            "",
            &[
                "v", "id", "time", "kind", "name", "call", "actor", "action", "snapshot",
                "decision", "process",
            ][..],
        ),
        ("/action", &["fields"]),
        (
            "/decision",
            &[
                "id",
                "effect",
                "matched_rule",
                "policy",
                "mode",
                "applied",
                "error",
                "duration_ns",
            ],
        ),
        ("/site", &["file", "line"]),
    ] {
        for name in names {
            let mut event = whole.clone();
            let part = event.pointer_mut(path).unwrap().as_object_mut().unwrap();
            assert!(part.remove(*name).is_some(), "{path} has no `{name}`");
            assert!(!validator.is_valid(&event), "{path} without `{name}`");
        }
    }
}

#[test]
fn an_outcome_or_a_redaction_that_was_tampered_with_is_not_valid() {
    let validator = validator();
    let (failed, redacted) = (json_of("failed"), json_of("redacted"));
    assert!(validator.is_valid(&failed) && validator.is_valid(&redacted));
    for (event, path, value) in [
        (&failed, "/outcome/status", json!("lost")),
        (&failed, "/outcome/duration_ns", json!(0.5)),
        (&failed, "/outcome/error", json!("x".repeat(513))),
        (&failed, "/outcome", json!({})),
        (&failed, "/redacted", json!({})),
        (&redacted, "/redacted", json!(["action.card"])),
        (&redacted, "/redacted/action.card", json!("gone")),
        (&redacted, "/redacted", json!({"card": "hash"})),
    ] {
        let mut event = event.clone();
        *event.pointer_mut(path).unwrap() = value.clone();
        assert!(!validator.is_valid(&event), "{path} = {value}");
    }
    for (path, names) in [
        ("", &["call", "actor", "outcome", "process"][..]),
        ("/outcome", &["status", "duration_ns"]),
    ] {
        for name in names {
            let mut event = failed.clone();
            let part = event.pointer_mut(path).unwrap().as_object_mut().unwrap();
            assert!(part.remove(*name).is_some(), "{path} has no `{name}`");
            assert!(!validator.is_valid(&event), "{path} without `{name}`");
        }
    }
}

#[test]
fn a_change_that_was_tampered_with_is_not_valid() {
    let validator = validator();
    for (name, path, value) in [
        ("mode_set", "/name", json!("mode.changed")),
        ("mode_set", "/data/target", json!("tenant")),
        ("mode_set", "/data/to", json!("audit")),
        ("mode_set", "/data/by", json!("")),
        ("mode_set", "/data/reason", json!("x".repeat(513))),
        ("mode_set", "/data", json!([])),
        ("mode_loaded", "/data/rollout_to", json!(50)),
        ("policy_loaded", "/name", json!("policy.changed")),
        ("policy_loaded", "/data/to/digest", json!("00")),
        ("policy_loaded", "/data/rules", json!(-1)),
        (
            "policy_refused",
            "/data/problems",
            json!([{"code": "P001"}]),
        ),
        ("policy_refused", "/data/problems/0/line", json!(0)),
        ("policy_refused", "/data/problems/0/code", json!("E1")),
    ] {
        let mut event = json_of(name);
        assert!(validator.is_valid(&event), "{name}");
        *event.pointer_mut(path).unwrap() = value.clone();
        assert!(!validator.is_valid(&event), "{name}: {path} = {value}");
    }
    for (name, names) in [
        (
            "mode_set",
            &["target", "name", "from", "to", "by", "reason"][..],
        ),
        ("mode_loaded", &["target", "from", "to"]),
        ("policy_loaded", &["from", "to"]),
        ("policy_refused", &["in_place", "dir", "problems"]),
    ] {
        for part in names {
            let mut event = json_of(name);
            assert!(
                event["data"]
                    .as_object_mut()
                    .unwrap()
                    .remove(*part)
                    .is_some()
            );
            assert!(!validator.is_valid(&event), "{name} without `{part}`");
        }
        let mut event = json_of(name);
        event["data"]["extra"] = json!(1);
        assert!(!validator.is_valid(&event), "{name} with `extra`");
    }
}

#[test]
fn a_value_of_the_trace_is_refused_where_it_is_no_number_json_lacks() {
    let validator = validator();
    let mut event = json_of("blocked");
    event["action"]["fields"]["amount"] = json!({"$f64": "nan"});
    assert!(validator.is_valid(&event));
    event["action"]["fields"]["amount"] = json!({"$f64": "1.5"});
    assert!(!validator.is_valid(&event));
}

#[test]
fn an_entry_that_was_tampered_with_is_not_valid() {
    let validator = validator();
    assert!(validator.is_valid(&json_of("entry")));
    for (path, value) in [
        ("/transport", json!(1)),
        ("/started", json!("2026-11-23T08:00:00Z")),
        ("/ended", json!(null)),
        ("/seq", json!(-1)),
        ("/seq", json!("7")),
        ("/request/order", json!({"$unserializable": 1})),
        ("/request/image", json!({"$bytes": "0"})),
        ("/request/body", json!({"$invalid_json": {}})),
        ("/request/note", json!({"$cut": null})),
    ] {
        let mut event = json_of("entry");
        *event.pointer_mut(path).unwrap() = value.clone();
        assert!(!validator.is_valid(&event), "{path} = {value}");
    }
}

#[test]
fn the_members_of_an_event_stand_in_the_order_of_its_fields_and_seq_is_the_last() {
    let mut event = sample("entry");
    let whole = sample("everything");
    (event.snapshot, event.decision) = (whole.snapshot, whole.decision);
    (event.call, event.cause, event.trace) = (whole.call, whole.cause, whole.trace);
    (event.tenant, event.site, event.redacted) =
        (whole.tenant, whole.site, sample("redacted").redacted);
    (event.schema, event.component) = (Some("report/v1".into()), Some("reports".into()));
    event.data = Some(audit_core::Value::Null);
    let written = serde_json::to_string(&event).unwrap();
    let text = fs::read_to_string(schemas().join("event.v1.schema.json")).unwrap();
    let (_, properties) = text.split_once("\n  \"properties\": {\n").unwrap();
    let names = properties
        .lines()
        .filter_map(|line| line.strip_prefix("    \"")?.split('"').next());
    let names: Vec<&str> = names.take(29).collect();
    assert_eq!(names.last(), Some(&"seq"));
    let (mut rest, mut found) = (written.as_str(), 0);
    for name in names {
        let place = rest.find(&format!("\"{name}\":"));
        let place = place.unwrap_or_else(|| panic!("no `{name}` after {found} others: {written}"));
        rest = &rest[place..];
        found += 1;
    }
    assert_eq!(rest, "\"seq\":18446744073709551615}");
}

/// The checked-in examples are what the code makes. `UPDATE_EXAMPLES=1` writes them anew.
#[test]
fn the_examples_are_what_the_code_makes() {
    let examples = schemas().join("examples");
    let update = std::env::var_os("UPDATE_EXAMPLES").is_some_and(|value| value == "1");
    let mut expected = Vec::new();
    for (name, event) in samples()
        .into_iter()
        .filter(|(name, _)| !name.contains('.'))
    {
        let file = format!("event.v1.{name}.json");
        let made = serde_json::to_string_pretty(&event).unwrap() + "\n";
        if update {
            fs::create_dir_all(&examples).unwrap();
            fs::write(examples.join(&file), &made).unwrap();
        }
        let found = fs::read_to_string(examples.join(&file)).unwrap_or_default();
        assert!(
            found == made,
            "{file} differs; UPDATE_EXAMPLES=1 writes it anew:\n{made}"
        );
        expected.push(file);
    }
    let mut present: Vec<String> = fs::read_dir(&examples)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|file| file.starts_with("event.v1."))
        .collect();
    present.sort();
    expected.sort();
    assert_eq!(present, expected);
}

#[test]
fn a_name_that_looks_like_a_number_json_lacks_is_kept_as_a_field() {
    let event = sample("odd");
    let fields = event.action.as_ref().unwrap().fields();
    assert_eq!(
        fields.get("$f64").and_then(|value| value.as_str()),
        Some("nan")
    );
    assert_eq!(event.name, "refund\n", "a field called `type` is data");
}
