//! Values that their types keep out of records, as arguments, fields and answers of annotated functions.

use std::collections::BTreeMap;

use audit_core::testing::{Captured, capture};
use audit_core::{
    Actor, Capture, Effect, Policy, Redaction, Runtime, Scope, Sensitive, Value, admit, audit,
    sensitive,
};
use serde_json::json;

type Hashed<T> = Sensitive<T, sensitive::Hash>;
type Dropped<T> = Sensitive<T, sensitive::Drop>;

const SCHEMA: &str = "language: audit/2
actions: {pay: {fields: {card: string, pin: {type: integer, optional: true}, amount: integer}}}
actor: {fields: {id: string}}
snapshot: {fields: {known: {type: string, optional: true}}}
";

const POLICY: &str = "language: audit/2
default: allow
rules:
  - id: stolen
    when: {subject: action.card, operator: equals, value: 4111-1111}
    scope: {action: pay}
    effect: block
";

fn runtime() -> Runtime {
    let policy = Policy::from_strings(SCHEMA, POLICY, None).unwrap();
    Runtime::builder().policy(policy).build().unwrap()
}

fn seen<R>(call: impl FnOnce() -> R) -> Captured<R> {
    capture(|| {
        Scope::new()
            .actor(Actor::new("alice"))
            .runtime(runtime())
            .run(call)
    })
}

fn json_of(events: &[audit_core::Event<'static>]) -> serde_json::Value {
    serde_json::to_value(events).unwrap()
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "what is behind a reference is redacted too"
)]
#[audit(action = "pay")]
fn plain(card: Sensitive<String>, pin: &Dropped<u32>, amount: u32) -> usize {
    card.expose().len() + *pin.expose() as usize + amount as usize
}

#[audit(action = "pay", fields(card, also = &card, made = self_of(card), amount), snapshot(known = card))]
fn named(card: &Hashed<String>, amount: u32) {
    let _ = (card, amount);
}

fn self_of(card: &Hashed<String>) -> &Hashed<String> {
    card
}

#[audit(action = "pay", fields(cards = cards), ret)]
fn listed(cards: Vec<Option<Sensitive<String>>>) -> Result<BTreeMap<String, Hashed<u32>>, String> {
    Ok([(format!("{cards:?}"), 77.into())].into())
}

#[admit(action = "pay", fields(card, amount), hash(card), err)]
fn stricter<T: Capture>(card: T, amount: u32) -> Result<(), audit_core::Refused> {
    let _ = (card, amount);
    Ok(())
}

#[test]
fn an_argument_of_a_sensitive_type_is_redacted_without_a_word_in_the_attribute() {
    let captured = seen(|| plain("4111-1111".to_owned().into(), &1234.into(), 5));
    let events = json_of(&captured.events);
    assert_eq!(
        events[0]["action"]["fields"],
        json!({"card": "***", "amount": 5})
    );
    assert_eq!(
        events[0]["redacted"],
        json!({"action.card": "mask", "action.pin": "drop"})
    );
    assert!(!events.to_string().contains("4111"));
}

#[test]
fn policy_judges_by_the_value_as_it_is() {
    let captured = seen(|| plain("4111-1111".to_owned().into(), &1.into(), 5));
    assert_eq!(captured.effects("pay"), [Effect::Block]);
    let captured = seen(|| plain("4222-2222".to_owned().into(), &1.into(), 5));
    assert_eq!(captured.effects("pay"), [Effect::Allow]);
}

#[test]
fn fields_expressions_and_the_snapshot_are_redacted_by_their_types() {
    let captured = seen(|| named(&"4111-1111".to_owned().into(), 5));
    let events = json_of(&captured.events);
    assert!(!events.to_string().contains("4111"), "{events}");
    assert_eq!(
        events[0]["redacted"],
        json!({
            "action.card": "hash", "action.also": "hash", "action.made": "hash",
            "snapshot.known": "hash",
        })
    );
}

#[test]
fn lists_options_and_answers_are_redacted_as_what_they_hold() {
    let captured = seen(|| listed(vec![Some("4111-1111".to_owned().into()), None]));
    let events = json_of(&captured.events);
    assert!(!events.to_string().contains("4111"), "{events}");
    assert_eq!(events[0]["action"]["fields"]["cards"], "***");
    let value = events[1]["outcome"]["value"].as_str().unwrap();
    assert!(value.starts_with("hmac-sha256:"), "{value}");
    assert_eq!(events[1]["redacted"]["outcome.value"], "hash");
}

#[test]
fn of_attribute_and_type_the_stricter_holds() {
    let of = |card: Sensitive<String>| {
        let captured = seen(|| stricter(card, 5).is_ok());
        json_of(&captured.events)
    };
    assert_eq!(
        of("4222-2222".to_owned().into())[0]["redacted"],
        json!({"action.card": "mask"})
    );
    let captured = seen(|| stricter("4222-2222", 5).is_ok());
    assert_eq!(
        json_of(&captured.events)[0]["redacted"],
        json!({"action.card": "hash"})
    );
}

