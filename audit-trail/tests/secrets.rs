//! Secrets planted in everything that a program can mark: none comes out of any output.

#![cfg(test)]

mod support;

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use audit_core::bus::{Bus, Runnable};
use audit_core::sink::{CallbackSink, JsonLines, LogFile, MemorySink, Registration, SinkError};
use audit_core::testing::{Planted, capture};
use audit_core::{
    Actor, Entry, Policy, Redaction, RedactionKey, Refused, Runtime, Scope, Sensitive, Snapshot,
    admit, record, sensitive, timed,
};
use serde::Deserialize;
use serde_json::json;
use support::{SOON, assert_sound, catch_warnings, open, warnings_about};

const SECRETS: [&str; 12] = [
    "4111-1111-card",
    "tok-22222222",
    "pin-33333333",
    "mail-4444@example.org",
    "limit-55555555",
    "iban-66666666",
    "member-77777777",
    "whole-88888888",
    "seal-99999999",
    "key-aaaaaaaa",
    "nested-\"bbbb\"",
    "ret-cccccccc",
];

const SCHEMA: &str = "language: audit/2
actions:
  pay:
    fields:
      card: {type: string, optional: true}
      token: {type: string, optional: true, sensitive: drop}
      pin: {type: string, optional: true}
actor: {fields: {id: string, email: {type: string, optional: true, sensitive: hash}}}
snapshot: {fields: {limit: {type: string, optional: true, sensitive: seal}}}
events:
  account.opened: {fields: {iban: {type: string, sensitive: mask}}}
  \"vault.*\": {sensitive: drop}
";

const POLICY: &str = "language: audit/2
default: allow
rules:
  - id: stolen
    scope: {action: pay}
    when: {subject: action.card, operator: equals, value: 4111-1111-card}
    effect: block
    reason: this card was stolen
";

#[derive(Debug, Sensitive)]
struct Order {
    #[sensitive(hash)]
    member: &'static str,
    nested: Vec<Option<Sensitive<&'static str>>>,
    seal: Sensitive<&'static str, sensitive::Seal>,
    keys: std::collections::BTreeMap<Sensitive<&'static str>, u8>,
}

#[derive(Debug, Deserialize, Sensitive)]
struct Card {
    #[sensitive(mask)]
    number: String,
    holder: Sensitive<String, sensitive::Seal>,
}

impl Card {
    fn new() -> Self {
        Self {
            number: SECRETS[0].to_owned(),
            holder: SECRETS[7].to_owned().into(),
        }
    }
}

fn order() -> Order {
    Order {
        member: SECRETS[6],
        nested: vec![Some(SECRETS[10].into()), None],
        seal: SECRETS[8].into(),
        keys: [(SECRETS[9].into(), 1)].into(),
    }
}

#[admit(action = "pay", hash(pin), snapshot(limit = SECRETS[4]), resource = format!("card:{}", card.expose()), ret, err, explain = explain_pay)]
fn pay(card: Sensitive<&str>, token: &str, pin: &str) -> Result<Sensitive<String>, PayError> {
    match *card.expose() {
        "fails" => Err(PayError(format!("{token} and {pin} are unknown"))),
        _ => Ok(SECRETS[11].to_owned().into()),
    }
}

#[derive(Debug)]
struct PayError(String);

impl std::fmt::Display for PayError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Refused> for PayError {
    fn from(refused: Refused) -> Self {
        Self(format!("{refused} {refused:?}"))
    }
}

/// Does everything that leaves a record, and returns whatever was said besides.
fn drive() -> String {
    let mut said = String::new();
    let refused = pay(SECRETS[0].into(), SECRETS[1], SECRETS[2]).unwrap_err();
    write!(said, "{refused}").unwrap();
    // What a function fails with is its caller's; the record of it is not.
    pay("fails".into(), SECRETS[1], SECRETS[2]).unwrap_err();
    pay("fine".into(), SECRETS[1], SECRETS[2]).unwrap();

    let order = order();
    let entry = Entry::new("order")
        .request(&order)
        .response(&[&order])
        .metadata(&Sensitive::<_, sensitive::Drop>::new(SECRETS[7]))
        .resource(format!("order:{}", SECRETS[6]))
        .error(format!("{} is nobody", SECRETS[8]));
    write!(said, "{entry:?}").unwrap();
    record(entry.clone()).unwrap();
    timed(entry)
        .unwrap()
        .fail(format!("{} again", SECRETS[7]))
        .unwrap();
    record(Entry::new("vault.opened").request(&SECRETS[7])).unwrap();

    let bus = Bus::new();
    let heard = bus.subscribe("account.opened", |event| -> Result<(), String> {
        let iban = event.json().unwrap()["iban"].clone();
        Err(format!("{iban} is closed"))
    });
    heard.unwrap().keep();
    let opened = bus.publish_blocking("account.opened", json!({"iban": SECRETS[5], "order": 1}));
    drop(opened);
    let placed = bus.publish_blocking("order.placed", order);
    write!(said, "{placed:?}").unwrap();

    let paying = Runnable::new(|card: Card| -> Result<(), String> {
        Err(format!(
            "{} of {} is closed",
            card.number,
            card.holder.expose()
        ))
    });
    bus.register("cards.pay", paying).unwrap().keep();
    let refused = bus.invoke_blocking::<_, ()>("cards.pay", Card::new());
    refused.unwrap_err();
    bus.invoke_nowait("cards.pay", Card::new()).unwrap();
    bus.flush_blocking().unwrap();

    let explanation = explain_pay(SECRETS[0].into(), SECRETS[1], SECRETS[2]).unwrap();
    write!(said, "{explanation} {explanation:?}").unwrap();
    said.push_str(&serde_json::to_string(&explanation).unwrap());
    said
}

