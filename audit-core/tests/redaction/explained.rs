//! An explanation shows what was compared, except where it must not.

use audit_core::{Actor, Scope, Snapshot};

use super::house::{alice, builder, deploy, runtime};

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

const SCHEMA: &str = "language: audit/2
actions:
  pay:
    fields:
      card: {type: string, sensitive: mask}
      address: {type: map, sensitive: drop, fields: {city: string, zip: {type: string, optional: true}}}
      memo: string
actor: {fields: {id: string}}
snapshot: {fields: {known: {type: list, of: string, sensitive: hash}}}
";

const RULES: &str = r#"language: audit/2
default: allow
rules:
  - {id: city, scope: {action: pay}, effect: block, when: {not: {subject: action.address.city, operator: in, value: [Sevilla, Roma]}}}
  - {id: zip, scope: {action: pay}, effect: block, when: {subject: action.address.zip, operator: matches, value: "41*"}}
  - {id: known, scope: {action: pay}, effect: block, when: {subject: action.memo, operator: in, value: {subject: snapshot.known}}}
  - {id: object, scope: {action: pay}, effect: require_approval, reason: "not for 4111-2222", when: {subject: request.resource, operator: ends_with, value: "4111-2222"}}
  - {id: plain, scope: {action: pay}, effect: block, when: {subject: request.resource, operator: equals, value: order}}
"#;

fn pay() -> audit_core::Action<'static> {
    let address = audit_core::Fields::new().with("city", "Sevilla");
    audit_core::Action::new("pay")
        .with("card", "4111-2222")
        .with("address", audit_core::Value::from(address))
        .with("memo", "groceries")
        .on("card:4111-2222")
}

fn explained(action: &audit_core::Action<'_>) -> audit_core::Explanation {
    let policy = audit_core::Policy::from_strings(SCHEMA, RULES, None).unwrap();
    let runtime = audit_core::Runtime::builder()
        .policy(policy)
        .snapshot_resolver(|_| Ok(Snapshot::new().with("known", vec!["groceries-of-bob", "rent"])))
        .build()
        .unwrap();
    Scope::new()
        .actor(Actor::new("alice"))
        .run(|| runtime.explain(action))
}

#[test]
fn parts_of_a_redacted_map_and_what_the_object_quotes_are_redacted() {
    let explanation = explained(&pay());
    let text = explanation.to_string();
    assert_eq!(
        text.replace(&note(&text, "snapshot.known (\"hmac-sha256:"), "KNOWN")
            .replace(&note(&text, "action.memo (\"hmac-sha256:"), "MEMO"),
        r#"pay: require_approval by rule "object"
  reason: not for ***
  redacted: action.address (drop), action.card (mask), resource (mask), snapshot.known (hash)
  "city" (action pay, block, line 4): does not match
    not: false
      action.address.city (redacted) in (redacted): true
  "zip" (action pay, block, line 5): does not match
    action.address.zip (redacted) matches (redacted): false
  "known" (action pay, block, line 6): does not match
    action.memo ("hmac-sha256:MEMO") in snapshot.known ("hmac-sha256:KNOWN"): false
  "object" (action pay, require_approval, line 7): decided
    request.resource ("***") ends_with "***": true
  "plain" (action pay, block, line 8): does not match
    request.resource ("***") equals "***": false
"#
    );
    let everything = format!(
        "{text}{explanation:?}{}",
        serde_json::to_string(&explanation).unwrap()
    );
    for secret in ["4111-2222", "Sevilla", "Roma", "41*", "groceries-of-bob"] {
        assert!(!everything.contains(secret), "{secret}: {everything}");
    }
}

#[test]
fn an_object_that_quotes_nothing_is_shown() {
    let text = explained(&pay().on("order")).to_string();
    assert!(
        text.contains("request.resource (\"order\") equals \"order\": true"),
        "{text}"
    );
}

#[test]
fn without_a_secret_what_would_be_hashed_is_masked_and_said_to_be() {
    let runtime = audit_core::Runtime::builder()
        .policy(super::house::policy())
        .redaction_key(audit_core::RedactionKey::none())
        .snapshot_resolver(|_| Ok(Snapshot::new().with("secret", "s3cr3t")))
        .build()
        .unwrap();
    let explanation = Scope::new()
        .actor(alice())
        .run(|| runtime.explain(&deploy()));
    let (text, json) = (
        explanation.to_string(),
        serde_json::to_string(&explanation).unwrap(),
    );
    for shown in [&text, &json] {
        assert!(!shown.contains("hmac"), "{shown}");
        assert!(!shown.contains("hash"), "{shown}");
        assert!(!shown.contains("seal"), "{shown}");
    }
    let line = "    actor.email (\"***\") equals \"***\": false";
    assert!(text.lines().any(|found| found == line), "{text}");
    assert!(
        text.contains("action.card (mask), action.pin (drop)"),
        "{text}"
    );
}
