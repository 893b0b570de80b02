//! What a guard does in each mode.

use audit_core::tenant::{Access, AccessDecision, TenantGuard};
use audit_core::testing::capture;
use audit_core::{Change, EventKind, Mode};
use serde_json::json;

use crate::ground::{guard, models, told, within};

fn in_mode(mode: Mode) -> TenantGuard {
    models().mode(mode).build().unwrap()
}

#[test]
fn a_guard_enforces_where_nothing_else_is_said() {
    assert_eq!(guard().mode(), Mode::Enforce);
}

#[test]
fn in_shadow_every_violation_is_told_of_and_nothing_changes() {
    let guard = in_mode(Mode::Shadow);
    let ((), events) = told(|| {
        within("acme", || {
            assert_eq!(
                guard.insert("invoice", None).unwrap(),
                None,
                "nothing is put in"
            );
            assert!(
                guard.read(&["invoice"]).unwrap().is_empty(),
                "nothing is filtered"
            );
            guard
                .update("invoice", Some("acme"), Some("globex"))
                .unwrap();
            guard.rows("invoice", [Some("globex")]).unwrap();
        });
        guard
            .read(&["invoice", "customer"])
            .unwrap()
            .applied_to(&[])
            .unwrap();
        guard.delete("invoice", Some("acme")).unwrap();
    });
    let told: Vec<_> = events
        .iter()
        .map(|(_, data)| (data["violation"].as_str().unwrap(), data["applied"].clone()))
        .collect();
    let kinds = ["mismatch", "mismatch", "missing", "missing", "missing"];
    assert_eq!(told, kinds.map(|kind| (kind, json!(false))));
}

#[test]
fn in_shadow_a_denial_is_recorded_and_the_access_goes_on() {
    let never = |_: &Access<'_>| AccessDecision::deny("never");
    let guard = models().mode(Mode::Shadow).policy(never).build().unwrap();
    let (done, events) = told(|| within("acme", || guard.delete("invoice", Some("acme"))));
    done.unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].0, "policy_deny");
}

#[test]
fn a_guard_that_is_off_looks_at_nothing() {
    let guard = in_mode(Mode::Off);
    let ((), events) = told(|| {
        guard.insert("invoice", None).unwrap();
        guard.update("invoice", None, Some("globex")).unwrap();
        assert!(guard.read(&["invoice"]).unwrap().is_empty());
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
