//! Work across tenants, on purpose.

use audit_core::tenant::{AccessRefused, Bypass, Operation};
use audit_core::{
    Delivery, EventKind, Fact, Mode, RecordError, RecordErrorKind, Recorded, Recorder, Runtime,
    Scope, TenantId, Terms,
};
use serde_json::json;

use crate::ground::{guard, models, only, told, within};

fn id(tenant: &str) -> TenantId {
    TenantId::new(tenant).unwrap()
}

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
                .update("invoice", &id("globex"), Some(&id("initech")))
        })
    });
    done.unwrap();
    let data = json!({
        "model_qualname": "invoice", "operation": "update", "reason": "yearly totals, FIN-112",
        "operation_context": {"tenant_id": "globex", "moved_to": "initech"}
    });
    assert_eq!(only(&events, "enforcement_bypass"), data);
    let (bypass, given) = (Bypass::new("yearly totals, FIN-112").unwrap(), line!());
    let captured = audit_core::testing::capture(|| {
        let by = guard.by(&bypass);
        by.insert("invoice", &id("globex")).unwrap();
        by.delete("invoice", &id("globex")).unwrap();
        by.statement(Operation::Read, &["invoice", "customer", "currency"])
            .unwrap();
    });
    let used = captured
        .events
        .iter()
        .filter(|event| event.name == "enforcement_bypass");
    let used: Vec<_> = used.collect();
    assert_eq!(used.len(), 4, "shared models need none");
    let line = |event: &&audit_core::Event<'_>| {
        let site = event.site.clone().unwrap();
        (site.file.to_string(), site.line)
    };
    assert!(
        used.iter()
            .all(|event| line(event) == (file!().to_owned(), given))
    );
}

#[test]
fn a_bypass_that_nobody_records_is_refused() {
    let refused = guard()
        .by(&bypass())
        .insert("invoice", &id("globex"))
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
    guard
        .by(&bypass())
        .insert("invoice", &id("globex"))
        .unwrap();
}

#[test]
fn a_guard_is_itself_again_beside_its_bypass() {
    let guard = guard();
    told(|| {
        within("acme", || {
            guard
                .by(&bypass())
                .delete("invoice", &id("globex"))
                .unwrap();
            assert!(guard.delete("invoice", Some("globex")).is_err());
        });
    });
}

#[test]
fn a_bypass_over_no_model_by_name_is_recorded_too() {
    let (done, events) = told(|| guard().by(&bypass()).statement(Operation::Read, &[]));
    done.unwrap();
    assert_eq!(
        only(&events, "enforcement_bypass")["model_qualname"],
        json!(null)
    );
}

/// Takes what it is told of with this answer.
struct Answering(fn(&Terms) -> Recorded);

impl Recorder for Answering {
    fn record(&self, fact: &Fact<'_>, terms: &Terms) -> Recorded {
        match fact {
            Fact::Other(event) if event.kind == EventKind::Tenant => (self.0)(terms),
            _ => Recorded::Unwanted,
        }
    }

    fn flush(&self, _timeout: std::time::Duration) -> bool {
        true
    }
}

/// Uses a bypass where this recorder is the only one who keeps anything.
fn by(answer: fn(&Terms) -> Recorded) -> Result<(), AccessRefused> {
    let runtime = Runtime::builder()
        .policy(crate::support::policy())
        .recorder(Answering(answer))
        // Somebody who looks is nobody who keeps.
        .add_observer("looks", Looks)
        .build()
        .unwrap();
    let insert = || guard().by(&bypass()).insert("invoice", &id("globex"));
    Scope::new().runtime(runtime).run(insert)
}

struct Looks;

impl audit_core::Observer for Looks {
    fn on_decision(&self, _event: &audit_core::DecisionEvent<'_>) {}
}

#[test]
fn a_bypass_goes_on_once_its_record_is_taken_and_no_less_than_buffered() {
    let taken = by(|terms| {
        assert_eq!(
            terms.delivery,
            Some(Delivery::Buffered),
            "whatever is planned for the rest"
        );
        Recorded::Taken(Delivery::Buffered)
    });
    taken.unwrap();
}

#[test]
fn a_bypass_whose_record_is_lost_or_unwanted_is_refused() {
    let lost = by(|_| {
        let error = RecordError::new(RecordErrorKind::Failed, "the disk is full");
        Recorded::Lost(Delivery::Buffered, error)
    });
    let lost = lost.unwrap_err();
    let why = std::error::Error::source(&lost).unwrap();
    assert_eq!(why.to_string(), "the record of this bypass is lost");
    assert!(
        why.source()
            .unwrap()
            .to_string()
            .contains("the disk is full")
    );
    let unwanted = by(|_| Recorded::Unwanted).unwrap_err();
    let why = std::error::Error::source(&unwanted).unwrap();
    assert!(
        why.to_string().starts_with("nobody records this bypass"),
        "{why}"
    );
}

#[test]
fn what_only_a_guard_that_is_off_knows_of_a_bypass_is_recorded_all_the_same() {
    let guard = models().mode(Mode::Off).build().unwrap();
    let (done, events) = told(|| guard.by(&bypass()).delete("invoice", &id("globex")));
    done.unwrap();
    only(&events, "enforcement_bypass");
}
