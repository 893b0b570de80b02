//! What stands in the place of a field.

use audit_core::{
    Action, Actor, Fields, Policy, Redaction, RedactionKey, Runtime, Scope, Snapshot, Value,
};

use super::house::{RELEASE, builder, deploy, event_of, how, key, policy, release, runtime, text};

#[test]
fn each_field_is_redacted_as_the_schema_says_and_listed() {
    let runtime = builder()
        .snapshot_resolver(|_| Ok(Snapshot::new().with("secret", "s3cr3t").with("flag", true)))
        .build()
        .unwrap();
    let event = event_of(|| runtime.allow(&deploy()));
    let fields = event.action.as_ref().unwrap().fields();
    assert_eq!(text(fields.get("token")), Some("***"));
    assert!(
        text(fields.get("card"))
            .unwrap()
            .starts_with("hmac-sha256:")
    );
    assert_eq!(text(fields.get("note")), Some("plain words"));
    assert!(fields.get("pin").is_none(), "dropped");
    let snapshot = event.snapshot.as_ref().unwrap();
    assert!(
        text(snapshot.get("secret"))
            .unwrap()
            .starts_with("hmac-sha256:")
    );
    assert_eq!(snapshot.get("flag"), Some(&Value::from(true)));
    for (path, expected) in [
        ("action.token", Some(Redaction::Mask)),
        ("action.card", Some(Redaction::Hash)),
        ("action.pin", Some(Redaction::Drop)),
        ("action.note", None),
        ("snapshot.secret", Some(Redaction::Seal)),
    ] {
        assert_eq!(how(&event, path), expected, "{path}");
    }
    assert_eq!(event.redacted.len(), 4);
    let json = serde_json::to_value(&event).unwrap();
    assert_eq!(json["redacted"]["action.pin"], "drop");
}

#[test]
fn what_language_2_says_beside_a_field_holds_in_records_and_covers_all_inside() {
    let policy = Policy::from_strings(
        "language: audit/2
actions:
  pay:
    fields:
      card: {type: string, sensitive: mask}
      address: {type: map, sensitive: drop, fields: {city: string}}
      memo: string
actor: {fields: {email: {type: string, sensitive: hash}}}
",
        "language: audit/2
default: block
rules:
  - id: home
    scope: {action: pay}
    when: {subject: action.address.city, operator: equals, value: Sevilla}
    effect: allow
",
        None,
    );
    let runtime = Runtime::builder()
        .policy(policy.unwrap())
        .redaction_key(key())
        .build()
        .unwrap();
    let action = Action::new("pay")
        .with("card", "4111-2222")
        .with("address", Fields::new().with("city", "Sevilla"))
        .with("memo", "rent");
    let actor = Actor::anonymous().with("email", "ada@example.com");
    let event = event_of(|| Scope::new().actor(actor).run(|| runtime.allow(&action)));
    assert!(
        event.decision.as_ref().unwrap().permits(),
        "asked of the values as they are"
    );
    let json = serde_json::to_value(&event).unwrap();
    let redacted =
        serde_json::json!({"action.address": "drop", "action.card": "mask", "actor.email": "hash"});
    assert_eq!(json["redacted"], redacted);
    assert_eq!(
        json["action"]["fields"],
        serde_json::json!({"card": "***", "memo": "rent"})
    );
    for secret in ["4111-2222", "Sevilla", "ada@example.com"] {
        assert!(!json.to_string().contains(secret), "{secret}: {json}");
    }
}

#[test]
fn the_callers_own_action_stays_as_it_is() {
    let action = deploy();
    assert!(runtime().allow(&action));
    assert_eq!(action, deploy());
}

#[test]
fn the_field_of_another_action_is_not_meant() {
    let event = event_of(|| runtime().allow(&Action::new("refund").with("token", "tok-11111")));
    assert_eq!(
        text(event.action.as_ref().unwrap().fields().get("token")),
        Some("tok-11111")
    );
    assert!(event.redacted.is_empty());
}

