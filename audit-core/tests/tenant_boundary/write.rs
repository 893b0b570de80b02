//! Single rows that are written.

use audit_core::tenant::{
    AccessDecision, Operation, RequireScope, TenantChange, TenantFilter, TenantOwned, Violation,
    ViolationKind,
};
use audit_core::testing::block_on;
use audit_core::{InScope as _, Site, TenantId};
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
        guard
            .update("invoice", Some("acme"), TenantChange::Unchanged)
            .unwrap();
        guard
            .update("invoice", Some("acme"), TenantChange::To("acme"))
            .unwrap();
        guard.delete("invoice", Some("acme")).unwrap();
    });
}

#[test]
fn a_row_of_another_tenant_is_refused_and_told_of() {
    let guard = guard();
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
}

#[test]
fn a_violation_names_the_tenant_and_the_place_in_the_program_where_the_row_was_written() {
    let guard = guard();
    let line = line!() + 2;
    let captured = audit_core::testing::capture(|| {
        within("acme", || drop(guard.delete("invoice", Some("globex"))));
    });
    let mut events = captured.events.iter();
    let event = events
        .find(|event| event.name == "enforcement_violation")
        .unwrap();
    assert_eq!(event.tenant.as_deref(), Some("acme"));
    let site = event.site.as_ref().unwrap();
    assert_eq!((&*site.file, site.line), (file!(), line));
}

#[test]
fn a_violation_that_is_told_elsewhere_keeps_its_tenant() {
    let violation = within("acme", || {
        Violation::new(ViolationKind::Mismatch, Operation::Delete, "invoice").attempted("globex")
    });
    let captured = audit_core::testing::capture(|| within("initech", || violation.tell(true)));
    let mut events = captured.events.iter();
    let event = events
        .find(|event| event.name == "enforcement_violation")
        .unwrap();
    assert_eq!(event.tenant.as_deref(), Some("acme"));
}

#[test]
fn a_violation_that_an_adapter_learns_of_is_told_of_the_tenant_and_the_place_that_it_says() {
    let site = Site::new("src/billing.rs".into(), 41);
    let globex = TenantId::new("globex").unwrap();
    let captured = audit_core::testing::capture(|| {
        within("initech", || {
            Violation::new(ViolationKind::Mismatch, Operation::Update, "invoice")
                .at(site.clone())
                .for_tenant(globex.clone())
                .tell(true);
        });
    });
    let mut events = captured.events.iter();
    let event = events
        .find(|event| event.name == "enforcement_violation")
        .unwrap();
    assert_eq!(event.tenant.as_deref(), Some("globex"));
    assert_eq!(event.site.as_deref(), Some(&site));
}

#[test]
fn a_task_that_forgot_its_tenant_is_refused_and_one_that_carries_it_is_not() {
    let write = || {
        let guard = guard();
        async move { guard.insert("invoice", None) }
    };
    let (forgot, carried) = within("acme", || (write(), write().in_current_scope()));
    // Polled elsewhere, as an executor does.
    let work = move || (block_on(forgot), block_on(carried));
    let (forgot, carried) = std::thread::spawn(work).join().unwrap();
    assert_eq!(
        forgot.unwrap_err().violation().unwrap().kind(),
        ViolationKind::Missing
    );
    assert_eq!(carried.unwrap().as_deref(), Some("acme"));
}

#[test]
fn an_update_that_moves_a_row_to_another_tenant_is_refused_and_told_of() {
    let (refused, events) = told(|| {
        within("acme", || {
            guard().update("invoice", Some("acme"), TenantChange::To("globex"))
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
        guard().update("invoice", Some("globex"), TenantChange::To("acme"))
    });
    assert!(refused.is_err());
}

#[test]
fn a_row_of_nobody_is_not_ours_to_change() {
    let guard = guard();
    let (refused, events) = told(|| {
        within("acme", || {
            guard.update("invoice", None, TenantChange::To("acme"))
        })
    });
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
    assert!(
        guard
            .update("invoice", Some("acme"), TenantChange::Unchanged)
            .is_err()
    );
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
    let message = "`insert` of `invoice`: the policy requires that `region` is `acme`, which nobody knows of this row";
    assert_eq!(refused.unwrap_err().to_string(), message);
    let names: Vec<_> = events.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["policy_allow", "enforcement_violation"]);
    assert_eq!(events[1].1["violation"], "unscoped");
    // A policy that requires another tenant's rows of the very field.
    let globex = TenantId::new("globex").unwrap();
    let foreign = move |_: &audit_core::tenant::Access<'_>| AccessDecision::RequireScope {
        filters: vec![TenantFilter::new("tenant_id", globex.clone())],
    };
    let guard = models().policy(foreign).build().unwrap();
    assert!(within("acme", || guard.insert("invoice", None)).is_err());
}

#[test]
fn a_policy_that_requires_the_models_own_scope_is_met_by_rows_of_the_tenant() {
    let guard = models().policy(RequireScope::new()).build().unwrap();
    within("acme", || {
        guard.insert("invoice", None).unwrap();
        guard.insert("customer", Some("acme")).unwrap();
        guard.insert("currency", None).unwrap();
    });
}

#[test]
fn an_update_that_clears_a_rows_tenant_is_refused() {
    let cleared = || guard().update("invoice", Some("acme"), TenantChange::Cleared);
    assert!(within("acme", cleared).is_err());
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
