use super::*;
use crate::clock::{CountingIds, IdSource, Timestamp};
use crate::event::EventKind;
use crate::outcome::{Outcome, Status};
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
        assert_eq!(json["redacted"], serde_json::json!({ path: "mask" }));
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
