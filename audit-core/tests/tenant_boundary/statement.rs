//! Statements over many rows.

use audit_core::tenant::{
    Access, AccessDecision, Operation, RequireScope, TenantChange, TenantFilter, ViolationKind,
};

use crate::ground::{guard, models, only, told, within};

fn pairs(filters: &audit_core::tenant::Filters) -> Vec<(String, String, String)> {
    let of = |(model, filter): (&str, &TenantFilter)| {
        (
            model.to_owned(),
            filter.field().to_owned(),
            filter.tenant().to_string(),
        )
    };
    filters.iter().map(of).collect()
}

#[test]
fn every_owned_model_of_a_join_has_its_filter() {
    let filters = within("acme", || {
        guard().read(&["invoice", "customer", "currency"])
    })
    .unwrap();
    let expected = [
        ("invoice", "tenant_id", "acme"),
        ("customer", "org_id", "acme"),
    ];
    let expected = expected
        .map(|(model, field, tenant)| (model.to_owned(), field.to_owned(), tenant.to_owned()));
    assert_eq!(pairs(&filters), expected);
    assert_eq!(filters.of("customer").count(), 1);
}

#[test]
fn a_join_that_filters_only_its_last_table_is_a_violation() {
    let (refused, events) = told(|| {
        within("acme", || {
            guard()
                .read(&["invoice", "customer"])
                .unwrap()
                .applied_to(&["customer"])
        })
    });
    let refused = refused.unwrap_err();
    assert_eq!(refused.violation().unwrap().kind(), ViolationKind::Unscoped);
    assert_eq!(
        refused.to_string(),
        "`read` of `invoice` would reach the rows of all tenants, expected a filter by the one that is bound"
    );
    assert_eq!(
        only(&events, "enforcement_violation")["model_class"],
        "invoice"
    );
    let both = within("acme", || {
        guard()
            .read(&["invoice", "customer"])
            .unwrap()
            .applied_to(&["customer", "invoice"])
    });
    assert!(both.is_ok());
}

#[test]
fn a_read_without_a_tenant_is_refused_and_returns_nobodys_rows() {
    let (refused, events) = told(|| guard().read(&["currency", "invoice"]));
    assert!(refused.is_err());
    let data = only(&events, "enforcement_violation");
    assert_eq!(
        (data["violation"].as_str(), data["operation"].as_str()),
        (Some("missing"), Some("read"))
    );
    assert!(guard().read(&["currency"]).unwrap().is_empty());
}

#[test]
fn a_bulk_update_is_filtered_like_a_read() {
    let filters = within("acme", || {
        guard().update_all(&["invoice"], TenantChange::Unchanged)
    })
    .unwrap();
    assert_eq!(pairs(&filters).len(), 1);
    assert!(guard().delete_all(&["invoice"]).is_err());
}

#[test]
fn a_statement_without_a_filter_is_unscoped_whoever_is_bound() {
    let (refused, events) = told(|| {
        within("acme", || {
            guard().unfiltered(Operation::Read, &["currency", "invoice"])
        })
    });
    assert!(refused.is_err());
    assert_eq!(
        only(&events, "enforcement_violation")["violation"],
        "unscoped"
    );
    assert!(guard().unfiltered(Operation::Read, &["currency"]).is_ok());
}

#[test]
fn rows_of_others_that_came_all_the_same_are_found() {
    let guard = guard();
    let rows = [Some("acme"), Some("globex"), Some("initech")];
    let (refused, events) = told(|| within("acme", || guard.rows("invoice", rows)));
    assert!(refused.is_err());
    assert_eq!(
        only(&events, "enforcement_violation")["attempted_tenant_id"],
        "globex"
    );
    within("acme", || {
        guard.rows("invoice", [Some("acme"), Some("acme")])
    })
    .unwrap();
    assert!(
        within("acme", || guard.rows("invoice", [None])).is_err(),
        "a row of nobody"
    );
    let unbound = guard.rows("invoice", [Some("acme")]).unwrap_err();
    assert_eq!(unbound.violation().unwrap().kind(), ViolationKind::Missing);
    assert!(
        guard.rows("invoice", [None]).is_err(),
        "nobody's, for nobody"
    );
    guard.rows("invoice", []).unwrap();
    guard.rows("currency", [Some("anybody")]).unwrap();
}