#[test]
fn an_action_without_a_type_may_be_any() {
    let event = event_of(|| runtime().allow(&Action::untyped().with("token", "tok-11111")));
    assert_eq!(
        text(event.action.as_ref().unwrap().fields().get("token")),
        Some("***")
    );
}

fn card_under(key: RedactionKey, card: impl Into<Value<'static>>) -> String {
    let runtime = Runtime::builder()
        .policy(policy())
        .redaction_key(key)
        .build()
        .unwrap();
    let event = event_of(|| runtime.allow(&Action::new("deploy").with("card", card)));
    text(event.action.as_ref().unwrap().fields().get("card"))
        .unwrap()
        .to_owned()
}

#[test]
fn equal_values_have_equal_hashes_under_one_key_alone() {
    let hash = card_under(key(), "alice@example.com");
    assert_eq!(hash.len(), "hmac-sha256:".len() + 32);
    assert_eq!(hash, card_under(key(), "alice@example.com"));
    assert_ne!(hash, card_under(key(), "bob@example.com"));
    assert_ne!(
        hash,
        card_under(RedactionKey::new([8; 32]), "alice@example.com")
    );
    assert_ne!(card_under(key(), 1), card_under(key(), "1"));

    let actor = super::house::alice();
    let event = event_of(|| Scope::new().actor(actor).run(|| runtime().allow(&deploy())));
    let email = event.actor.as_ref().unwrap().fields().get("email");
    assert_eq!(
        text(email),
        Some(&*hash),
        "in another field of another event"
    );
}

#[test]
fn without_a_key_each_runtime_has_its_own() {
    let hash = || {
        let runtime = Runtime::builder().policy(policy()).build().unwrap();
        let event = event_of(|| runtime.allow(&deploy()));
        text(event.action.as_ref().unwrap().fields().get("card"))
            .unwrap()
            .to_owned()
    };
    assert_ne!(hash(), hash());
}

#[test]
fn of_attribute_and_schema_the_stricter_holds() {
    let event = event_of(|| {
        let call = || {
            release(&RELEASE, ["tok-11111", "card-2222", "a note"], || {
                Ok(String::new())
            })
        };
        runtime().scope(call).unwrap()
    });
    let fields = event.action.as_ref().unwrap().fields();
    assert_eq!(
        text(fields.get("token")),
        Some("***"),
        "mask in the schema, hash in the attribute"
    );
    assert!(
        fields.get("card").is_none(),
        "hash in the schema, drop in the attribute"
    );
    assert_eq!(
        text(fields.get("note")),
        Some("***"),
        "in the attribute alone"
    );
    assert_eq!(how(&event, "action.card"), Some(Redaction::Drop));
}

#[test]
fn the_schema_of_a_policy_that_is_reloaded_counts_from_then_on() {
    let plain =
        super::house::SCHEMA.replace("    sensitive: {token: mask, card: hash, pin: drop}\n", "");
    let plain = Policy::from_strings(&plain, super::house::POLICY, None).unwrap();
    let runtime = Runtime::builder().policy(plain).build().unwrap();
    let token = |runtime: &Runtime| {
        let event = event_of(|| runtime.allow(&deploy()));
        text(event.action.as_ref().unwrap().fields().get("token"))
            .unwrap()
            .to_owned()
    };
    assert_eq!(token(&runtime), "tok-11111");
    runtime.reload(policy());
    assert_eq!(token(&runtime), "***");
}

#[test]
fn lists_and_maps_are_redacted_whole() {
    let deep = Value::from(vec![Value::from(
        Fields::new().with("inner", "deep-secret"),
    )]);
    let event = event_of(|| {
        runtime().allow(
            &Action::new("deploy")
                .with("token", deep.clone())
                .with("card", deep),
        )
    });
    let json = serde_json::to_string(&event).unwrap();
    assert!(
        !json.contains("deep-secret") && !json.contains("inner"),
        "{json}"
    );
}

#[test]
fn the_key_shows_nothing_of_itself() {
    assert_eq!(format!("{:?}", key()), "RedactionKey(..)");
    assert!(!format!("{:?}{:?}", builder(), runtime()).contains("7, 7"));
}
