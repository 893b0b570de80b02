//! What nobody handled leaves a trace, whether or not anybody wants dead letters.

use std::fmt;
use std::time::Duration;

use audit_core::bus::{Bus, DEAD_LETTER, DomainEvent, PayloadError, Queue, Runnable};
use audit_core::{Actor, Policy, Runtime, Scope, Sensitive};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::support::{Notebook, dead_letters, now, runtime};

/// The records of dead letters.
fn recorded(notebook: &Notebook) -> Vec<Value> {
    let events = notebook.of_kind("event").into_iter();
    events
        .filter(|event| event["name"] == DEAD_LETTER)
        .collect()
}

#[derive(Deserialize)]
struct Transfer {
    #[allow(dead_code, reason = "it is there to be read")]
    amount: f64,
}

#[test]
fn what_a_handler_fails_to_do_is_recorded_once_whether_or_not_anybody_wants_dead_letters() {
    for (is_wanted, is_queued) in [(false, false), (true, false), (false, true), (true, true)] {
        let (runtime, notebook) = runtime();
        let bus = Bus::new();
        let letters = is_wanted.then(|| dead_letters(&bus));
        let mut failing = bus.subscription("account.*").description("keeps the books");
        if is_queued {
            failing = failing.queue(Queue::default());
        }
        failing
            .handle(|_| Err::<(), _>("no space left"))
            .unwrap()
            .keep();
        let acting = Scope::new().actor(Actor::new("alice")).runtime(runtime);
        acting.run(|| now(bus.publish("account.transfer", json!({"iban": "DE02"}))).unwrap());
        bus.flush_blocking().unwrap();
        let [record] = &recorded(&notebook)[..] else {
            panic!("{:?}", recorded(&notebook))
        };
        let expected = json!({
            "target": "account.transfer", "reason": "handler_error", "error": "no space left",
            "handler": "host", "pattern": "account.*", "description": "keeps the books",
        });
        assert_eq!(record["data"], expected);
        assert_eq!(record["call"], notebook.of_kind("operation")[0]["id"]);
        assert_eq!(record["cause"], notebook.of_kind("event")[0]["id"]);
        assert_eq!(record["component"], "host");
        assert_eq!(record["actor"]["id"], "alice");
        if let Some(letters) = letters {
            assert_eq!(letters.lock().unwrap().len(), 1);
        }
    }
}

#[derive(Debug)]
struct Unbooked(PayloadError);

impl fmt::Display for Unbooked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it can't be booked")
    }
}

