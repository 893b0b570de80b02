//! What the bus says of what failed quotes nothing to a sink that its rules hide from it elsewhere.

use std::sync::Arc;

use audit_core::bus::{Bus, DEAD_LETTER, Runnable};
use audit_core::sink::{MemorySink, Registration};
use audit_core::{Actor, Redaction, Scope, admit};
use serde_json::{Value, json};

use crate::ground::{LONG, queued, runtime};

const CARD: &str = "4111-1111";

#[admit(action = "refund", fields(card, amount = 1), err)]
fn refund(card: &str) -> Result<(), audit_core::BoxError> {
    Err(format!("no card {card}").into())
}

/// What a sink sees with this rule, and one without any, while handlers and whoever is invoked fail and quote a card and whoever
/// acts.
fn seen(rule: (&str, Redaction), said: &'static str) -> [Vec<Value>; 2] {
    let (runtime, bus) = (runtime(), Bus::new());
    let memories = [(); 2].map(|()| Arc::new(MemorySink::new()));
    let [ruled, open] = &memories;
    let registration = Registration::new(ruled.clone()).redact(rule.0, rule.1);
    runtime.register_sink(registration.way(queued(64))).unwrap();
    runtime
        .register_sink(Registration::new(open.clone()))
        .unwrap();
    let failing = Runnable::new(move |(): ()| Err::<(), _>(said));
    bus.register("failing", failing).unwrap().keep();
    bus.subscribe("paid", move |_| Err::<(), _>(said))
        .unwrap()
        .keep();
    bus.subscribe("paid", |_| refund(CARD)).unwrap().keep();
    let acting = Scope::new().actor(Actor::new("alice").with("email", "ada@example.org"));
    acting.runtime(runtime.clone()).run(|| {
        bus.publish_blocking("paid", json!({"card": CARD, "amount": 50}))
            .unwrap();
        bus.invoke_nowait("failing", ()).unwrap();
        bus.flush_blocking().unwrap();
    });
    runtime.flush(LONG).unwrap();
    memories.map(|memory| {
        let events = memory.events().into_iter();
        events
            .map(|event| serde_json::to_value(&*event).unwrap())
            .collect()
    })
}

fn letters(events: &[Value]) -> Vec<&Value> {
    let letters = events.iter();
    letters
        .filter(|event| event["name"] == DEAD_LETTER)
        .collect()
}

#[test]
fn a_dead_letter_and_the_end_of_a_call_quote_nothing_that_a_sink_is_not_to_see() {
    for path in ["data.card", "data"] {
        let [ruled, open] = seen((path, Redaction::Drop), "no card 4111-1111");
        // What an annotated function is called with is no part of what the event carries.
        for event in ruled.iter().filter(|event| event.get("site").is_none()) {
            assert!(!event.to_string().contains(CARD), "{path}: {event}");
        }
        assert_eq!(letters(&open)[0]["data"]["error"], "no card 4111-1111");
    }
    let [ruled, open] = seen(("data.card", Redaction::Drop), "no card 4111-1111");
    let letters = [letters(&ruled), letters(&open)];
    assert_eq!(letters.each_ref().map(Vec::len), [3, 3]);
    for (ruled, open) in letters[0].iter().zip(&letters[1]) {
        assert_eq!(ruled["data"]["error"], "***");
        assert_eq!(ruled["redacted"], json!({"data.error": "mask"}));
        assert_eq!(open.get("redacted"), None);
        assert_eq!(ruled["data"]["reason"], open["data"]["reason"]);
        assert_eq!(ruled["data"]["target"], open["data"]["target"]);
    }
    let of_call = |event: &&Value| event["kind"] == "outcome" && event["name"] == "failing";
    let ended = ruled.iter().find(of_call).unwrap();
    assert_eq!(ended["outcome"]["error"], "***");
    assert_eq!(ended["redacted"], json!({"outcome.error": "mask"}));
}

#[test]
fn nor_does_a_dead_letter_quote_an_annotated_function_of_which_a_sink_is_to_see_less() {
    for path in ["action.card", "outcome.error", "action"] {
        let [ruled, open] = seen((path, Redaction::Drop), "no");
        // What the event carries is not concerned, nor what was decided of by what became of it.
        let is_concerned = |event: &&Value| {
            event["name"] != "paid" && (path != "outcome.error" || event["kind"] != "decision")
        };
        for event in ruled.iter().filter(is_concerned) {
            assert!(!event.to_string().contains(CARD), "{path}: {event}");
        }
        assert!(json!(letters(&open)).to_string().contains(CARD));
    }
}

#[test]
fn who_acts_is_quoted_to_no_sink_that_is_not_to_see_it_and_the_rest_is() {
    let [ruled, _] = seen(
        ("actor.email", Redaction::Mask),
        "no mail to ada@example.org",
    );
    for event in &ruled {
        assert!(!event.to_string().contains("ada@"), "{event}");
    }
    let letters = letters(&ruled);
    assert_eq!(letters[0]["data"]["error"], "no mail to ***");
    assert_eq!(letters[1]["data"]["error"], "no card 4111-1111");
}

#[test]
fn a_rule_for_what_a_dead_letter_says_is_followed_as_it_stands() {
    let [ruled, _] = seen(("data.error", Redaction::Hash), "no card 4111-1111");
    let error = letters(&ruled)[0]["data"]["error"].as_str().unwrap();
    assert!(error.starts_with("hmac-sha256:"), "{error}");
}
