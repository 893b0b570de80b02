//! What an event says, and that it says so for ever.

#![cfg(test)]

mod support;

use std::sync::{Arc, Mutex};

use audit_core::testing::capture;
use audit_core::{Action, Actor, Event, EventKind, Fields, Scope, Value};
use proptest::prelude::*;
use support::{builder, refund, runtime};

/// The event of one decision about an action with this field.
fn event_with(value: impl Into<Value<'static>>) -> Event<'static> {
    let action = Action::new("refund").with("odd", value);
    let captured = capture(|| runtime().evaluate(&action));
    captured.events.into_iter().next().unwrap()
}

/// What another program reads of the odd field.
fn written(value: impl Into<Value<'static>>) -> serde_json::Value {
    let json = serde_json::to_value(event_with(value)).unwrap();
    json["action"]["fields"]["odd"].clone()
}

fn round_trip(event: &Event<'_>) -> (String, String) {
    let first = serde_json::to_string(event).unwrap();
    let read: Event<'static> = serde_json::from_str(&first).unwrap();
    let second = serde_json::to_string(&read).unwrap();
    (first, second)
}

#[test]
fn no_value_suppresses_its_own_record() {
    assert_eq!(written(f64::NAN), serde_json::json!({"$f64": "nan"}));
    assert_eq!(written(f64::INFINITY), serde_json::json!({"$f64": "inf"}));
    assert_eq!(
        written(f64::NEG_INFINITY),
        serde_json::json!({"$f64": "-inf"})
    );
    assert_eq!(written("a\0b"), "a\0b");
    assert_eq!(written(u64::MAX), u64::MAX);
    assert_eq!(written(i64::MIN), i64::MIN);
    assert_eq!(
        written(9_007_199_254_740_993_i64),
        9_007_199_254_740_993_i64
    );
    assert_eq!(written(Value::Null), serde_json::Value::Null);
    assert_eq!(
        written("x".repeat(1 << 20)).as_str().unwrap().len(),
        1 << 20
    );
    let nested = Fields::new().with("list", vec![Value::Null, Value::from(f64::NAN)]);
    assert_eq!(
        written(nested),
        serde_json::json!({"list": [null, {"$f64": "nan"}]})
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_and_whole_number_survive_the_way_through_json(text in any::<String>(), number in any::<i64>()) {
        let fields = Fields::new().with(text.clone(), number).with("t", text);
        let (first, second) = round_trip(&event_with(fields));
        prop_assert_eq!(first, second);
    }
}

#[test]
fn an_observer_reads_the_same_json_that_a_kept_event_has() {
    let seen = Arc::new(Mutex::new(String::new()));
    let noted = Arc::clone(&seen);
    let runtime = builder()
        .observer("json", move |event| {
            *noted.lock().unwrap() = serde_json::to_string(event).unwrap();
        })
        .build()
        .unwrap();
    let captured = capture(|| runtime.evaluate(&refund(5000)));
    let kept = serde_json::to_string(&captured.events[0]).unwrap();
    assert_eq!(*seen.lock().unwrap(), kept);
}

#[test]
fn an_observer_is_told_everything_that_led_to_the_decision() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&seen);
    let runtime = builder()
        .observer("look", move |event| {
            noted.lock().unwrap().push((
                event.action_type().to_owned(),
                event.tenant().map(str::to_owned),
                event.actor.id().map(str::to_owned),
                event.action.resource().map(str::to_owned),
                event.id() == event.decision.id,
            ));
        })
        .build()
        .unwrap();
    let scope = Scope::new().actor(Actor::new("alice")).tenant("acme");
    scope.unwrap().run(|| {
        let _ = runtime.evaluate(&refund(1).on("order:77"));
    });
    let _ = runtime.evaluate(&Action::untyped());
    let owned = |text: &str| Some(text.to_owned());
    assert_eq!(
        *seen.lock().unwrap(),
        [
            (
                "refund".to_owned(),
                owned("acme"),
                owned("alice"),
                owned("order:77"),
                true
            ),
            (String::new(), None, None, None, true),
        ]
    );
}

#[test]
fn the_site_is_the_line_that_asked() {
    let runtime = runtime();
    let action = refund(1);
    let captured = capture(|| {
        let _ = runtime.evaluate(&action);
        let _ = (runtime.allow(&action), line!());
        let _ = runtime.block(&action);
        let _ = runtime.requires_approval(&action);
        line!()
    });
    let lines: Vec<u32> = captured
        .events
        .iter()
        .map(|event| {
            let site = event.site.as_ref().unwrap();
            assert!(site.file.ends_with("event.rs"), "{}", site.file.as_str());
            site.line
        })
        .collect();
    let end = captured.value;
    assert_eq!(lines, [end - 4, end - 3, end - 2, end - 1]);
}

#[tokio::test]
async fn the_site_of_an_awaited_decision_is_the_line_that_asked() {
    let runtime = runtime();
    let action = refund(1);
    let captured = audit_core::testing::capture_async(async {
        let _ = runtime.evaluate_async(&action).await;
        line!()
    })
    .await;
    let site = captured.events[0].site.as_ref().unwrap();
    assert_eq!(site.line, captured.value - 1);
}

#[test]
fn an_event_names_the_process_it_comes_from() {
    let process = event_with(1).process.unwrap();
    assert_eq!(process.id, std::process::id());
    let program = std::env::current_exe().unwrap();
    let name = program.file_name().unwrap().to_string_lossy().into_owned();
    assert_eq!(process.name, name.as_str());
}

#[test]
fn an_envelope_of_another_version_is_refused() {
    let event = event_with(1);
    for version in ["0", "2", "255"] {
        let json = serde_json::to_string(&event).unwrap().replacen(
            r#""v":1"#,
            &format!(r#""v":{version}"#),
            1,
        );
        let error = serde_json::from_str::<Event<'static>>(&json).unwrap_err();
        let expected = format!("event version {version} is unknown, expected 1");
        assert!(error.to_string().contains(&expected), "{error}");
    }
}

#[test]
fn an_owned_event_does_not_change_with_what_it_was_made_from() {
    let mut currency = String::from("EUR");
    let event = {
        let action = Action::new("refund").with("currency", currency.as_str());
        capture(|| runtime().evaluate(&action)).events.remove(0)
    };
    let before = serde_json::to_string(&event).unwrap();
    currency.clear();
    assert_eq!(serde_json::to_string(&event).unwrap(), before);
    assert_eq!(event.kind, EventKind::Decision);
}

#[test]
fn random_identifiers_are_unique_and_of_version_seven() {
    let runtime = runtime();
    let action = refund(1);
    let ids: Vec<_> = (0..1000).map(|_| runtime.evaluate(&action).id).collect();
    let mut unique = ids.clone();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(unique.len(), 1000);
    for id in ids {
        let text = id.to_string();
        assert_eq!(&text[14..15], "7", "{text}");
        assert!(matches!(&text[19..20], "8" | "9" | "a" | "b"), "{text}");
    }
}
