//! What is recorded of calls on the bus and of what nobody handled.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use audit_core::bus::{Bus, DEAD_LETTER, DeadLetter, DomainEvent, Payload, Runnable};
use audit_core::testing::capture;
use audit_core::{Entry, Event, Policy, Runtime, Sensitive, record};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::house::runtime;

#[derive(Debug, Serialize, Deserialize)]
struct Payment {
    amount: u64,
    card: Sensitive<String>,
}

fn payment() -> Payment {
    Payment {
        amount: 50,
        card: "4111-1111".to_owned().into(),
    }
}

fn json(events: &[Event<'static>]) -> Vec<Value> {
    let events = events.iter();
    events
        .map(|event| serde_json::to_value(event).unwrap())
        .collect()
}

/// Whoever wants dead letters writes them down.
fn recording(bus: &Bus) -> Arc<Mutex<Vec<Value>>> {
    let params: Arc<Mutex<Vec<Value>>> = Arc::default();
    let seen = Arc::clone(&params);
    let write = move |event: &DomainEvent| {
        let letter: &DeadLetter = event.get().unwrap();
        seen.lock()
            .unwrap()
            .push(letter.params.json().unwrap().clone());
        record(Entry::new("letter").request(letter)).unwrap();
    };
    bus.subscribe(DEAD_LETTER, write).unwrap().keep();
    params
}

#[test]
fn a_dead_letter_keeps_the_marks_of_its_parameters() {
    let bus = Bus::new();
    let params = recording(&bus);
    let failing = Runnable::new(|_: Payment| Err::<(), _>("no"));
    let hanging = Runnable::new_async(|_: Payment| std::future::pending::<Result<(), String>>());
    bus.register("failing", failing).unwrap().keep();
    bus.register("hanging", hanging.timeout(Duration::from_millis(1)))
        .unwrap()
        .keep();
    let captured = capture(|| {
        runtime().scope(|| {
            bus.invoke_nowait("failing", payment()).unwrap();
            bus.flush_blocking().unwrap();
            bus.invoke_blocking::<_, ()>("hanging", payment())
                .unwrap_err();
            bus.flush_blocking().unwrap();
        });
    });
    let params = params.lock().unwrap();
    assert_eq!(params.len(), 2);
    for params in params.iter() {
        assert_eq!(params["card"], "4111-1111", "handlers get them as they are");
    }
    let events = json(&captured.events);
    let letters: Vec<&Value> = events
        .iter()
        .filter(|event| event["name"] == "letter")
        .collect();
    assert_eq!(letters.len(), 2);
    for letter in letters {
        let params = &letter["request"]["params"];
        assert_eq!(
            *params,
            serde_json::json!({"amount": 50, "card": "***"}),
            "{letter}"
        );
        assert_eq!(letter["redacted"]["request.params.card"], "mask");
    }
}

#[test]
fn a_recorded_dead_letter_quotes_nothing_that_records_of_it_do_not_show() {
    let bus = Bus::new();
    let _params = recording(&bus);
    let shown: Arc<Mutex<Vec<(DeadLetter, Value)>>> = Arc::default();
    let seen = Arc::clone(&shown);
    let see = move |event: &DomainEvent| {
        let (letter, json) = (event.get::<DeadLetter>(), event.json());
        let both = (letter.unwrap().clone(), json.unwrap().clone());
        seen.lock().unwrap().push(both);
    };
    bus.subscribe(DEAD_LETTER, see).unwrap().keep();
    let declined = |payment: Payment| format!("{} was declined", payment.card.expose());
    let failing = Runnable::new(move |payment: Payment| Err::<(), _>(declined(payment)));
    bus.register("failing", failing).unwrap().keep();
    bus.subscribe("paid", |event| {
        let payment: &Payment = event.get().unwrap();
        Err::<(), _>(format!("{} is not booked", payment.card.expose()))
    })
    .unwrap()
    .keep();
    bus.subscribe("said", |event| event.read::<u64>().map(drop))
        .unwrap()
        .keep();
    let captured = capture(|| {
        runtime().scope(|| {
            bus.invoke_nowait("failing", payment()).unwrap();
            bus.flush_blocking().unwrap();
            bus.publish_blocking("paid", payment()).unwrap();
            let said = Sensitive::<_>::new("4111-1111");
            bus.publish_blocking("said", said).unwrap();
        });
    });
    let events = json(&captured.events);
    let letters = events.iter().filter(|event| event["name"] == "letter");
    let errors: Vec<&Value> = letters.map(|event| &event["request"]["error"]).collect();
    let recorded = [
        "*** was declined",
        "*** is not booked",
        "the payload does not fit",
    ];
    assert_eq!(errors, recorded);
    for event in &events {
        assert!(!event.to_string().contains("4111"), "{event}");
    }
    // Whoever handles them gets them as they are.
    let shown = shown.lock().unwrap();
    assert_eq!(shown.len(), recorded.len());
    for ((letter, json), recorded) in shown.iter().zip(recorded) {
        let error = letter.error.as_deref().unwrap();
        assert!(error.contains("4111-1111"), "{error}");
        assert_eq!(json["error"], error);
        let debug = format!("{letter:?}");
        assert!(
            debug.contains(recorded) && !debug.contains("4111"),
            "{debug}"
        );
    }
}

#[test]
fn a_dead_letter_of_more_than_a_record_keeps_says_what_went_wrong() {
    let bus = Bus::new();
    let _params = recording(&bus);
    bus.subscribe("many", |_| Err::<(), _>("no"))
        .unwrap()
        .keep();
    let many = vec![0_u8; 70_000];
    let captured = capture(|| runtime().scope(|| bus.publish_blocking("many", many).unwrap()));
    let events = json(&captured.events);
    let letter = events.iter().find(|event| event["name"] == "letter");
    let letter = &letter.unwrap()["request"];
    let said = ["target", "reason", "error"].map(|name| &letter[name]);
    assert_eq!(said, ["many", "handler_error", "no"]);
    assert!(letter["timestamp"].is_string());
}

#[test]
fn no_record_of_a_call_quotes_an_answer_that_did_not_fit() {
    let bus = Bus::new();
    let answering = Runnable::new(|(): ()| Ok::<_, String>(payment().card));
    bus.register("card", answering).unwrap().keep();
    let handle = bus.handle();
    let asking = Runnable::new_async(move |(): ()| {
        let handle = handle.clone();
        async move { handle.invoke::<_, u64>("card", ()).await }
    });
    bus.register("asking", asking).unwrap().keep();
    let captured = capture(|| {
        runtime().scope(|| {
            bus.invoke_blocking::<_, u64>("asking", ()).unwrap_err();
            bus.invoke_nowait("asking", ()).unwrap();
            bus.flush_blocking().unwrap();
        });
    });
    let events = json(&captured.events);
    let mut said: Vec<&Value> = Vec::new();
    for event in &events {
        assert!(!event.to_string().contains("4111"), "{event}");
        if event["kind"] == "outcome" && event["name"] == "asking" {
            said.push(&event["outcome"]["error"]);
        }
        if event["name"] == DEAD_LETTER {
            said.push(&event["data"]["error"]);
        }
    }
    assert_eq!(said, ["the payload does not fit"; 3]);
}

#[test]
fn names_of_an_actions_fields_hide_nothing_of_what_the_bus_says_itself() {
    let mut fields = String::new();
    for name in ["target", "reason", "caller", "error", "rule", "verdict"] {
        write!(fields, "{name}: {{type: string, sensitive: mask}}, ").unwrap();
    }
    let schema = format!("language: audit/2\nactions: {{deploy: {{fields: {{{fields}}}}}}}\n");
    let rules = "language: audit/2\ndefault: allow\nrules: []\n";
    let policy = Policy::from_strings(&schema, rules, None).unwrap();
    let runtime = Runtime::builder().policy(policy).build().unwrap();
    let bus = Bus::new();
    bus.subscribe("paid", |_| Err::<(), _>("no"))
        .unwrap()
        .keep();
    let captured = capture(|| {
        runtime.scope(|| {
            bus.publish_blocking("paid", Payload::new(payment()))
                .unwrap()
        });
    });
    let events = json(&captured.events);
    let of = |key: &str, value: &str| events.iter().find(|event| event[key] == value).unwrap();
    let operation = of("kind", "operation");
    assert_eq!(operation["data"]["target"], "paid");
    assert_eq!(operation["data"]["caller"], "host");
    assert_eq!(operation["data"]["verdict"], "allow");
    assert!(operation.get("redacted").is_none(), "{operation}");
    let letter = of("name", DEAD_LETTER);
    assert_eq!(letter["data"]["reason"], "handler_error");
    assert_eq!(letter["data"]["error"], "no");
    // An entry of somebody's is no word of the bus.
    let entry = Entry::new("deploy").request(&serde_json::json!({"target": "4111"}));
    let captured = capture(|| runtime.scope(|| record(entry).unwrap()));
    assert_eq!(json(&captured.events)[0]["request"]["target"], "***");
}
