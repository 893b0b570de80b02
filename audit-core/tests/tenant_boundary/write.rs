//! Single rows that are written.

use audit_core::TenantId;
use audit_core::tenant::{
    AccessDecision, AccessRefused, Operation, RequireScope, TenantFilter, TenantOwned,
    ViolationKind,
};
use serde_json::json;

use crate::ground::{guard, models, only, told, within};

#[test]
fn a_new_row_gets_the_tenant_that_is_bound() {
    let (put_in, events) = told(|| within("acme", || guard().insert("invoice", None)));
    assert_eq!(put_in.unwrap().as_deref(), Some("acme"));
    assert_eq!(events, []);
}

#[test]
fn a_row_of_the_tenant_is_left_as_it_is() {
    let guard = guard();
    within("acme", || {
        assert_eq!(guard.insert("invoice", Some("acme")).unwrap(), None);
        guard.update("invoice", Some("acme"), None).unwrap();
        guard.update("invoice", Some("acme"), Some("acme")).unwrap();
        guard.delete("invoice", Some("acme")).unwrap();
    });
}

#[test]
fn a_row_of_another_tenant_is_refused_and_told_of() {
    let guard = guard();
    let line = line!() + 1;
    let (refused, events) = told(|| within("acme", || guard.delete("invoice", Some("globex"))));
    let refused = refused.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "`delete` of `invoice` is for tenant `globex`, expected `acme`, which is bound"
    );
    let violation = refused.violation().unwrap();
    assert_eq!(violation.kind(), ViolationKind::Mismatch);
    assert_eq!(violation.operation(), Operation::Delete);
    let data = json!({
        "violation": "mismatch", "attempted_tenant_id": "globex", "model_class": "invoice",
        "operation": "delete", "applied": true
    });
    assert_eq!(only(&events, "enforcement_violation"), data);
    let captured = audit_core::testing::capture(|| {
        within("acme", || drop(guard.delete("invoice", Some("globex"))));
    });
    let event = captured
        .events
        .iter()
        .find(|event| event.name == "enforcement_violation");
    let event = event.unwrap();
    assert_eq!(event.tenant.as_deref(), Some("acme"));
    // The guard's user is where it happened, not the guard.
    assert!(event.site.as_ref().unwrap().file.ends_with("write.rs"));
    assert!(event.site.as_ref().unwrap().line > line);
}

#[test]
fn an_update_that_moves_a_row_to_another_tenant_is_refused_and_told_of() {
    let (refused, events) = told(|| {
        within("acme", || {
            guard().update("invoice", Some("acme"), Some("globex"))
        })
    });
    assert!(refused.is_err());
    let data = only(&events, "enforcement_violation");
    assert_eq!(data["attempted_tenant_id"], "globex");
    assert_eq!(data["operation"], "update");
}

#[test]
fn an_update_of_another_tenants_row_is_refused_even_if_it_brings_it_home() {
    let refused = within("acme", || {
        guard().update("invoice", Some("globex"), Some("acme"))
    });
    assert!(refused.is_err());
}

#[test]
fn a_row_of_nobody_is_not_ours_to_change() {
    let guard = guard();
    let (refused, events) = told(|| within("acme", || guard.update("invoice", None, Some("acme"))));
    let message = "`update` of `invoice` is not for tenant `acme`, which is bound";
    assert_eq!(refused.unwrap_err().to_string(), message);
    assert_eq!(
        only(&events, "enforcement_violation")["attempted_tenant_id"],
        json!(null)
    );
    assert!(within("acme", || guard.delete("invoice", None)).is_err());
}

#[test]
fn without_a_tenant_nothing_that_is_owned_is_written_and_the_message_says_how_one_is_carried() {
    let guard = guard();
    let (refused, events) = told(|| guard.insert("invoice", Some("acme")));
    let message = refused.unwrap_err().to_string();
    assert_eq!(
        message,
        "`insert` of `invoice` with no tenant bound: enter `tenant::scope`, and carry it to spawned tasks with \
         `in_current_scope`, to threads with `Scope::carry`"
    );
    let data = only(&events, "enforcement_violation");
    assert_eq!(
        (&data["violation"], &data["attempted_tenant_id"]),
        (&json!("missing"), &json!("acme"))
    );
    assert!(guard.update("invoice", Some("acme"), None).is_err());
    assert!(guard.delete("invoice", Some("acme")).is_err());
}

