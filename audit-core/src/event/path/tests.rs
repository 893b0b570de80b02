use super::*;
use crate::clock::{CountingIds, IdSource, Timestamp};
use crate::decision::{Decision, Digest, PolicyInfo};
use crate::event::EventKind;
use crate::outcome::{Outcome, Status};
use crate::redaction::Redacted;
use crate::request::{Action, Actor};
use crate::value::Text;
use std::time::Duration;

static KEY: RedactionKey = RedactionKey::new([7; 32]);

fn event() -> Event<'static> {
    let time: Timestamp = "2026-11-23T08:00:00Z".parse().unwrap();
    let id = CountingIds::default().next_id(time);
    let mut event = Event::new(id, time, EventKind::Event, "paid");
    event.actor = Some(Cow::Owned(
        Actor::new("alice").with("email", "a@example.org"),
    ));
    event.tenant = Some(Text::borrowed("acme"));
    event.resource = Some(Text::borrowed("card:4111"));
    event.action = Some(Cow::Owned(
        Action::new("paid").with("token", "t-1").on("card:4111"),
    ));
    event.snapshot = Some(Cow::Owned(Fields::new().with("limit", 10)));
    let card = Fields::new().with("number", "4111");
    let cards = Value::from(vec![Value::from(card.clone()), Value::from(card)]);
    event.data = Some(Value::from(Fields::new().with("cards", cards)));
    event.request = Some(Value::from("4111"));
    let mut outcome = Outcome::new(Status::Failed, Duration::ZERO);
    outcome.error = Some(Text::borrowed("4111 is no card"));
    event.outcome = Some(Cow::Owned(outcome));
    event
}

fn redacted(path: &str, how: Redaction) -> (serde_json::Value, Event<'static>) {
    let mut event = event();
    event.redact(path, how, Some(&KEY));
    (serde_json::to_value(&event).unwrap(), event)
}

#[test]
fn every_part_of_an_event_can_be_redacted() {
    for (path, pointer) in [
        ("data", "/data"),
        ("data.cards", "/data/cards"),
        ("request", "/request"),
        ("actor.email", "/actor/email"),
        ("actor.id", "/actor/id"),
        ("action.token", "/action/fields/token"),
        ("snapshot.limit", "/snapshot/limit"),
        ("resource", "/resource"),
        ("tenant", "/tenant"),
        ("outcome.error", "/outcome/error"),
    ] {
        let (json, _) = redacted(path, Redaction::Mask);
        assert_eq!(json.pointer(pointer), Some(&"***".into()), "{path}");
        assert_eq!(json["redacted"][path], "mask");
        let (json, _) = redacted(path, Redaction::Drop);
        assert_eq!(json.pointer(pointer), None, "{path}");
        let (json, _) = redacted(path, Redaction::Seal);
        let hash = json.pointer(pointer).and_then(|value| value.as_str());
        assert!(hash.unwrap().starts_with("hmac-sha256:"), "{path}");
        assert_eq!(json["redacted"][path], "seal");
    }
}

#[test]
fn the_actor_is_who_that_is() {
    let (json, _) = redacted("actor", Redaction::Mask);
    assert_eq!(json["actor"]["id"], "***");
    assert_eq!(json["actor"]["email"], "a@example.org");
    assert_eq!(json["redacted"]["actor.id"], "mask");
}

#[test]
fn the_action_forgets_the_object_too() {
    let (_, event) = redacted("resource", Redaction::Mask);
    assert!(!format!("{event:?}").contains("card:4111"), "{event:?}");
}

#[test]
fn a_list_is_redacted_in_each_item() {
    let (json, _) = redacted("data.cards.number", Redaction::Mask);
    assert_eq!(json["data"]["cards"][1]["number"], "***");
    assert_eq!(json["redacted"]["data.cards[1].number"], "mask");
}

#[test]
fn a_path_that_leads_nowhere_changes_nothing() {
    for path in [
        "",
        "data.nobody",
        "nobody",
        "id",
        "data.cards.",
        "tenant.x",
        "decision.reason",
    ] {
        assert_eq!(redacted(path, Redaction::Drop).1, event(), "{path}");
    }
}

#[test]
fn without_a_key_nothing_is_hashed() {
    let mut event = event();
    event.redact("tenant", Redaction::Hash, None);
    assert_eq!(event.tenant.as_deref(), Some("***"));
    assert_eq!(
        event.redacted.first().map(|one| one.how),
        Some(Redaction::Mask)
    );
}

