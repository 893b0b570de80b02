//! Retention is no accomplice: it signs for nothing that somebody else arranged to go.

use audit_trail::retention::RetentionPolicy;
use audit_trail::verify::DamageKind;
use audit_trail::{Trail, TrailError};

use crate::forger::Closed;
use crate::support::{SOON, quiet};

/// Has all records named so go, and returns what the store says to that.
fn refused(trail: &Trail, records: u64) -> String {
    let policy = RetentionPolicy::new(["paid=0".parse().unwrap()]);
    let now = "2100-01-01T00:00:00Z".parse().unwrap();
    let plan = trail.plan_retention(&policy, now).unwrap();
    assert_eq!(plan.records(), records);
    match trail.prune(&plan) {
        Err(TrailError::Store(error)) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_never_goes_stays_though_its_columns_say_otherwise() {
    let closed = Closed::new();
    closed.forge(
        "UPDATE entry SET kind = 'event', name = 'paid' WHERE kind = 'lifecycle' AND seq = 0",
    );
    let trail = quiet().open(&closed.path).unwrap();
    assert_eq!(
        refused(&trail, 597),
        "record 0 is of kind `lifecycle`, which never goes"
    );
    trail.close(SOON).unwrap();
    let verification = closed.verify();
    assert!(verification.is_sound(), "{:?}", verification.damage);
    assert_eq!(verification.records_pruned, 0);
}

#[test]
fn a_record_that_somebody_took_out_is_not_covered_for() {
    let closed = Closed::new();
    closed.forge("DELETE FROM record WHERE seq = 100");
    let trail = quiet().open(&closed.path).unwrap();
    assert_eq!(
        refused(&trail, 596),
        "record 100 is not there, and retention did not take it"
    );
    trail.close(SOON).unwrap();
    closed.assert_damaged(DamageKind::Removed, 100);
}
