//! Events of annotated functions: redacted decisions, outcomes, and an attribute whose runtime is not to be had.

use std::borrow::Cow;
use std::panic::catch_unwind;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};
use std::time::Duration;

use audit_core::{
    Actor, DecisionEvent, Event, Observer, Outcome, OutcomeEvent, Policy, RedactionKey, Refused,
    Runtime, RuntimeBuilder, Scope, Site, Snapshot, Status, admit, audit,
};

use super::samples::{POLICY, SCHEMA, fixed, still};

/// What the customer gets, or hears.
type PayBack = Result<&'static str, Box<dyn std::error::Error>>;

#[audit(
    action = "refund",
    fields(amount, currency = "EUR", card, note),
    hash(card),
    drop(note),
    ret,
    err
)]
fn pay_back(
    amount: i64,
    card: &str,
    note: &str,
    result: Result<&'static str, &'static str>,
) -> PayBack {
    let _ = (amount, card, note);
    result.map_err(Into::into)
}

#[admit(action = "refund", fields(amount))]
fn admitted(amount: i64) -> Result<i64, Refused> {
    Ok(amount)
}

#[audit(action = "refund", fields(amount))]
async fn never(amount: i64) {
    let _ = amount;
    std::future::pending::<()>().await;
}

#[audit(action = "refund", fields(amount))]
fn panics(amount: i64) {
    panic!("{amount} is too odd");
}

#[audit(action = "refund", fields(amount), runtime = none_configured())]
fn without(amount: i64) {
    let _ = amount;
}

fn none_configured() -> Runtime {
    panic!("none is configured")
}

/// A policy that keeps some fields out of records.
fn builder() -> RuntimeBuilder {
    let schema = SCHEMA
        .replace(
            "role: string}}",
            "role: string, email: string}, sensitive: {email: mask}}",
        )
        .replace(
            "frozen: boolean}}",
            "frozen: boolean, limit: number}, sensitive: {limit: seal}}",
        );
    assert!(schema.contains("email: mask") && schema.contains("limit: seal"));
    still(Policy::from_strings(&schema, POLICY, None).unwrap())
        .redaction_key(RedactionKey::new([7; 32]))
        .snapshot_resolver(|_| Ok(Snapshot::new().with("frozen", false).with("limit", 900)))
}

/// Keeps decisions and outcomes.
#[derive(Clone, Default)]
struct Tape(Arc<Mutex<Vec<Event<'static>>>>);

impl Observer for Tape {
    fn on_decision(&self, event: &DecisionEvent<'_>) {
        self.0.lock().unwrap().push(event.to_event());
    }

    fn on_outcome(&self, event: &OutcomeEvent<'_>) {
        self.0.lock().unwrap().push(event.to_event());
    }
}

/// The decision and the outcome of one call.
fn events_of(work: impl FnOnce()) -> [Event<'static>; 2] {
    let tape = Tape::default();
    let runtime = builder()
        .add_observer("tape", tape.clone())
        .build()
        .unwrap();
    let actor = Actor::new("alice").with("email", "alice@example.com");
    Scope::new().actor(actor).runtime(runtime).run(work);
    let mut events = tape.0.lock().unwrap().clone();
    for event in &mut events {
        fixed(event);
        // Where these functions stand is no matter of the examples.
        let place =
            Site::new("src/refund.rs".into(), 12).in_function("payments::refund", "pay_back");
        event.site = Some(Cow::Owned(place));
    }
    events.try_into().unwrap()
}

fn returning(result: Result<&'static str, &'static str>) -> [Event<'static>; 2] {
    events_of(|| {
        drop(pay_back(
            250,
            "4111-1111-1111-1111",
            "for the broken lamp",
            result,
        ));
    })
}

fn cancelled() -> [Event<'static>; 2] {
    events_of(|| {
        let call = pin!(never(250));
        assert!(
            call.poll(&mut Context::from_waker(Waker::noop()))
                .is_pending()
        );
    })
}

/// Of a process that died.
fn unknown() -> Event<'static> {
    let [_, mut event] = returning(Ok(""));
    let outcome = Outcome::new(Status::Unknown, Duration::from_secs(3));
    event.outcome = Some(Cow::Owned(outcome));
    event
}

/// Every form, by name. Those without a dot are the checked-in examples.
pub(crate) fn judged() -> Vec<(&'static str, Event<'static>)> {
    let [redacted, completed] = returning(Ok("receipt 7"));
    let [_, failed] = returning(Err("the card 4111-1111-1111-1111 is not accepted"));
    let [_, refused] = events_of(|| assert!(admitted(5000).is_err()));
    let [_, panicked] = events_of(|| assert!(catch_unwind(|| panics(250)).is_err()));
    let [_, cancelled] = cancelled();
    let [without_runtime, _] = events_of(|| without(250));
    vec![
        ("redacted", redacted),
        ("completed", completed),
        ("failed", failed),
        ("refused", refused),
        ("outcome.panicked", panicked),
        ("outcome.cancelled", cancelled),
        ("outcome.unknown", unknown()),
        ("runtime.panicked", without_runtime),
    ]
}
