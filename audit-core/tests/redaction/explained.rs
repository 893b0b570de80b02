//! An explanation shows what was compared, except where it must not.

use audit_core::{Actor, Scope, Snapshot};

use super::house::{builder, deploy, runtime};

#[test]
fn both_sides_of_a_comparison_are_redacted_if_either_is_a_redacted_field() {
    let runtime = builder()
        .snapshot_resolver(|_| Ok(Snapshot::new().with("secret", "plain words")))
        .build()
        .unwrap();
    let actor = Actor::new("alice").with("email", "root@example.com");
    let explanation = Scope::new().actor(actor).run(|| runtime.explain(&deploy()));
    assert_eq!(
        explanation.to_string(),
        r#"deploy: require_approval by rule "same"
  redacted: action.card (hash), action.pin (drop), action.token (mask), actor.email (hash), snapshot.secret (seal)
  "known_token" (action deploy, block, line 3): does not match
    action.token ("***") equals "***": false
  "same" (action deploy, require_approval, line 7): decided
    action.note ("hmac-sha256:NOTE") equals snapshot.secret ("hmac-sha256:NOTE"): true
  "pinned" (action deploy, block, line 11): does not match
    action.pin (redacted) equals (redacted): false
  "mailed" (global, block, line 15): matches too, after the rule that decided
    actor.email ("hmac-sha256:MAIL") equals "hmac-sha256:MAIL": true
"#
        .replace("NOTE", &note(&explanation.to_string(), "action.note (\"hmac-sha256:"))
        .replace("MAIL", &note(&explanation.to_string(), "actor.email (\"hmac-sha256:"))
    );
    let json = serde_json::to_value(&explanation).unwrap();
    assert_eq!(json["rules"][0]["condition"]["compare"]["redacted"], "mask");
    assert_eq!(
        json["rules"][2]["condition"]["compare"]["expected"],
        serde_json::Value::Null
    );
    assert_eq!(json["redacted"]["action.pin"], "drop");
    assert!(json["action"]["fields"].get("pin").is_none());
    assert!(!json.to_string().contains("root@example.com"));
}

/// The 32 digits after these words.
fn note(text: &str, before: &str) -> String {
    let start = text.find(before).unwrap() + before.len();
    text[start..start + 32].to_owned()
}

#[test]
fn a_field_that_is_missing_does_not_lay_the_policys_own_value_open() {
    let explanation = runtime().explain(&audit_core::Action::new("deploy"));
    let text = format!(
        "{explanation}{explanation:?}{}",
        serde_json::to_string(&explanation).unwrap()
    );
    for literal in ["open-sesame", "pin-of-the-policy", "root@example.com"] {
        assert!(!text.contains(literal), "{literal}: {text}");
    }
    assert!(explanation.redacted.is_empty(), "nothing was there");
}

#[test]
fn nothing_is_said_of_redaction_where_nothing_is_redacted() {
    let explanation = super::support::runtime().explain(&super::support::refund(5));
    let json = serde_json::to_string(&explanation).unwrap();
    assert!(!json.contains("redacted") && !explanation.to_string().contains("redacted"));
}
