//! Each kind of record that is made for a tenant is found by the tenant, and by a query for it.

use std::collections::BTreeSet;

use audit_core::bus::{Bus, BusPolicy, DEAD_LETTER, DomainEvent, Queue, Runnable};
use audit_core::tenant::{Operation, Violation, ViolationKind};
use audit_core::{Change, Entry, Mode, ModeTarget, Refused, admit, record, tenant};
use audit_trail::{Query, Record};

use super::id;
use crate::support::{SOON, json, open, runtime};

#[admit(action = "refund")]
fn pay(amount: u64) -> Result<u64, Refused> {
    Ok(amount)
}

/// Does all that leaves a record.
fn work(runtime: &audit_core::Runtime, bus: &Bus) {
    pay(20).unwrap();
    pay(50_000).unwrap_err();
    record(Entry::new("report.exported")).unwrap();
    bus.publish_blocking("order.paid", 1).unwrap();
    bus.publish_nowait("order.failed", 2).unwrap();
    assert_eq!(bus.invoke_blocking::<_, u64>("double", (4,)).unwrap(), 8);
    bus.publish_blocking("admin.deleted", 3).unwrap_err();
    Violation::new(ViolationKind::Missing, Operation::Read, "Invoice").tell(false);
    let change = || Change::by("ada").because("a test").unwrap();
    let everything = ModeTarget::Everything;
    runtime
        .set_mode(everything, Mode::Shadow, change())
        .unwrap();
    bus.flush_blocking().unwrap();
}

fn names(records: &[Record]) -> BTreeSet<String> {
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let names = records.iter().map(json);
    names
        .map(|record| format!("{} {}", text(&record["kind"]), text(&record["name"])))
        .collect()
}

#[test]
fn a_tenant_finds_each_kind_of_record_that_was_made_for_him_and_another_finds_none() {
    let dir = tempfile::tempdir().unwrap();
    let trail = open(dir.path());
    let (runtime, bus) = (runtime(&trail), Bus::new());
    let queued = bus.subscription("order.*").queue(Queue::bounded(10));
    queued
        .handle(|event: &DomainEvent| match event.name() {
            "order.failed" => Err("no"),
            _ => Ok(()),
        })
        .unwrap()
        .keep();
    bus.register(
        "double",
        Runnable::new(|(n,): (u64,)| Ok::<_, String>(n * 2)),
    )
    .unwrap()
    .keep();
    bus.set_policy("host", BusPolicy::new().publish_allow(["order.*"]).unwrap());
    let acme = tenant::scope("acme").unwrap();
    runtime.scope(|| acme.run(|| work(&runtime, &bus)));
    trail.flush(SOON).unwrap();

    let dead_letter = format!("event {DEAD_LETTER}");
    let expected = [
        "decision refund",
        &*dead_letter,
        "event order.failed",
        "event order.paid",
        "event report.exported",
        "mode mode.set",
        "operation admin.deleted",
        "operation double",
        "operation order.failed",
        "operation order.paid",
        "outcome admin.deleted",
        "outcome double",
        "outcome order.failed",
        "outcome order.paid",
        "outcome refund",
        "tenant context_bound",
        "tenant context_released",
        "tenant enforcement_violation",
    ];
    let handle = trail.for_tenant(id("acme"));
    let own = handle.search(&Query::new(), None, 100).unwrap().records;
    assert_eq!(
        names(&own),
        expected.iter().map(ToString::to_string).collect()
    );
    // The same by a question to the whole trail, in which nothing else of all this is.
    let asked = trail
        .search(&Query::new().tenant("acme"), None, 100)
        .unwrap();
    assert_eq!(asked.records, own);
    let all = trail.search(&Query::new(), None, 100).unwrap().records;
    assert_eq!(all.len(), own.len() + 1, "and that the trail was opened");

    let other = trail.for_tenant(id("globex"));
    assert!(
        other
            .search(&Query::new(), None, 100)
            .unwrap()
            .records
            .is_empty()
    );
}

#[test]
fn scopes_can_be_left_out_by_name_and_violations_can_not() {
    let kept = |options: audit_trail::TrailOptions| {
        let dir = tempfile::tempdir().unwrap();
        let trail = options.open(dir.path().join("audit.db")).unwrap();
        let violation = || {
            Violation::new(ViolationKind::Missing, Operation::Read, "Invoice").tell(true);
        };
        let scope = tenant::scope("acme").unwrap().runtime(runtime(&trail));
        scope.run(violation);
        trail.flush(SOON).unwrap();
        let query = trail.query("kind:tenant").unwrap();
        let found = trail.search(&query, None, 10).unwrap().records;
        names(&found).into_iter().collect::<Vec<_>>()
    };
    let options = audit_trail::Trail::options;
    let all = [
        "tenant context_bound",
        "tenant context_released",
        "tenant enforcement_violation",
    ];
    assert_eq!(kept(options()), all);
    let violation = ["tenant enforcement_violation"];
    assert_eq!(kept(options().except(["context_*"]).unwrap()), violation);
    assert_eq!(kept(options().only(["refund"]).unwrap()), violation);
    assert_eq!(kept(options().except(["*"]).unwrap()), violation);
}