#[test]
fn what_was_redacted_is_made_stricter_and_never_hashed_again() {
    let mut event = event();
    event.redact("data.cards.number", Redaction::Hash, Some(&KEY));
    let once = event.clone();
    event.redact("data.cards.number", Redaction::Seal, Some(&KEY));
    assert_eq!(event, once);
    event.redact("data.cards.number", Redaction::Drop, Some(&KEY));
    event.redact("data.cards.number", Redaction::Mask, Some(&KEY));
    let json = serde_json::to_value(&event).unwrap();
    assert_eq!(json["data"]["cards"], serde_json::json!([{}, {}]));
    assert_eq!(json["redacted"]["data.cards[0].number"], "drop");
}

#[test]
fn what_was_masked_in_part_is_redacted_in_whole() {
    for (how, shown) in [
        (Redaction::Mask, Some("***")),
        (Redaction::Hash, None),
        (Redaction::Seal, None),
    ] {
        let mut event = event();
        event.resource = Some(Text::borrowed("customer:alice/card:***"));
        event.redacted = Cow::Owned(listed("resource"));
        event.redact("resource", how, Some(&KEY));
        let resource = event.resource.clone().unwrap();
        assert!(!resource.contains("alice"), "{resource}");
        assert!(shown.is_none_or(|shown| &*resource == shown), "{resource}");
        // What was done in whole is not done again.
        event.redact("resource", Redaction::Hash, Some(&KEY));
        assert_eq!(event.resource, Some(resource));
    }
}

#[test]
fn a_name_with_a_dot_is_not_taken_for_a_part_of_its_neighbour() {
    let mut event = event();
    let metadata = Fields::new()
        .with("user", "***")
        .with("user.email", "a@example.org");
    event.metadata = Some(Value::from(metadata));
    event.redacted = Cow::Owned(listed("metadata.user"));
    event.redact("metadata.user.email", Redaction::Hash, Some(&KEY));
    let json = serde_json::to_value(&event).unwrap();
    let email = json["metadata"]["user.email"].as_str().unwrap();
    assert!(email.starts_with("hmac-sha256:"), "{email}");
    assert_eq!(json["metadata"]["user"], "***");
}

#[test]
fn hashes_of_which_one_path_is_listed_are_not_hashed_again() {
    let mut event = event();
    let many: Fields<'static> = (0..300)
        .map(|number| (format!("n{number}"), Value::from("4111")))
        .collect();
    event.data = Some(Value::from(many));
    for number in 0..300 {
        event.redact(&format!("data.n{number}"), Redaction::Hash, Some(&KEY));
    }
    let mut all = Redacted::default();
    all.push("data.*", Redaction::Hash);
    event.redacted = Cow::Owned(all);
    let once = event.clone();
    event.redact("data.n7", Redaction::Hash, Some(&KEY));
    assert_eq!(event, once);
}

#[test]
fn what_the_event_quotes_of_it_is_hidden() {
    let mut event = event();
    event.decision = Some(Cow::Owned(decision()));
    event.resource = Some(Text::borrowed("mailbox:a@example.org"));
    let outcome = event.outcome.as_mut().unwrap().to_mut();
    outcome.error = Some(Text::borrowed("a@example.org bounced"));
    outcome.value = Some(Value::from("sent to a@example.org"));
    event.redact("actor.email", Redaction::Hash, Some(&KEY));
    let text = serde_json::to_string(&event).unwrap();
    assert!(!text.contains("a@example.org"), "{text}");
    assert!(!format!("{event:?}").contains("a@example.org"));
    let json = serde_json::to_value(&event).unwrap();
    assert_eq!(json["resource"], "mailbox:***");
    assert_eq!(json["redacted"]["resource"], "mask");
    assert_eq!(json["outcome"]["error"], "*** bounced");
}

fn decision() -> Decision<'static> {
    serde_json::from_value(serde_json::json!({
        "id": "019ab0c3-0000-7000-8000-000000000001",
        "effect": "block",
        "matched_rule": null,
        "match_count": null,
        "default_used": true,
        "reason": "a@example.org is blocked",
        "policy": PolicyInfo::new(Digest([7; 32]), 1),
        "mode": "enforce",
        "applied": true,
        "would": null,
        "error": {"stage": "evaluate", "kind": "failed", "message": "no mail to a@example.org"},
        "duration_ns": 1,
    }))
    .unwrap()
}

fn listed(path: &'static str) -> Redacted {
    let mut redacted = Redacted::default();
    redacted.push(path, Redaction::Mask);
    redacted
}