#[test]
fn a_sensitive_value_that_panics_while_it_is_captured_says_nothing() {
    struct Panics;
    impl Capture for Panics {
        fn capture(&self) -> Value<'_> {
            std::panic::resume_unwind(Box::new("4111-1111 has no check digit"))
        }
    }
    let captured = seen(|| stricter(Sensitive::<_>::new(Panics), 5).is_ok());
    assert!(!captured.value);
    let events = json_of(&captured.events);
    assert!(!events.to_string().contains("4111"), "{events}");
}

#[test]
fn what_holds_sensitive_values_says_how_strictly() {
    assert_eq!(<Sensitive<u8> as Capture>::REDACTION, Some(Redaction::Mask));
    assert_eq!(
        <Hashed<Sensitive<u8>> as Capture>::REDACTION,
        Some(Redaction::Mask)
    );
    assert_eq!(
        <Dropped<Sensitive<u8>> as Capture>::REDACTION,
        Some(Redaction::Drop)
    );
    assert_eq!(
        <Vec<Option<Box<Hashed<u8>>>> as Capture>::REDACTION,
        Some(Redaction::Hash)
    );
    assert_eq!(<Vec<u8> as Capture>::REDACTION, None);
}

#[audit(action = "pay")]
fn generic<T: Capture>(card: T, amount: u32) {
    let _ = (card, amount);
}

#[test]
fn a_generic_argument_is_shown_by_no_record() {
    let captured = seen(|| generic(Sensitive::<_>::new("4222-2222"), 5));
    let events = json_of(&captured.events);
    assert!(!events.to_string().contains("4222"), "{events}");
}

#[audit(action = "pay", err)]
fn unasked(amount: u32, secret: Sensitive<String>, other: &Dropped<String>) -> Result<(), String> {
    assert_ne!(amount, 0, "no {}", secret.expose());
    Err(format!(
        "neither {} nor {}",
        secret.expose(),
        other.expose()
    ))
}

#[audit(action = "pay", fields(amount), err)]
async fn beside_fields(amount: u32, secret: Sensitive<String>) -> Result<(), String> {
    Err(format!("{amount} by {}", secret.expose()))
}

#[test]
fn an_argument_that_is_no_field_is_quoted_by_no_record_either() {
    let (first, second) = ("4111-1111".to_owned(), "4222-2222".to_owned());
    let call = |amount| {
        let (secret, other) = (first.clone().into(), second.clone().into());
        std::panic::catch_unwind(|| unasked(amount, secret, &other))
    };
    let captured = seen(|| (call(1).is_ok(), call(0).is_ok()));
    assert_eq!(captured.value, (true, false));
    let events = json_of(&captured.events);
    assert_eq!(events[1]["outcome"]["error"], "neither *** nor ***");
    assert_eq!(events[3]["outcome"]["status"], "panicked");
    assert_eq!(events[0]["action"]["fields"], json!({"amount": 1}));
    assert!(!events.to_string().contains("4111"), "{events}");
    assert!(!events.to_string().contains("no field"), "{events}");

    let captured = seen(|| pollster(beside_fields(1, first.clone().into())));
    let events = json_of(&captured.events);
    assert_eq!(events[1]["outcome"]["error"], "1 by ***");
    assert!(!events.to_string().contains("4111"), "{events}");
}

/// The end of a future that waits for nothing.
fn pollster<T>(future: impl Future<Output = T>) -> T {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(done) => done,
        std::task::Poll::Pending => panic!("it waits for nothing"),
    }
}

#[audit(action = "pay", fields(card, amount), ret)]
fn normalise(card: Hashed<String>, amount: u32) -> Hashed<String> {
    let _ = amount;
    card
}

#[audit(action = "pay", fields(card, amount), mask(card), ret)]
fn normalise_masked(card: String, amount: u32) -> Hashed<String> {
    let _ = amount;
    card.into()
}

#[test]
fn what_is_returned_as_it_came_has_the_hash_it_came_with_unless_that_was_masked() {
    let captured = seen(|| {
        let normalise = |card: &str| normalise(card.to_owned().into(), 5);
        (normalise("4222-2222"), normalise("4333-3333"))
    });
    let events = json_of(&captured.events);
    for (decision, outcome) in [(0, 1), (2, 3)] {
        let hash = &events[decision]["action"]["fields"]["card"];
        assert_eq!(events[outcome]["outcome"]["value"], *hash);
        assert_eq!(events[outcome]["redacted"]["outcome.value"], "hash");
    }
    assert_ne!(events[1]["outcome"]["value"], events[3]["outcome"]["value"]);
    // A hash is over what may be known.
    let captured = seen(|| {
        let normalise = |card: &str| normalise_masked(card.to_owned(), 5);
        (normalise("4222-2222"), normalise("4333-3333"))
    });
    let events = json_of(&captured.events);
    assert_eq!(events[1]["outcome"]["value"], events[3]["outcome"]["value"]);
}