#[test]
fn a_spawned_thread_that_forgot_its_tenant_is_refused_and_one_that_carries_it_is_not() {
    let guard = guard();
    let (forgot, carried) = within("acme", || {
        let write = |guard: audit_core::tenant::TenantGuard| move || guard.insert("invoice", None);
        let forgot = std::thread::spawn(write(guard.clone())).join().unwrap();
        let work = audit_core::Scope::current().carry(write(guard.clone()));
        (forgot, std::thread::spawn(work).join().unwrap())
    });
    assert_eq!(
        forgot.unwrap_err().violation().unwrap().kind(),
        ViolationKind::Missing
    );
    assert_eq!(carried.unwrap().as_deref(), Some("acme"));
}

#[test]
fn a_model_that_nobody_named_belongs_to_tenants() {
    assert!(guard().insert("made_up_yesterday", None).is_err());
}

#[test]
fn a_shared_model_is_written_by_anybody() {
    let (written, events) = told(|| guard().insert("currency", None));
    assert_eq!(written.unwrap(), None);
    assert_eq!(events, []);
}

#[test]
fn what_a_policy_requires_of_a_row_beyond_its_tenant_is_not_let_through_unseen() {
    let by_region = models().policy(RequireScope::by("region")).build().unwrap();
    let (refused, events) = told(|| within("acme", || by_region.insert("invoice", None)));
    assert!(matches!(refused, Err(AccessRefused::Violation(_))));
    let names: Vec<_> = events.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["policy_allow", "enforcement_violation"]);
    // A policy that requires another tenant's rows of the very field.
    let globex = TenantId::new("globex").unwrap();
    let foreign = move |_: &audit_core::tenant::Access<'_>| AccessDecision::RequireScope {
        filters: vec![TenantFilter::new("tenant_id", globex.clone())],
    };
    let guard = models().policy(foreign).build().unwrap();
    assert!(within("acme", || guard.insert("invoice", None)).is_err());
    let guard = models()
        .policy(RequireScope::by("tenant_id"))
        .build()
        .unwrap();
    assert!(within("acme", || guard.insert("invoice", None)).is_ok());
}

#[test]
fn a_foreign_tenant_of_any_length_is_told_of_by_its_beginning() {
    let long = "ü".repeat(10_000);
    let ((), events) = told(|| within("acme", || drop(guard().delete("invoice", Some(&long)))));
    let data = only(&events, "enforcement_violation");
    let told = data["attempted_tenant_id"].as_str().unwrap();
    assert_eq!(told, "ü".repeat(127));
}

#[derive(Clone)]
struct Invoice {
    tenant: Option<String>,
}

impl TenantOwned for Invoice {
    const MODEL: &'static str = "invoice";

    fn tenant_id(&self) -> Option<&str> {
        self.tenant.as_deref()
    }

    fn set_tenant_id(&mut self, tenant: TenantId) {
        self.tenant = Some(tenant.to_string());
    }
}

#[test]
fn a_row_that_loses_its_tenant_by_an_update_is_refused() {
    let before = Invoice {
        tenant: Some("acme".to_owned()),
    };
    let after = Invoice { tenant: None };
    assert!(within("acme", || guard().update_row(&before, &after)).is_err());
    assert!(within("acme", || guard().update_row(&before, &before.clone())).is_ok());
    assert!(within("acme", || guard().delete_row(&before)).is_ok());
    assert!(within("globex", || guard().delete_row(&before)).is_err());
}

#[test]
fn what_is_said_twice_of_a_model_is_named_when_the_guard_is_built() {
    let twice = models()
        .owned_by("invoice", "org_id")
        .shared("customer")
        .owned("")
        .build();
    assert_eq!(
        twice.unwrap_err().to_string(),
        "model `invoice` is owned by `org_id`, and was owned by `tenant_id` before: say one of both; \
         model `customer` is shared, and was owned by `org_id` before: say one of both; \
         a model has no name, expected one"
    );
    let unnamed = models().owned_by("order", "").build().unwrap_err();
    assert_eq!(
        unnamed.to_string(),
        "model `order` is owned by a field without a name, expected one such as `tenant_id`"
    );
    // The same said again is no contradiction.
    assert!(models().owned("invoice").build().is_ok());
}
