//! What payloads of the bus keep out of records that capture did not see the mark of, and that they are recorded as what they carry.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use audit_core::bus::{Bus, DEAD_LETTER, DeadLetter, DomainEvent, Payload, Runnable};
use audit_core::testing::capture;
use audit_core::{Entry, Event, Sensitive, record};
use serde::ser::Error as _;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Value, json};

use super::house::runtime;

/// What its type keeps out of records stands behind more items than are captured.
#[derive(Serialize, Deserialize)]
struct Behind {
    items: Vec<u8>,
    card: Sensitive<String>,
}

fn behind() -> Behind {
    Behind {
        items: vec![0; 65_536],
        card: "4111-1111".to_owned().into(),
    }
}

/// A member that is written as a text, in which its mark is lost.
#[derive(Serialize)]
struct Lost {
    #[serde(serialize_with = "as_text")]
    card: Sensitive<String>,
}

fn as_text<S: Serializer>(card: &Sensitive<String>, serializer: S) -> Result<S::Ok, S::Error> {
    let text = serde_json::to_string(card).map_err(S::Error::custom)?;
    serializer.serialize_str(&text)
}

fn lost() -> Lost {
    Lost {
        card: "4111-1111".to_owned().into(),
    }
}

/// What fails behind a marked value, quoting it.
struct Fails;

impl Serialize for Fails {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(S::Error::custom("4111-1111 has no check digit"))
    }
}

/// What is recorded of the dead letter of a call with these parameters, which fails and says this.
fn buried<P: Serialize + Send + Sync + 'static>(params: P, said: &'static str) -> Value {
    let bus = Bus::new();
    let shown: Arc<Mutex<String>> = Arc::default();
    let seen = Arc::clone(&shown);
    let write = move |event: &DomainEvent| {
        let letter: &DeadLetter = event.get().unwrap();
        *seen.lock().unwrap() = format!("{letter:?} {event:?}");
        record(Entry::new("letter").request(letter)).unwrap();
    };
    bus.subscribe(DEAD_LETTER, write).unwrap().keep();
    let failing = Runnable::new(move |_: Value| Err::<(), _>(said));
    bus.register("failing", failing).unwrap().keep();
    let captured = capture(|| {
        runtime().scope(|| {
            bus.invoke_nowait("failing", params).unwrap();
            bus.flush_blocking().unwrap();
        });
    });
    let events = captured.events.iter().map(json_of);
    let mut events: Vec<Value> = events.collect();
    assert!(!json!(events).to_string().contains("4111"), "{events:?}");
    let shown = shown.lock().unwrap();
    assert!(shown.contains("failing"), "{shown}");
    assert!(!shown.contains("4111"), "{shown}");
    let ends = events.iter().filter(|event| event["kind"] == "outcome");
    assert_eq!(ends.count(), 1);
    let letter = events.iter_mut().find(|event| event["name"] == "letter");
    letter.unwrap()["request"]["params"].take()
}

fn json_of(event: &Event<'static>) -> Value {
    serde_json::to_value(event).unwrap()
}

/// The record of an entry with this request.
fn recorded<T: Serialize>(request: &T) -> Value {
    let entry = Entry::new("paid").request(request);
    let captured = capture(|| runtime().scope(|| record(entry).unwrap()));
    json_of(&captured.events[0])
}

#[test]
fn a_mark_behind_the_last_item_that_is_captured_hides_what_it_marks() {
    // What lies there no text is searched for.
    let params = buried(behind(), "no");
    assert!(params["items"].as_array().unwrap().len() > 65_000);
    let payload = Payload::new(behind());
    let event = recorded(&payload);
    assert!(!event.to_string().contains("4111"), "card is there");
    assert!(!format!("{payload:?}").contains("4111"), "card is there");
}

