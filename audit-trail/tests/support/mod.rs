//! What tests of a whole trail have in common.

#![allow(dead_code, unused_imports, reason = "each test binary uses a part")]

mod child;
mod gate;
mod warning;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use audit_core::{
    Clock, Delivery, Event, EventId, EventKind, Fact, Fields, IdSource, Policy, RandomIds,
    RecordError, Recorded, Recorder, Runtime, SystemClock, Terms,
};
use audit_trail::{Order, Query, Record, Trail, TrailOptions};
use serde_json::Value;

pub(crate) use child::{Child, REFUSED, is_child, must, wait_to_be_killed};
pub(crate) use gate::{Gate, GateStore, gated};
pub(crate) use warning::{catch_warnings, warnings_about};

/// Longer than anything takes that is not broken.
pub(crate) const SOON: Duration = Duration::from_mins(1);

/// Options of a trail that records nothing that the test did not ask for.
pub(crate) fn quiet() -> TrailOptions {
    Trail::options().without_access_records()
}

pub(crate) fn open(dir: &Path) -> Trail {
    quiet().open(dir.join("audit.db")).unwrap()
}

pub(crate) fn runtime(trail: &Trail) -> Runtime {
    let policy = Policy::from_dir(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../examples/payments/policy"
    ));
    let runtime = Runtime::builder().policy(policy.unwrap()).build().unwrap();
    runtime.set_recorder(Arc::new(trail.clone()));
    runtime
}

/// Something that happened: `name`, with a number.
pub(crate) fn event(name: &'static str, number: u64) -> Event<'static> {
    event_at(&SystemClock, name, number)
}

pub(crate) fn event_at(clock: &dyn Clock, name: &'static str, number: u64) -> Event<'static> {
    let now = clock.wall_at(clock.monotonic_nanos());
    let mut event = Event::new(RandomIds.next_id(now), now, EventKind::Event, name);
    event.data = Some(audit_core::Value::from(Fields::new().with("n", number)));
    event
}

pub(crate) fn put(trail: &Trail, event: &Event<'static>, delivery: Delivery) -> Recorded {
    let mut terms = Terms::default();
    terms.delivery = Some(delivery);
    trail.record(&Fact::Other(event), &terms)
}

/// Whether a buffered record was taken.
pub(crate) fn buffered(trail: &Trail, name: &'static str, number: u64) -> bool {
    let recorded = put(trail, &event(name, number), Delivery::Buffered);
    matches!(recorded, Recorded::Taken(_))
}

/// Records durably, and waits.
pub(crate) fn durable(
    trail: &Trail,
    name: &'static str,
    number: u64,
) -> Result<EventId, RecordError> {
    let event = event(name, number);
    match put(trail, &event, Delivery::Durable) {
        Recorded::Pending(_, receipt) => receipt.wait(Instant::now() + SOON).map(|()| event.id),
        Recorded::Lost(_, error) => Err(error),
        other => panic!("{other:?}"),
    }
}

/// All records that answer a query, by their place.
pub(crate) fn found(trail: &Trail, query: &str) -> Vec<Record> {
    let query = query_of(query);
    let answers = trail.answers(query.order(Order::Oldest));
    let mut records: Vec<Record> = answers.map(Result::unwrap).collect();
    records.sort_by_key(|record| record.seq);
    records
}

pub(crate) fn json(record: &Record) -> Value {
    serde_json::from_slice(&record.body).unwrap()
}

/// The numbers of the events of this name, by their place.
pub(crate) fn numbers(trail: &Trail, name: &str) -> Vec<u64> {
    let records = found(trail, &format!("name:{name}"));
    let number = |record: &Record| json(record)["data"]["n"].as_u64().unwrap();
    records.iter().map(number).collect()
}

/// What `loss` records say.
pub(crate) fn losses(trail: &Trail) -> Vec<Value> {
    let records = found(trail, "kind:loss");
    records
        .iter()
        .map(|record| json(record)["data"].take())
        .collect()
}

/// Nothing is wrong with the trail, and its places are contiguous.
pub(crate) fn assert_sound(trail: &Trail) {
    let verification = trail.verify().unwrap();
    assert!(verification.is_sound(), "{:?}", verification.damage);
    assert_eq!(
        verification.records_checked + verification.records_pruned,
        verification.size
    );
}

/// Waits until something is true.
pub(crate) fn until(what: &str, is_true: impl FnMut() -> bool) {
    try_until(what, is_true, || {
        std::thread::sleep(Duration::from_millis(1));
    });
}

/// Tries without a rest until something is true.
pub(crate) fn until_at_once(what: &str, is_true: impl FnMut() -> bool) {
    try_until(what, is_true, std::thread::yield_now);
}

fn try_until(what: &str, mut is_true: impl FnMut() -> bool, rest: impl Fn()) {
    let deadline = Instant::now() + SOON;
    while !is_true() {
        assert!(Instant::now() < deadline, "{what} did not come true");
        rest();
    }
}

/// An error and what it came from, as one line.
pub(crate) fn line(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        line = format!("{line}: {error}");
        source = error.source();
    }
    line
}

/// A query, by its text.
pub(crate) fn query_of(text: &str) -> Query {
    Query::parse(text, SystemClock.wall_at(SystemClock.monotonic_nanos())).unwrap()
}
