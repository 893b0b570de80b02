//! Keys of hashed values: their names, and how they change while the program runs.

use audit_core::testing::capture;
use audit_core::{
    Action, Actor, Change, Entry, RedactionKey, Runtime, Scope, Sensitive, Value, record, sensitive,
};
use serde_json::json;

use super::house::{builder, key, runtime};

fn named(name: &str) -> RedactionKey {
    let length = u8::try_from(name.len()).unwrap();
    RedactionKey::named(name, [length; 32]).unwrap()
}

fn change() -> Change {
    Change::by("ada").because("a new month").unwrap()
}

/// How a card stands in the record of a decision.
fn card_of(runtime: &Runtime) -> String {
    let ask = || runtime.evaluate(&Action::new("deploy").with("card", "4111-1111"));
    let captured = capture(ask);
    let card = captured.events[0].action.as_ref().unwrap().get("card");
    card.unwrap().as_str().unwrap().to_owned()
}

#[test]
fn a_hash_names_its_key() {
    let of = |key| card_of(&builder().redaction_key(key).build().unwrap());
    let unnamed = of(RedactionKey::new([7; 32]));
    let named = of(RedactionKey::named("2026-11", [7; 32]).unwrap());
    let digits = unnamed.strip_prefix("hmac-sha256:").unwrap();
    assert_eq!(named, format!("hmac-sha256:2026-11:{digits}"));
    assert_eq!(digits.len(), 32);
}

#[test]
fn names_that_would_blur_a_hash_are_refused() {
    for name in ["", "A", "a:b", "ä", "a b", &"a".repeat(33)] {
        let error = RedactionKey::named(name, [7; 32]).unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("`{name}` is no name")),
            "{error}"
        );
    }
    assert!(RedactionKey::named(&"a".repeat(32), [7; 32]).is_ok());
}

#[test]
fn what_was_hashed_before_a_change_of_the_key_is_found_after_it() {
    let runtime = runtime();
    let first = card_of(&runtime);
    runtime.set_redaction_key(named("second"), change());
    let second = card_of(&runtime);
    runtime.set_redaction_key(RedactionKey::none(), change());
    assert_eq!(card_of(&runtime), "***");
    runtime.set_redaction_key(named("third-"), change());
    let card = Value::from("4111-1111".to_owned());
    assert_eq!(
        runtime.redacted_forms(&card),
        [card_of(&runtime), second, first]
    );
    runtime.set_redaction_key(key(), change());
    assert_eq!(runtime.redacted_forms(&card).len(), 3, "each once");
}

#[test]
fn calls_entries_and_answers_use_the_key_in_force() {
    let runtime = runtime();
    runtime.set_redaction_key(named("second"), change());
    let hashed: Sensitive<u8, sensitive::Hash> = 7.into();
    let entry = Entry::new("paid").request(&hashed);
    let captured = capture(|| runtime.scope(|| record(entry).unwrap()));
    let request = captured.events[0].request.as_ref().unwrap();
    assert_eq!(
        request.as_str(),
        runtime
            .redacted_forms(&Value::from(7))
            .first()
            .map(|form| &**form)
    );
}

#[test]
fn a_change_of_the_key_is_an_event_that_names_both_and_shows_neither() {
    let runtime = builder().redaction_key(named("2026-11")).build().unwrap();
    let actor = Actor::new("ada").with("email", "ada@example.org");
    let captured = capture(|| {
        Scope::new().actor(actor).runtime(runtime.clone()).run(|| {
            runtime.set_redaction_key(named("2026-12-b"), change());
            runtime.set_redaction_key(RedactionKey::new([7; 32]), change());
        });
    });
    let events = serde_json::to_value(&captured.events).unwrap();
    assert_eq!(
        (&events[0]["kind"], &events[0]["name"]),
        (&json!("lifecycle"), &json!("redaction_key"))
    );
    assert_eq!(
        events[0]["data"],
        json!({"from": "2026-11", "to": "2026-12-b", "by": "ada", "reason": "a new month"})
    );
    assert_eq!(events[1]["data"]["to"], json!(null));
    assert_eq!(events[0]["redacted"], json!({"actor.email": "hash"}));
    assert_eq!(
        format!("{:?}", named("2026-11")),
        "RedactionKey(2026-11, ..)"
    );
}
