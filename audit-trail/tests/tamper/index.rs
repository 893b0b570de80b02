//! What queries go by is changed: no record is, so it is looked for where somebody asks.

use audit_core::{Refused, Scope, admit};
use audit_trail::SqliteReader;
use audit_trail::note::VerifierKey;
use audit_trail::verify::{Damage, DamageKind, Keys, Verifier};

use crate::forger::unguarded;
use crate::support::{SOON, quiet, runtime};

#[admit(action = "refund", delivery = "durable")]
fn refund(order_id: &str, amount: u64) -> Result<(), Refused> {
    let _ = (order_id, amount);
    Ok(())
}

fn damage(path: &std::path::Path, key: &VerifierKey) -> Vec<Damage> {
    let keys = Keys::trusting([key.clone()], &mut SqliteReader::open(path).unwrap()).unwrap();
    let verifier = Verifier::new(keys).index();
    verifier.verify(&SqliteReader::opener(path)).unwrap().damage
}

#[test]
fn columns_that_do_not_say_what_their_record_says_are_named() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("audit.db");
    let trail = quiet().open(&path).unwrap();
    Scope::new().runtime(runtime(&trail)).run(|| {
        refund("o-1", 1).unwrap();
        refund("o-2", 1).unwrap();
    });
    let key = trail.verifier_key();
    trail.close(SOON).unwrap();
    drop(trail);
    assert_eq!(damage(&path, &key), []);
    // 0 opened, 1 decision, 2 outcome, 3 decision, 4 outcome, 5 closed.
    for (seq, forged) in [
        (3, "UPDATE entry SET name = 'other' WHERE seq = 3"),
        (3, "UPDATE entry SET effect = 'block' WHERE seq = 3"),
        (3, "UPDATE entry SET actor = 'mallory' WHERE seq = 3"),
        (3, "UPDATE entry SET time = time + 1 WHERE seq = 3"),
        // What became of a call, at its decision and at its outcome.
        (3, "UPDATE entry SET outcome = 'failed' WHERE seq = 3"),
        (3, "UPDATE entry SET outcome = 'failed' WHERE seq = 4"),
        (3, "DELETE FROM entry WHERE seq = 3"),
        // Rows of no record.
        (0, "INSERT INTO entry SELECT -3, session, time, kind, name, is_action, actor, tenant, resource, effect, rule, mode,
             outcome, x'01', NULL, took, open FROM entry WHERE seq = 3"),
        (77, "INSERT INTO entry SELECT 77, session, time, kind, name, is_action, actor, tenant, resource, effect, rule, mode,
             outcome, x'01', NULL, took, open FROM entry WHERE seq = 3"),
    ] {
        let copy = dir.path().join("copy.db");
        std::fs::copy(&path, &copy).unwrap();
        unguarded(&copy).execute_batch(forged).unwrap();
        let found = damage(&copy, &key);
        let [damage] = &found[..] else {
            panic!("{forged}: {found:?}")
        };
        assert_eq!((damage.kind, damage.seq), (DamageKind::Index, seq), "{forged}");
    }
}
