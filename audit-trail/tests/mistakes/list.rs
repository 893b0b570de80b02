//! Which actions are recorded.

use audit_core::{Entry, Refused, Scope, admit, record};
use audit_trail::TrailOptions;

use crate::support::{SOON, found, quiet, runtime};

#[admit(action = "refund")]
fn refund(order_id: &str, amount: u64) -> Result<(), Refused> {
    let _ = (order_id, amount);
    Ok(())
}

/// How many records of actions there are when a function was called, and an entry recorded.
fn recorded(options: TrailOptions) -> usize {
    let dir = tempfile::tempdir().unwrap();
    let trail = options.open(dir.path().join("audit.db")).unwrap();
    Scope::new().runtime(runtime(&trail)).run(|| {
        refund("o-1", 1).unwrap();
        record(Entry::new("report.export")).unwrap();
    });
    trail.flush(SOON).unwrap();
    assert_eq!(
        found(&trail, "name:trail.opened").len(),
        1,
        "its own life is always recorded"
    );
    assert_eq!(
        trail.stats().records_lost,
        0,
        "what is not wanted is not lost"
    );
    found(&trail, "name:refund").len() + found(&trail, "name:report.export").len()
}

#[test]
fn an_empty_list_records_no_action_and_no_list_records_all() {
    assert_eq!(recorded(quiet()), 3);
    assert_eq!(recorded(quiet().only::<&str>([]).unwrap()), 0);
    assert_eq!(recorded(quiet().only(["refund"]).unwrap()), 2);
    assert_eq!(recorded(quiet().only(["report.*"]).unwrap()), 1);
    assert_eq!(
        recorded(
            quiet()
                .only(["refund", "*"])
                .unwrap()
                .except(["refund"])
                .unwrap()
        ),
        1
    );
}
