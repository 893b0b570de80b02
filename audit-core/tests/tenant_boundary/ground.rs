//! Two tenants, a guard, and what the audit path got.

use audit_core::tenant::{self, TenantGuard, TenantGuardBuilder};
use audit_core::testing::capture;
use audit_core::{Event, EventKind};
use serde_json::Value;

/// Invoices by `tenant_id`, customers by `org_id`, and currencies that are everybody's.
pub(crate) fn models() -> TenantGuardBuilder {
    TenantGuard::builder()
        .owned("invoice")
        .owned_by("customer", "org_id")
        .shared("currency")
}

pub(crate) fn guard() -> TenantGuard {
    models().build().unwrap()
}

/// Runs something for a tenant.
pub(crate) fn within<R>(tenant: &str, work: impl FnOnce() -> R) -> R {
    tenant::scope(tenant).unwrap().run(work)
}

/// Runs something, and returns what the audit was told of tenants but for their scopes: names and data.
pub(crate) fn told<R>(work: impl FnOnce() -> R) -> (R, Vec<(String, Value)>) {
    let captured = capture(work);
    let events = captured.events.iter();
    let told = events
        .filter(|event| event.kind == EventKind::Tenant && !event.name.starts_with("context_"));
    (captured.value, told.map(named).collect())
}

fn named(event: &Event<'_>) -> (String, Value) {
    let data = serde_json::to_value(&event.data).unwrap();
    (event.name.to_string(), data)
}

/// The only event, of this name.
pub(crate) fn only(events: &[(String, Value)], name: &str) -> Value {
    let [(found, data)] = events else {
        panic!("expected one `{name}`, got {events:?}");
    };
    assert_eq!(found, name);
    data.clone()
}
