//! What crosses a tenant's boundary, on both paths, each switched by itself.

use audit_core::Mode;
use audit_core::tenant::{self, TenantChange, TenantGuard};
use audit_core::testing::capture;
use serde_json::json;

use crate::seen::{Seen, alone, observe, watch};

fn guard(mode: Mode) -> TenantGuard {
    let models = TenantGuard::builder().owned("invoice").shared("currency");
    models.mode(mode).build().unwrap()
}

fn acme<R>(work: impl FnOnce() -> R) -> R {
    tenant::scope("acme").unwrap().run(work)
}

/// The events of rows: names, and the fields that say more than the name.
fn rows(seen: &Seen) -> Vec<(&str, serde_json::Value)> {
    let of_rows = |name: &str| name.starts_with("tenant.read") || name.starts_with("tenant.write");
    let events = seen.events.iter().filter(|event| of_rows(event.name));
    let fields = events.map(|event| {
        let mut fields = event.fields.clone();
        fields.remove("event");
        (event.name, json!(fields))
    });
    fields.collect()
}

#[test]
fn a_blocked_write_is_told_on_both_paths() {
    let (captured, seen) = observe(|| {
        capture(|| {
            acme(|| {
                guard(Mode::Enforce).update("invoice", Some("acme"), TenantChange::To("globex"))
            })
        })
    });
    assert!(captured.value.is_err());
    let names = captured.events.iter().map(|event| &*event.name);
    let names: Vec<_> = names.collect();
    assert_eq!(
        names,
        ["context_bound", "enforcement_violation", "context_released"]
    );
    let blocked = json!({
        "tenant_id": "acme", "attempted_tenant_id": "globex", "model_class": "invoice",
        "operation": "update", "applied": true
    });
    assert_eq!(rows(&seen), [("tenant.write.blocked", blocked)]);
}

#[test]
fn in_shadow_both_paths_say_that_nothing_was_stopped() {
    let (captured, seen) =
        observe(|| capture(|| acme(|| guard(Mode::Shadow).delete("invoice", Some("globex")))));
    captured.value.unwrap();
    let violation = captured
        .events
        .iter()
        .find(|event| event.name == "enforcement_violation");
    let data = serde_json::to_value(&violation.unwrap().data).unwrap();
    assert_eq!(data["applied"], false);
    let [(name, fields)] = &rows(&seen)[..] else {
        panic!("{:?}", seen.events);
    };
    assert_eq!(
        (*name, &fields["applied"]),
        ("tenant.write.blocked", &json!(false))
    );
}

#[test]
fn the_audit_path_has_a_violation_while_observability_is_off() {
    let _alone = alone();
    let work = || capture(|| acme(|| guard(Mode::Enforce).delete("invoice", Some("globex"))));
    let (captured, seen) = watch(work);
    assert_eq!(captured.events.len(), 3);
    assert!(seen.events.is_empty(), "{:?}", seen.events);
}

#[test]
fn observability_has_a_violation_though_nobody_keeps_records() {
    let (refused, seen) = observe(|| guard(Mode::Enforce).read(&["invoice"]));
    assert!(refused.is_err());
    let fields = json!({"model_class": "invoice", "operation": "read", "applied": true});
    assert_eq!(rows(&seen), [("tenant.read.blocked", fields)]);
}

#[test]
fn reads_that_are_filtered_or_go_on_as_they_are_and_rows_that_get_their_tenant_are_told() {
    let ((), seen) = observe(|| {
        acme(|| {
            let filters = guard(Mode::Enforce).read(&["invoice", "currency"]).unwrap();
            assert_eq!(filters.iter().count(), 1);
            guard(Mode::Enforce).insert("invoice", None).unwrap();
            guard(Mode::Enforce)
                .insert("invoice", Some("acme"))
                .unwrap();
        });
        assert!(guard(Mode::Shadow).read(&["invoice"]).unwrap().is_empty());
    });
    let told = rows(&seen);
    let fields = |operation: &str| json!({"tenant_id": "acme", "model_class": "invoice", "operation": operation});
    let expected = [
        (
            "tenant.read.filtered",
            json!({"tenant_id": "acme", "model_class": "invoice"}),
        ),
        ("tenant.write.injected", fields("insert")),
        (
            "tenant.read.blocked",
            json!({"model_class": "invoice", "operation": "read", "applied": false}),
        ),
        (
            "tenant.read.fallthrough",
            json!({"model_class": "invoice", "operation": "read"}),
        ),
    ];
    assert_eq!(told, expected);
}