#[test]
fn a_payload_in_which_a_mark_was_lost_is_withheld_from_records_of_it_too() {
    let withheld = |value: &Value| {
        let said = value["$unserializable"].as_str();
        said.is_some_and(|said| said.contains("the mark of a sensitive value in it was lost"))
    };
    let params = buried(lost(), "no card 4111-1111");
    assert!(withheld(&params), "{params}");
    let payload = Payload::new(lost());
    let event = recorded(&payload);
    assert!(withheld(&event["request"]), "{event}");
    assert!(!format!("{payload:?}").contains("4111"), "{payload:?}");
    // What stands beside it is none the worse for it.
    let event = recorded(&(1, &payload));
    assert_eq!(event["request"][0], 1, "{event}");
    assert!(withheld(&event["request"][1]), "{event}");
    // Whoever reads it reads it as it is.
    assert_eq!(payload.json().unwrap()["card"], "\"4111-1111\"");
}

#[test]
fn nothing_that_is_said_beside_a_payload_that_is_withheld_is_recorded() {
    let entry = Entry::new("paid")
        .request(&lost())
        .resource("card:4111-1111")
        .error("no card 4111-1111");
    assert!(!format!("{entry:?}").contains("4111"), "{entry:?}");
    let captured = capture(|| runtime().scope(|| record(entry).unwrap()));
    let event = json_of(&captured.events[0]);
    assert_eq!(event["outcome"]["error"], "***");
    assert_eq!(event["resource"], "***");
    assert_eq!(event["redacted"], json!({"resource": "mask"}));
    let bus = Bus::new();
    bus.subscribe("paid", |_| Err::<(), _>("no card 4111-1111"))
        .unwrap()
        .keep();
    let captured = capture(|| runtime().scope(|| bus.publish_blocking("paid", lost()).unwrap()));
    let events = captured.events.iter().map(json_of);
    let letters = events.filter(|event| event["name"] == DEAD_LETTER);
    let errors: Vec<Value> = letters
        .map(|letter| letter["data"]["error"].clone())
        .collect();
    assert_eq!(errors, ["***"]);
}

#[test]
fn what_a_payload_says_that_fails_behind_a_mark_is_withheld() {
    for payload in [
        Payload::new((Sensitive::<_>::new("4111-1111"), Fails)),
        // Or behind one whose mark was lost.
        Payload::new((lost(), Fails)),
    ] {
        let event = recorded(&payload);
        assert!(!event.to_string().contains("4111"), "{event}");
        let said = event["request"]["$unserializable"].as_str().unwrap();
        assert!(said.contains("withheld"), "{said}");
        assert!(!format!("{payload:?}").contains("4111"), "{payload:?}");
    }
}

/// Bytes, as formats have them that know such.
struct Bytes(&'static [u8]);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

#[test]
fn a_payload_is_recorded_as_what_it_carries_would_be() {
    fn same<T: Serialize + Clone + Send + Sync + 'static>(value: &T) {
        let (itself, carried) = (recorded(value), recorded(&Payload::new(value.clone())));
        let (itself, carried) = (&itself["request"], &carried["request"]);
        assert!(itself == carried, "{itself:.200} is not {carried:.200}");
    }
    same(&json!({"$ref": "x"}));
    same(&json!([{"$$ref": {"$cut": "x"}}, {"$f64": "nan"}, {"a": {"$bytes": "00"}}, null, true]));
    same(&json!({"a": 1, "b": -2, "c": u64::MAX, "d": 1.5}));
    same(&(f64::NAN, [f64::INFINITY, f64::NEG_INFINITY]));
    same(&vec![1_u8; 70_000]);
    same(&"x".repeat(1_100_000));
    let many: BTreeMap<u32, u8> = (0..70_000).map(|number| (number, 1)).collect();
    same(&many);
    let mut deep = json!(1);
    for _ in 0..90 {
        deep = json!([deep]);
    }
    same(&deep);
    let bytes = || (Bytes(b"ab"), u128::MAX);
    assert_eq!(
        recorded(&Payload::new(bytes()))["request"],
        recorded(&bytes())["request"]
    );
}
