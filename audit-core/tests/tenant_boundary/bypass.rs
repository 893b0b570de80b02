//! Work across tenants, on purpose.

use audit_core::Mode;
use audit_core::tenant::{AccessRefused, Bypass, Operation};
use serde_json::json;

use crate::ground::{guard, models, only, told, within};

fn bypass() -> Bypass {
    Bypass::new("yearly totals, FIN-112").unwrap()
}

#[test]
fn a_bypass_needs_a_reason() {
    for reason in ["", "  \n"] {
        let error = Bypass::new(reason).unwrap_err();
        let message = "a bypass has no reason, expected why the work goes across tenants";
        assert_eq!(error.to_string(), message);
    }
}

#[test]
fn each_use_of_a_bypass_is_recorded_with_its_reason_and_place() {
    let guard = guard();
    let (done, events) = told(|| {
        within("acme", || {
            guard
                .by(&bypass())
                .update("invoice", "globex", Some("initech"))
        })
    });
    done.unwrap();
    let data = json!({
        "model_qualname": "invoice", "operation": "update", "reason": "yearly totals, FIN-112",
        "operation_context": {"tenant_id": "globex", "moved_to": "initech"}
    });
    assert_eq!(only(&events, "enforcement_bypass"), data);
    let bypass = bypass();
    let captured = audit_core::testing::capture(|| {
        let by = guard.by(&bypass);
        by.insert("invoice", "globex").unwrap();
        by.delete("invoice", "globex").unwrap();
        by.statement(Operation::Read, &["invoice", "customer", "currency"])
            .unwrap();
    });
    let used = captured
        .events
        .iter()
        .filter(|event| event.name == "enforcement_bypass");
    let used: Vec<_> = used.collect();
    assert_eq!(used.len(), 4, "shared models need none");
    assert!(
        used.iter()
            .all(|event| event.site.as_ref().unwrap().file.ends_with("bypass.rs"))
    );
}

#[test]
fn a_bypass_that_nobody_records_is_refused() {
    let refused = guard()
        .by(&bypass())
        .insert("invoice", "globex")
        .unwrap_err();
    assert!(matches!(refused, AccessRefused::Bypass(_)));
    assert_eq!(refused.to_string(), "the bypass can't be used");
    let why = std::error::Error::source(&refused).unwrap();
    assert_eq!(
        why.to_string(),
        "nobody records this bypass: set a recorder with `set_recorder`, or register a sink"
    );
}

#[test]
fn in_shadow_a_bypass_that_nobody_records_stops_nothing() {
    let guard = models().mode(Mode::Shadow).build().unwrap();
    guard.by(&bypass()).insert("invoice", "globex").unwrap();
}

#[test]
fn a_guard_is_itself_again_beside_its_bypass() {
    let guard = guard();
    told(|| {
        within("acme", || {
            guard.by(&bypass()).delete("invoice", "globex").unwrap();
            assert!(guard.delete("invoice", Some("globex")).is_err());
        });
    });
}
