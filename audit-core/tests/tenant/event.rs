//! Every event that is made in a tenant's scope carries the tenant, whatever it is and wherever it is made.

use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};

use audit_core::bus::{Bus, BusPolicy, DEAD_LETTER, DomainEvent, Queue, Runnable};
use audit_core::sink::{CallbackSink, SinkError};
use audit_core::tenant::{Bypass, Operation, Violation, ViolationKind};
use audit_core::testing::block_on;
use audit_core::{Entry, Fields, Refused, Runtime, admit, record, timed};
use serde_json::Value;

use super::notebook::Notebook;
use super::support::{policy_with_limit, refund, set_mode};
use super::{bound, scope_of, world};

#[admit(action = "refund")]
fn pay(amount: u64) -> Result<u64, Refused> {
    Ok(amount)
}

/// What was recorded, all of it for `acme`, as kind and name.
fn all_for_acme(notebook: &Notebook) -> Vec<String> {
    for record in notebook.records() {
        assert_eq!(record["tenant"], "acme", "{record}");
    }
    notebook.lines()
}

/// Runs something in a runtime and for `acme`, with nobody told of the scope itself by this notebook.
fn for_acme<R>(runtime: &Runtime, work: impl FnOnce() -> R) -> R {
    runtime.scope(|| scope_of("acme").run(work))
}

#[test]
fn decisions_outcomes_and_what_a_program_records_itself() {
    let (runtime, notebook) = world();
    for_acme(&runtime, || {
        pay(20).unwrap();
        pay(5_000).unwrap_err();
        let _decision = runtime.evaluate(&refund(7));
        record(Entry::new("report.exported")).unwrap();
        timed(Entry::new("report.made"))
            .unwrap()
            .complete()
            .unwrap();
        timed(Entry::new("report.sent"))
            .unwrap()
            .fail("no route")
            .unwrap();
        drop(timed(Entry::new("report.read")).unwrap());
    });
    let lines = all_for_acme(&notebook);
    assert_eq!(
        lines,
        [
            "tenant context_bound",
            "decision refund",
            "outcome refund completed",
            "decision refund",
            "outcome refund refused",
            "decision refund",
            "event report.exported completed",
            "event report.made completed",
            "event report.sent failed",
            "event report.read cancelled",
            "tenant context_released",
        ]
    );
}

#[test]
fn an_entry_that_names_its_own_tenant_is_that_ones() {
    let (runtime, notebook) = world();
    for_acme(&runtime, || {
        record(Entry::new("moved").tenant("globex").unwrap()).unwrap()
    });
    let moved = notebook
        .records()
        .into_iter()
        .find(|record| record["name"] == "moved");
    assert_eq!(moved.unwrap()["tenant"], "globex");
}

#[test]
fn what_is_done_on_the_bus_with_what_handlers_do_and_what_they_fail_at() {
    let (runtime, notebook) = world();
    let bus = Bus::new();
    bus.subscribe("order.*", |_: &DomainEvent| {
        record(Entry::new("handled")).unwrap();
        assert_eq!(bound().as_deref(), Some("acme"));
    })
    .unwrap()
    .keep();
    bus.subscribe("order.failed", |_: &DomainEvent| Err::<(), _>("no"))
        .unwrap()
        .keep();
    bus.register(
        "double",
        Runnable::new(|(n,): (u64,)| Ok::<_, String>(n * 2)),
    )
    .unwrap()
    .keep();
    for_acme(&runtime, || {
        bus.publish_blocking("order.paid", 1).unwrap();
        bus.publish_blocking("order.failed", 2).unwrap();
        assert_eq!(bus.invoke_blocking::<_, u64>("double", (4,)).unwrap(), 8);
        bus.invoke_blocking::<_, u64>("absent", ()).unwrap_err();
        bus.set_policy("host", BusPolicy::new().publish_allow([]).unwrap());
        bus.publish_blocking("order.paid", 3).unwrap_err();
    });
    let lines = all_for_acme(&notebook);
    let dead_letter = format!("event {DEAD_LETTER}");
    for expected in [
        "operation order.paid",
        "event order.paid",
        "event handled completed",
        "operation double",
        "operation absent",
        "outcome order.paid refused",
        &*dead_letter,
    ] {
        assert!(
            lines.iter().any(|line| line == expected),
            "no `{expected}` in {lines:#?}"
        );
    }
}