impl std::error::Error for Unbooked {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

/// Says what is in it, and where that comes from, as `anyhow` does.
#[derive(Debug)]
struct HandedOn(PayloadError);

impl fmt::Display for HandedOn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for HandedOn {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

#[test]
fn nor_does_one_whoever_hands_on_that_it_does_not_fit() {
    let (runtime, notebook) = runtime();
    let bus = Bus::new();
    let letters = dead_letters(&bus);
    let read = |event: &DomainEvent| event.read::<Transfer>().map(drop);
    bus.subscribe("a", move |event| read(event).map_err(HandedOn))
        .unwrap()
        .keep();
    bus.subscribe("a", move |event| {
        read(event).map_err(|error| error.to_string())
    })
    .unwrap()
    .keep();
    bus.subscribe("a", move |event| {
        read(event).map_err(|error| format!("{error:?}"))
    })
    .unwrap()
    .keep();
    bus.subscribe("a", move |event| read(event).unwrap())
        .unwrap()
        .keep();
    runtime.scope(|| now(bus.publish("a", json!({"amount": "DE02 1203"}))).unwrap());
    let records = recorded(&notebook);
    let errors = records.iter().map(|record| &record["data"]["error"]);
    let errors: Vec<&str> = errors.map(|error| error.as_str().unwrap()).collect();
    assert_eq!(errors.len(), 4);
    for error in &errors {
        assert!(!error.contains("DE02"), "{error}");
    }
    assert_eq!(errors[0], "the payload does not fit");
    let unfit = format!("the payload is no `{}`", std::any::type_name::<Transfer>());
    for error in &errors[1..] {
        assert!(error.contains(&unfit), "{error}");
    }
    // Whoever handles it is told what is wrong.
    let letter = letters.lock().unwrap()[0]["error"].to_string();
    assert!(
        letter.contains("DE02 1203") && letter.contains("expected f64"),
        "{letter}"
    );
}

#[test]
fn a_record_of_a_payload_that_does_not_fit_quotes_nothing_of_it() {
    let (runtime, notebook) = runtime();
    let bus = Bus::new();
    let letters = dead_letters(&bus);
    let reading = |event: &DomainEvent| event.read::<Transfer>().map(drop);
    bus.subscribe("a", reading).unwrap().keep();
    // Nor if somebody says what he could not do because of it.
    let booking = |event: &DomainEvent| event.read::<Transfer>().map(drop).map_err(Unbooked);
    bus.subscribe("a", booking).unwrap().keep();
    runtime.scope(|| now(bus.publish("a", json!({"amount": "DE02 1203"}))).unwrap());
    let letter = letters.lock().unwrap()[0]["error"].to_string();
    assert!(letter.contains("DE02 1203"), "{letter}");
    let records = recorded(&notebook);
    assert_eq!(records.len(), 2);
    for record in records {
        assert_eq!(record["data"]["error"], "the payload does not fit");
        assert!(!record.to_string().contains("DE02"), "{record}");
    }
}

#[test]
fn calls_that_nobody_answers_are_recorded_with_their_reason_and_their_operation() {
    let (runtime, notebook) = runtime();
    let bus = Bus::new();
    let failing = Runnable::new(|(): ()| Err::<(), _>("no")).description("fails");
    let panicking = Runnable::new(|(): ()| -> Result<(), String> { panic!("on purpose") });
    let hanging = Runnable::new_async(|(): ()| std::future::pending::<Result<(), String>>())
        .timeout(Duration::from_millis(1));
    for (name, runnable) in [
        ("failing", failing),
        ("panicking", panicking),
        ("hanging", hanging),
    ] {
        bus.register(name, runnable).unwrap().keep();
    }
    runtime.scope(|| {
        for name in ["failing", "panicking", "hanging"] {
            bus.invoke_nowait(name, ()).unwrap();
            bus.flush_blocking().unwrap();
        }
        bus.invoke_nowait("nobody", ()).unwrap_err();
        bus.flush_blocking().unwrap();
        now(bus.invoke::<_, ()>("nobody", ())).unwrap_err();
        bus.invoke_blocking::<_, ()>("hanging", ()).unwrap_err();
        // Whoever waits has the error himself.
        now(bus.invoke::<_, ()>("failing", ())).unwrap_err();
    });
    let records = recorded(&notebook);
    let said: Vec<[&Value; 4]> = records
        .iter()
        .map(|record| ["target", "reason", "error", "handler"].map(|key| &record["data"][key]))
        .collect();
    let expected = json!([
        ["failing", "handler_error", "no", "host"],
        [
            "panicking",
            "handler_error",
            "`panicking` panicked: on purpose",
            "host"
        ],
        [
            "hanging",
            "timeout",
            "`hanging` took longer than 1ms",
            "host"
        ],
        ["nobody", "no_handler", null, null],
        ["nobody", "no_handler", null, null],
        [
            "hanging",
            "timeout",
            "`hanging` took longer than 1ms",
            "host"
        ],
    ]);
    assert_eq!(json!(said), expected);
    assert_eq!(records[0]["data"]["description"], "fails");
    let operations = notebook.of_kind("operation");
    for (record, operation) in records.iter().zip(&operations) {
        assert_eq!(record["call"], operation["id"]);
        assert_eq!(record["data"]["target"], operation["name"]);
    }
}

#[test]
fn a_handler_of_dead_letters_that_fails_leaves_a_trace_and_no_letter() {
    let (runtime, notebook) = runtime();
    let bus = Bus::new();
    bus.subscribe("a", |_| Err::<(), _>("no")).unwrap().keep();
    bus.subscribe(DEAD_LETTER, |_| Err::<(), _>("neither"))
        .unwrap()
        .keep();
    bus.subscription(DEAD_LETTER)
        .queue(Queue::default())
        .handle(|_| Err::<(), _>("nor this"))
        .unwrap()
        .keep();
    runtime.scope(|| now(bus.publish("a", ())).unwrap());
    bus.flush_blocking().unwrap();
    let records = recorded(&notebook);
    let mut said: Vec<(&str, &str)> = records
        .iter()
        .map(|record| &record["data"])
        .map(|data| {
            (
                data["target"].as_str().unwrap(),
                data["error"].as_str().unwrap(),
            )
        })
        .collect();
    said.sort_unstable();
    let expected = [
        (DEAD_LETTER, "neither"),
        (DEAD_LETTER, "nor this"),
        ("a", "no"),
    ];
    assert_eq!(said, expected);
}

#[test]
fn what_is_given_up_is_recorded_where_it_was_published() {
    let (runtime, notebook) = runtime();
    let (bus, gate) = (Bus::new(), crate::support::Gate::default());
    let shut = gate.clone();
    bus.subscription("a.*")
        .description("waits")
        .queue(Queue::bounded(8))
        .handle(move |_| shut.pass())
        .unwrap()
        .keep();
    runtime.scope(|| {
        for number in 0..3 {
            bus.publish_blocking(&format!("a.{number}"), number)
                .unwrap();
        }
    });
    gate.met();
    // Not in the runtime's scope.
    bus.close_blocking(Duration::from_millis(20)).unwrap_err();
    gate.open();
    let records = recorded(&notebook);
    let targets: Vec<&Value> = records
        .iter()
        .map(|record| &record["data"]["target"])
        .collect();
    assert_eq!(targets, ["a.1", "a.2", "a.0"]);
    let operations = notebook.of_kind("operation");
    assert_eq!(records[2]["call"], operations[0]["id"]);
    assert!(
        records
            .iter()
            .all(|record| record["data"]["reason"] == "timeout")
    );
}

/// Parameters with a card number that no record shows.
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

#[test]
fn no_record_of_a_call_that_fails_quotes_what_its_parameters_keep_out_of_records() {
    let (runtime, notebook) = runtime();
    let bus = Bus::new();
    let said = |payment: Payment| format!("no such card: {}", payment.card.expose());
    let failing = Runnable::new(move |payment: Payment| Err::<(), _>(said(payment)));
    let later =
        Runnable::new_async(move |payment: Payment| async move { Err::<(), _>(said(payment)) });
    let panicking = Runnable::new(move |payment: Payment| -> Result<(), String> {
        panic!("{}", said(payment))
    });
    let unfit = Runnable::new(|_: u64| Err::<(), _>("never"));
    let runnables = [
        ("failing", failing),
        ("later", later),
        ("panicking", panicking),
        ("unfit", unfit),
    ];
    let names = runnables.each_ref().map(|(name, _)| *name);
    for (name, runnable) in runnables {
        bus.register(name, runnable).unwrap().keep();
    }
    runtime.scope(|| {
        for name in names {
            let error = now(bus.invoke::<_, ()>(name, payment())).unwrap_err();
            // Whoever called knows what he called with.
            let told = format!(
                "{error} {:?}",
                std::error::Error::source(&error).map(ToString::to_string)
            );
            assert!(name == "unfit" || told.contains("4111-1111"), "{told}");
            bus.invoke_nowait(name, payment()).unwrap();
            bus.flush_blocking().unwrap();
        }
    });
    let records = notebook.all();
    let ends = notebook.of_kind("outcome").into_iter();
    let errors: Vec<Value> = ends.map(|end| end["outcome"]["error"].clone()).collect();
    assert_eq!(errors.len(), 2 * names.len(), "{errors:?}");
    assert_eq!(errors[0], "no such card: ***");
    assert_eq!(recorded(&notebook).len(), names.len());
    for record in records {
        assert!(!record.to_string().contains("4111"), "{record}");
    }
}

#[test]
fn nor_does_one_quote_what_the_policy_classifies() {
    let schema = "language: audit/2\nactions: {}\nevents: {pay: {fields: {card: {type: string, sensitive: mask}}}}\n";
    let rules = "language: audit/2\ndefault: allow\nrules: []\n";
    let policy = Policy::from_strings(schema, rules, None).unwrap();
    let runtime = Runtime::builder().policy(policy).build().unwrap();
    let notebook = Notebook::default();
    runtime.add_observer("notebook", notebook.clone());
    let bus = Bus::new();
    let failing =
        Runnable::new(|params: Value| Err::<(), _>(format!("no such card: {}", params["card"])));
    bus.register("pay", failing).unwrap().keep();
    runtime.scope(|| {
        now(bus.invoke::<_, ()>("pay", json!({"card": "4111-1111"}))).unwrap_err();
        bus.invoke_nowait("pay", json!({"card": "4111-1111"}))
            .unwrap();
        bus.flush_blocking().unwrap();
    });
    let ends = notebook.of_kind("outcome");
    assert_eq!(ends[0]["outcome"]["error"], "no such card: \"***\"");
    assert_eq!(recorded(&notebook).len(), 1);
    for record in notebook.all() {
        assert!(!record.to_string().contains("4111"), "{record}");
    }
}
