//! Events of tenants: bound and released, judged, and what crosses the boundary between two of them.

use audit_core::tenant::{self, Bypass, DenyByDefault, TenantGuard};
use audit_core::testing::capture;
use audit_core::{Actor, Event, Scope, Text};

use super::samples::{SCHEMA, fixed, still};

/// The events of what is done by somebody of a tenant, in a runtime whose clock stands.
fn told(work: impl FnOnce(&TenantGuard)) -> Vec<Event<'static>> {
    let policy = audit_core::Policy::from_strings(SCHEMA, super::samples::POLICY, None).unwrap();
    let runtime = still(policy).build().unwrap();
    let guard = TenantGuard::builder()
        .owned("invoice")
        .policy(DenyByDefault)
        .build()
        .unwrap();
    let scope = tenant::scope("acme").unwrap().actor(Actor::new("alice"));
    let captured = capture(|| {
        Scope::new()
            .runtime(runtime)
            .run(|| scope.run(|| work(&guard)));
    });
    let mut events = captured.events;
    for event in &mut events {
        fixed(event);
        // Where this test stands is no matter of the examples.
        if let Some(site) = &mut event.site {
            let site = site.to_mut();
            (site.file, site.line) = (Text::borrowed("src/invoice.rs"), 12);
        }
    }
    events
}

/// The event of this name.
fn one(name: &str, work: impl FnOnce(&TenantGuard)) -> Event<'static> {
    let mut events = told(work).into_iter();
    events.find(|event| event.name == *name).unwrap()
}

/// Every form, by name. Those without a dot are the checked-in examples.
pub(crate) fn tenancy() -> Vec<(&'static str, Event<'static>)> {
    let insert = |guard: &TenantGuard| drop(guard.insert("invoice", None));
    vec![
        ("tenant_bound", one("context_bound", insert)),
        ("tenant.released", one("context_released", insert)),
        ("tenant_policy", one("policy_allow", insert)),
        (
            "tenant_violation",
            one("enforcement_violation", |guard| {
                drop(guard.delete("invoice", Some("globex")));
            }),
        ),
        (
            "tenant_bypass",
            one("enforcement_bypass", |guard| {
                let bypass = Bypass::new("yearly totals, FIN-112").unwrap();
                let globex = audit_core::TenantId::new("globex").unwrap();
                guard.by(&bypass).delete("invoice", &globex).unwrap();
            }),
        ),
    ]
}