#[test]
fn the_tenant_follows_into_queues_and_to_what_nobody_waits_for() {
    let (runtime, notebook) = world();
    let bus = Bus::new();
    let (open, gate) = channel::<()>();
    let gate = Mutex::new(gate);
    let queued = bus.subscription("order.*").queue(Queue::bounded(10));
    queued
        .handle(move |event: &DomainEvent| {
            // Until the gate is gone.
            let _gone = gate.lock().unwrap().recv();
            record(Entry::new(format!("queued.{}", event.name()))).unwrap();
            if event.name() == "order.failed" {
                return Err("no");
            }
            Ok(())
        })
        .unwrap()
        .keep();
    bus.subscribe_async("order.*", |_: DomainEvent| async {
        super::yield_now().await;
        record(Entry::new("awaited")).unwrap();
        assert_eq!(bound().as_deref(), Some("acme"));
    })
    .unwrap()
    .keep();
    bus.register(
        "note",
        Runnable::new(|(): ()| {
            record(Entry::new("noted")).unwrap();
            Ok::<_, String>(())
        }),
    )
    .unwrap()
    .keep();
    for_acme(&runtime, || {
        bus.publish_nowait("order.paid", 1).unwrap();
        block_on(bus.publish("order.failed", 2)).unwrap();
        bus.invoke_nowait("note", ()).unwrap();
    });
    // Outside of every scope, when that of the tenant is over.
    assert_eq!(bound(), None);
    drop(open);
    bus.flush_blocking().unwrap();
    let lines = all_for_acme(&notebook);
    let place = |wanted: &str| lines.iter().position(|line| line == wanted);
    let over = place("tenant context_released");
    assert!(
        over < place("event queued.order.paid completed"),
        "{lines:#?}"
    );
    let dead_letter = format!("event {DEAD_LETTER}");
    for expected in [
        "event queued.order.paid completed",
        "event queued.order.failed completed",
        "event awaited completed",
        "event noted completed",
        "operation order.paid",
        "operation note",
        "outcome order.paid completed",
        &*dead_letter,
    ] {
        assert!(
            lines.iter().any(|line| line == expected),
            "no `{expected}` in {lines:#?}"
        );
    }
}

#[test]
fn events_of_two_tenants_that_share_a_queue_stay_each_with_its_own() {
    let (runtime, notebook) = world();
    let bus = Bus::new();
    let queued = bus.subscription("*").queue(Queue::bounded(100));
    queued
        .handle(|event: &DomainEvent| {
            record(Entry::new(format!("handled.{}", event.name()))).unwrap();
        })
        .unwrap()
        .keep();
    runtime.scope(|| {
        for number in 0..40 {
            let tenant = ["acme", "globex"][number % 2];
            scope_of(tenant).run(|| bus.publish_nowait(tenant, number as u64).unwrap());
        }
        // And one that belongs to nobody.
        bus.publish_nowait("nobody", 0).unwrap();
    });
    bus.flush_blocking().unwrap();
    let mut handled = 0;
    for record in notebook.records() {
        if let Some(tenant) = record["name"].as_str().unwrap().strip_prefix("handled.") {
            handled += 1;
            let expected = (tenant != "nobody").then_some(tenant);
            assert_eq!(
                record.get("tenant").and_then(Value::as_str),
                expected,
                "{record}"
            );
        }
    }
    assert_eq!(handled, 41);
}

#[test]
fn changes_of_mode_and_policy_that_are_made_for_a_tenant() {
    let (runtime, notebook) = world();
    for_acme(&runtime, || {
        set_mode(&runtime, audit_core::Mode::Shadow);
        set_mode(&runtime, None);
        runtime.reload(policy_with_limit(100));
        runtime.reload_by(policy_with_limit(200), super::support::change());
    });
    let lines = all_for_acme(&notebook);
    let of = |kind: &str| lines.iter().filter(|line| line.starts_with(kind)).count();
    assert_eq!((of("mode "), of("policy ")), (2, 2), "{lines:#?}");
}

#[test]
fn violations_of_a_tenants_boundary_and_ways_around_it() {
    let (runtime, notebook) = world();
    for_acme(&runtime, || {
        Violation::new(ViolationKind::Mismatch, Operation::Insert, "Invoice")
            .attempted("globex")
            .tell(true);
        let bypass = Bypass::new("nightly reconciliation").unwrap();
        bypass.used(Some("Invoice"), "read", Fields::new()).unwrap();
    });
    let lines = all_for_acme(&notebook);
    assert_eq!(
        lines,
        [
            "tenant context_bound",
            "tenant enforcement_violation",
            "tenant enforcement_bypass",
            "tenant context_released",
        ]
    );
}

#[test]
fn a_sinks_failure_is_of_the_tenant_whose_event_it_did_not_take() {
    let (runtime, notebook) = world();
    let broken = CallbackSink::new(|_| Err::<(), _>(SinkError::new("no storage space")));
    runtime.register_sink(Arc::new(broken)).unwrap();
    for_acme(&runtime, || pay(20).unwrap());
    let lines = all_for_acme(&notebook);
    assert!(
        lines.iter().any(|line| line.starts_with("sink_failure")),
        "{lines:#?}"
    );
}
