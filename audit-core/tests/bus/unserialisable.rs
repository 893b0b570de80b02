//! Payloads, parameters and answers that have no form in JSON: whoever needs one is told, and nothing is lost without a word.

use std::error::Error as _;

use audit_core::bus::{Bus, InvokeError, Runnable};
use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};

use crate::support::{Log, dead_letters, now, runtime};

/// Has no form in JSON.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Odd {
    Refuses,
    Panics,
}

impl Serialize for Odd {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Refuses => Err(S::Error::custom("it is a secret")),
            Self::Panics => panic!("on purpose"),
        }
    }
}

impl<'de> Deserialize<'de> for Odd {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(D::Error::custom("nothing is one"))
    }
}

#[test]
fn whoever_reads_it_as_it_is_gets_it_and_whoever_wants_json_is_a_dead_letter() {
    let (runtime, notebook) = runtime();
    for (odd, why) in [
        (Odd::Refuses, "it is a secret"),
        (Odd::Panics, "on purpose"),
    ] {
        let (bus, log) = (Bus::new(), Log::default());
        let said = log.clone();
        bus.subscribe("a", move |event| {
            said.say(format!("{:?}", event.get::<Odd>().unwrap()));
        })
        .unwrap()
        .keep();
        bus.subscribe("a", |event| event.json().map(drop))
            .unwrap()
            .keep();
        let failures = log.clone();
        bus.subscribe(audit_core::bus::DEAD_LETTER, move |event| {
            let letter = event.get::<audit_core::bus::DeadLetter>().unwrap();
            failures.say(letter.error.clone().unwrap());
        })
        .unwrap()
        .keep();
        let before = notebook.all().len();
        runtime.scope(|| now(bus.publish("a", odd)).unwrap());
        let said = log.take();
        assert_eq!(said[0], format!("{odd:?}"));
        assert!(
            said[1].contains("has no form in JSON") && said[1].contains(why),
            "{said:?}"
        );
        // Its record is there all the same, and says why it holds no more.
        let told = notebook.all().split_off(before);
        let kinds: Vec<&Value> = told.iter().map(|event| &event["kind"]).collect();
        assert_eq!(kinds, ["operation", "event", "event", "outcome"]);
        assert!(!told[1]["data"].is_null(), "{}", told[1]);
    }
}

#[test]
fn numbers_that_json_does_not_have_are_recorded_as_what_they_are() {
    let (runtime, notebook) = runtime();
    let (bus, log) = (Bus::new(), Log::default());
    let said = log.clone();
    bus.subscribe("a", move |event| {
        said.say(event.get::<f64>().unwrap().to_string());
    })
    .unwrap()
    .keep();
    runtime.scope(|| {
        for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            now(bus.publish("a", number)).unwrap();
            bus.publish_nowait("a", number).unwrap();
            bus.flush_blocking().unwrap();
        }
    });
    assert_eq!(log.take(), ["NaN", "NaN", "inf", "inf", "-inf", "-inf"]);
    let recorded: Vec<Value> = notebook
        .of_kind("event")
        .iter()
        .map(|event| event["data"]["$f64"].clone())
        .collect();
    assert_eq!(recorded, ["nan", "nan", "inf", "inf", "-inf", "-inf"]);
}

#[test]
fn an_answer_without_a_form_in_json_is_an_error_for_whoever_wants_json() {
    let (runtime, notebook) = runtime();
    for (odd, why) in [
        (Odd::Refuses, "it is a secret"),
        (Odd::Panics, "on purpose"),
    ] {
        let bus = Bus::new();
        let answer = Runnable::new(move |(): ()| Ok::<_, String>(odd));
        bus.register("answer", answer).unwrap().keep();
        let later = Runnable::new_async(move |(): ()| async move { Ok::<_, String>(odd) });
        bus.register("later", later).unwrap().keep();
        for name in ["answer", "later"] {
            assert_eq!(now(bus.invoke::<_, Odd>(name, ())).unwrap(), odd);
            let before = notebook.all().len();
            let error = runtime.scope(|| now(bus.invoke::<_, Value>(name, ())).unwrap_err());
            let InvokeError::Answer { error: source, .. } = &error else {
                panic!("{error}")
            };
            let said = source.source().unwrap().to_string();
            assert!(said.contains(why), "{source}: {said}");
            let told = notebook.all().split_off(before);
            assert_eq!(told[1]["outcome"]["status"], "failed");
            // Of a call that nobody waits for, the answer is not looked at.
            let letters = dead_letters(&bus);
            bus.invoke_nowait(name, ()).unwrap();
            bus.flush_blocking().unwrap();
            assert!(letters.lock().unwrap().is_empty());
        }
        let all = bus.runnables();
        assert!(
            all.iter()
                .all(|(_, _, stats)| (stats.count, stats.failed) == (3, 1)),
            "{all:?}"
        );
    }
}

#[test]
fn parameters_without_a_form_in_json_are_an_error_for_whoever_needs_one_and_a_dead_letter_where_nobody_waits()
 {
    for odd in [Odd::Refuses, Odd::Panics] {
        let bus = Bus::new();
        let run = Runnable::new(|_: Value| Ok::<_, String>(()));
        bus.register("run", run).unwrap().keep();
        let error = now(bus.invoke::<_, ()>("run", odd)).unwrap_err();
        assert!(matches!(error, InvokeError::Params { .. }), "{error}");
        let letters = dead_letters(&bus);
        bus.invoke_nowait("run", odd).unwrap();
        bus.flush_blocking().unwrap();
        let letters = letters.lock().unwrap();
        let expected = json!({
            "target": "run", "params": null, "reason": "handler_error",
            "error": "the parameters of `run` do not fit",
        });
        assert_eq!(letters[..], [expected]);
    }
}
