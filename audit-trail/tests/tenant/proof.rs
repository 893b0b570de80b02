//! Proofs of a tenant's records, and of no others.

use audit_trail::verify::{VerifyError, prove_for_tenant};
use audit_trail::{SqliteReader, TrailError};

use super::{id, places, world};
use crate::support::line;

#[test]
fn a_tenants_record_is_proved_by_its_bytes_and_the_key() {
    let (_dir, trail) = world();
    let acme = trail.for_tenant(id("acme"));
    let proof = acme.prove(4).unwrap();
    let query = acme.query("seq:4").unwrap();
    let record = acme.search(&query, None, 1).unwrap().records.remove(0);
    let checkpoint = proof.verify(&record.body, &[acme.verifier_key()]).unwrap();
    assert_eq!((proof.index(), checkpoint.size()), (4, 7));
    assert!(proof.verify(b"{}", &[acme.verifier_key()]).is_err());
}

#[test]
fn what_is_anothers_or_nobodys_is_told_as_what_is_not_there() {
    let (dir, trail) = world();
    let acme = trail.for_tenant(id("acme"));
    trail.checkpoint().unwrap();
    let reader = &mut SqliteReader::open(dir.path().join("audit.db")).unwrap();
    // Another's, nobody's, the trail's own, none yet, and none ever.
    for seq in [2, 3, 0, 7, 1_000, u64::MAX] {
        let error = acme.prove(seq).unwrap_err();
        let expected = format!("tenant `acme` has no record {seq}, or not any more");
        assert_eq!(line(&error), expected);
        assert!(matches!(error, TrailError::NoTenantRecord { seq: told, .. } if told == seq));

        let error = prove_for_tenant(reader, acme.tenant(), seq).unwrap_err();
        assert_eq!(line(&error), expected);
        assert!(matches!(error, VerifyError::NoTenantRecord { .. }));
    }
    assert!(prove_for_tenant(reader, acme.tenant(), 1).is_ok());
}

#[test]
fn asking_for_what_is_not_his_has_nothing_signed() {
    let (_dir, trail) = world();
    let (acme, signed) = (trail.for_tenant(id("acme")), trail.stats().records_anchored);
    assert!(acme.prove(5).is_err());
    assert!(acme.prove(99).is_err());
    assert_eq!(trail.stats().records_anchored, signed);
    assert_eq!(places(&acme, ""), [1, 4]);
}

#[test]
fn a_record_that_retention_took_is_not_there_any_more() {
    let (_dir, trail) = world();
    let acme = trail.for_tenant(id("acme"));
    let policy = audit_trail::retention::RetentionPolicy::new(["order.paid=1d".parse().unwrap()]);
    let late = "2100-01-01T00:00:00Z".parse().unwrap();
    trail
        .prune(&trail.plan_retention(&policy, late).unwrap())
        .unwrap();
    let error = line(&acme.prove(1).unwrap_err());
    assert_eq!(error, "tenant `acme` has no record 1, or not any more");
    // The hash stays, so the whole trail can still prove it.
    assert!(trail.prove(1).is_ok());
}