#[test]
fn what_a_policy_requires_is_added_to_the_models_own_filter() {
    let by_region = models().policy(RequireScope::by("region")).build().unwrap();
    let filters = within("acme", || by_region.read(&["invoice", "currency"])).unwrap();
    let fields: Vec<_> = filters
        .iter()
        .map(|(model, filter)| (model, filter.field()))
        .collect();
    // What is everybody's has no such field.
    assert_eq!(fields, [("invoice", "tenant_id"), ("invoice", "region")]);
}

#[test]
fn a_policy_that_denies_one_model_denies_the_statement() {
    let no_payroll = |access: &Access<'_>| match access.model() {
        "payroll" => AccessDecision::deny("payroll is read by the payroll service alone"),
        _ => AccessDecision::Allow,
    };
    let guard = models().policy(no_payroll).build().unwrap();
    let (refused, events) = told(|| within("acme", || guard.read(&["invoice", "payroll"])));
    assert_eq!(
        refused.unwrap_err().to_string(),
        "`read` of `payroll` is denied: payroll is read by the payroll service alone"
    );
    let names: Vec<_> = events.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["policy_allow", "policy_deny"]);
}

#[test]
fn a_bulk_update_that_moves_rows_to_another_tenant_is_refused_and_told_of() {
    let moved = |change| {
        told(|| {
            within("acme", || {
                guard().update_all(&["invoice", "customer"], change)
            })
        })
    };
    let (refused, events) = moved(TenantChange::To("globex"));
    assert!(refused.is_err());
    let data = only(&events, "enforcement_violation");
    assert_eq!(
        (&data["violation"], &data["attempted_tenant_id"]),
        (&"mismatch".into(), &"globex".into())
    );
    assert_eq!(
        (&data["model_class"], &data["operation"]),
        (&"invoice".into(), &"update".into())
    );
    assert!(moved(TenantChange::Cleared).0.is_err());
    let filters = moved(TenantChange::To("acme")).0.unwrap();
    assert_eq!(pairs(&filters).len(), 2);
    // With no tenant bound it is told of once.
    let (refused, events) = told(|| guard().update_all(&["invoice"], TenantChange::To("globex")));
    assert!(refused.is_err());
    assert_eq!(
        only(&events, "enforcement_violation")["violation"],
        "missing"
    );
}

#[test]
fn a_statement_that_names_no_model_is_unscoped() {
    let (refused, events) = told(|| within("acme", || guard().read(&[])));
    assert!(refused.is_err());
    assert_eq!(
        only(&events, "enforcement_violation")["violation"],
        "unscoped"
    );
}

#[test]
fn a_join_of_a_model_with_itself_is_filtered_twice() {
    let filtered = |models: &[&str]| {
        within("acme", || {
            guard()
                .read(&["invoice", "invoice"])
                .unwrap()
                .applied_to(models)
        })
    };
    assert!(filtered(&["invoice"]).is_err());
    assert!(filtered(&["invoice", "invoice"]).is_ok());
}

#[test]
fn a_policy_that_requires_another_tenants_rows_is_refused() {
    let globex = audit_core::TenantId::new("globex").unwrap();
    let foreign = move |_: &Access<'_>| AccessDecision::RequireScope {
        filters: vec![TenantFilter::new("tenant_id", globex.clone())],
    };
    let guard = models().policy(foreign).build().unwrap();
    let refused = within("acme", || guard.read(&["invoice"])).unwrap_err();
    assert_eq!(
        refused.violation().unwrap().attempted_tenant(),
        Some("globex")
    );
}