/// Does it while the other path is on, where that is built in, and returns what it says in numbers.
#[cfg(feature = "observability")]
fn observed<R>(work: impl FnOnce() -> R) -> (R, String) {
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    audit_core::observability::enable();
    let done = metrics::with_local_recorder(&recorder, work);
    audit_core::observability::disable();
    let numbers = handle.render();
    assert!(numbers.contains("audit_decisions_total"), "{numbers}");
    (done, numbers)
}

#[cfg(not(feature = "observability"))]
fn observed<R>(work: impl FnOnce() -> R) -> (R, String) {
    (work(), String::new())
}

#[test]
fn no_planted_secret_comes_out_of_any_output() {
    let secrets = Planted::new(SECRETS);
    let dir = tempfile::tempdir().unwrap();
    let trail = open(dir.path());
    let lines = LogFile::open(dir.path().join("lines.jsonl")).unwrap();
    let memory = Arc::new(MemorySink::new());
    let queued = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&queued);
    let runtime = Runtime::builder()
        .policy(Policy::from_strings(SCHEMA, POLICY, None).unwrap())
        .redaction_key(RedactionKey::named("key-1", [7; 32]).unwrap())
        .snapshot_resolver(|_| Ok(Snapshot::new().with("limit", SECRETS[4])))
        .recorder(trail.clone())
        .build()
        .unwrap();
    runtime
        .register_sink(Arc::new(JsonLines::new(lines)))
        .unwrap();
    runtime.register_sink(memory.clone()).unwrap();
    // One that is down, beside which another takes what it does not, and one that is to see even less.
    let (spill, less) = (Arc::new(MemorySink::new()), Arc::new(MemorySink::new()));
    let down = CallbackSink::new(|_| Err(SinkError::new("the collector is away")));
    let down = Registration::new(Arc::new(down)).spill(spill.clone());
    runtime.register_sink(down).unwrap();
    let further = Registration::new(less.clone()).redact("resource", Redaction::Mask);
    runtime
        .register_sink(further.redact("actor", Redaction::Hash))
        .unwrap();
    runtime
        .observe_queued("queued", 64, move |event| {
            seen.lock().unwrap().push(event.clone());
        })
        .unwrap();
    let actor = Actor::new("alice").with("email", SECRETS[3]);
    let scope = Scope::new().actor(actor).runtime(runtime.clone());
    catch_warnings();
    let (captured, metrics) = observed(|| capture(|| scope.run(drive)));
    runtime.flush(SOON).unwrap();
    trail.flush(SOON).unwrap();
    assert_sound(&trail);
    assert!(captured.events.len() >= 14, "{}", captured.events.len());
    let listed: Vec<_> = captured
        .events
        .iter()
        .flat_map(|event| event.redacted.iter())
        .collect();
    for how in ["mask", "hash", "seal", "drop"] {
        assert!(
            listed.iter().any(|one| one.how.as_str() == how),
            "nothing was redacted by `{how}`"
        );
    }

    secrets.assert_absent_from(&captured);
    secrets.assert_absent_from(&captured.value);
    secrets.assert_absent_from(&*queued.lock().unwrap());
    for sink in [&memory, &spill, &less] {
        assert!(sink.events().len() >= 14, "{}", sink.events().len());
        secrets.assert_absent_from(&**sink);
    }
    let seen_less = less.events();
    let resources = seen_less
        .iter()
        .filter_map(|event| event.resource.as_deref());
    let resources: Vec<&str> = resources.collect();
    assert!(resources.len() >= 4, "{resources:?}");
    assert!(
        resources.iter().all(|resource| *resource == "***"),
        "{resources:?}"
    );
    secrets.assert_absent_from(&metrics);
    secrets.assert_absent_from(&warnings_about("").join("\n"));
    trail.close(SOON).unwrap();
    secrets.assert_absent_from(dir.path());
}
