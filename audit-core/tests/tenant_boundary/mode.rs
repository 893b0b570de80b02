//! What a guard does in each mode.

use audit_core::tenant::{Access, AccessDecision, TenantChange, TenantGuard};
use audit_core::testing::capture;
use audit_core::{Change, EventKind, Mode};
use serde_json::json;

use crate::ground::{guard, models, only, told, within};

fn in_mode(mode: Mode) -> TenantGuard {
    models().mode(mode).build().unwrap()
}

#[test]
fn a_guard_enforces_where_nothing_else_is_said() {
    assert_eq!(guard().mode(), Mode::Enforce);
}

#[test]
fn in_shadow_every_violation_is_told_of_and_nothing_is_refused() {
    let guard = in_mode(Mode::Shadow);
    let ((), events) = told(|| {
        within("acme", || {
            guard
                .update("invoice", Some("acme"), TenantChange::To("globex"))
                .unwrap();
            guard.rows("invoice", [Some("globex")]).unwrap();
            let filters = guard.read(&["invoice", "customer"]).unwrap();
            filters.applied_to(&["customer"]).unwrap();
        });
        assert!(guard.read(&["invoice"]).unwrap().is_empty());
        assert_eq!(guard.insert("invoice", None).unwrap(), None);
        guard.delete("invoice", Some("acme")).unwrap();
    });
    let told = events
        .iter()
        .map(|(_, data)| (data["violation"].as_str().unwrap(), data["applied"].clone()));
    let kinds = [
        "mismatch", "mismatch", "unscoped", "missing", "missing", "missing",
    ];
    assert_eq!(
        told.collect::<Vec<_>>(),
        kinds.map(|kind| (kind, json!(false)))
    );
}

#[test]
fn no_mode_shows_a_tenant_anothers_rows() {
    for mode in [Mode::Off, Mode::Shadow, Mode::Enforce] {
        let guard = in_mode(mode);
        within("acme", || {
            let filters = guard.read(&["invoice"]).unwrap();
            assert_eq!(filters.iter().count(), 1, "in mode {mode}");
            assert_eq!(
                guard.insert("invoice", None).unwrap().as_deref(),
                Some("acme")
            );
        });
    }
}

#[test]
fn in_shadow_a_denial_is_recorded_and_the_access_goes_on() {
    let never = |_: &Access<'_>| AccessDecision::deny("never");
    let guard = models().mode(Mode::Shadow).policy(never).build().unwrap();
    let (done, events) = told(|| within("acme", || guard.delete("invoice", Some("acme"))));
    done.unwrap();
    assert_eq!(only(&events, "policy_deny")["applied"], false);
}

#[test]
fn a_guard_that_is_off_looks_at_nothing() {
    let guard = in_mode(Mode::Off);
    let ((), events) = told(|| {
        guard.insert("invoice", None).unwrap();
        guard
            .update("invoice", None, TenantChange::To("globex"))
            .unwrap();
        guard.read(&["invoice"]).unwrap().applied_to(&[]).unwrap();
        guard.rows("invoice", [Some("globex"), None]).unwrap();
    });
    assert_eq!(events, []);
}

#[test]
fn a_change_of_mode_holds_for_every_handle_and_is_recorded_with_who_and_why() {
    let guard = models().name("billing").mode(Mode::Shadow).build().unwrap();
    let other = guard.clone();
    let captured = capture(|| {
        let change = Change::by("ada")
            .because("a week without violations")
            .unwrap();
        guard.set_mode(Mode::Enforce, &change);
    });
    assert_eq!(other.mode(), Mode::Enforce);
    assert!(other.read(&["invoice"]).is_err());
    let [event] = &captured.events[..] else {
        panic!("{:?}", captured.events);
    };
    assert_eq!((event.kind, &*event.name), (EventKind::Mode, "mode.set"));
    let data = json!({
        "target": "tenant_guard", "name": "billing", "from": "shadow", "to": "enforce",
        "by": "ada", "reason": "a week without violations"
    });
    assert_eq!(serde_json::to_value(&event.data).unwrap(), data);
}
