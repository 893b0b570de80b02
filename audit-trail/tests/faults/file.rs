//! The file of a running trail is deleted, moved or replaced.

use std::fs;

use audit_core::{RecordErrorKind, Refused, Scope, admit, audit};
use audit_trail::store::StoreErrorKind;
use audit_trail::{Trail, TrailState};

use crate::support::{
    SOON, assert_sound, buffered, durable, numbers, open, query_of, runtime, until,
};

#[admit(action = "refund", delivery = "durable", on_unrecordable = "refuse")]
fn refund(order_id: &str, amount: u64) -> Result<(), Refused> {
    let _ = (order_id, amount);
    Ok(())
}

#[audit(action = "refund", delivery = "durable")]
fn refund_in_shadow(order_id: &str, amount: u64) -> u64 {
    let _ = order_id;
    amount
}

fn assert_fails_closed(trail: &Trail) {
    let error = durable(trail, "durable", 0).unwrap_err();
    assert_eq!(error.kind, RecordErrorKind::Failed);
    Scope::new().runtime(runtime(trail)).run(|| {
        assert!(
            refund("o-1", 1).is_err(),
            "what must be recorded and can't be is refused"
        );
        assert_eq!(refund_in_shadow("o-1", 7), 7, "what is only watched runs");
    });
    let stats = trail.stats();
    assert_eq!(stats.state, TrailState::Failing(StoreErrorKind::Gone));
    let said = stats.last_error.unwrap();
    assert!(said.contains("audit.db"), "{said}");
}

#[test]
fn a_file_that_is_moved_away_is_noticed_and_nothing_is_doubled_once_it_is_back() {
    let dir = tempfile::tempdir().unwrap();
    let (path, away) = (dir.path().join("audit.db"), dir.path().join("away.db"));
    let trail = open(dir.path());
    durable(&trail, "before", 1).unwrap();
    fs::rename(&path, &away).unwrap();
    assert!(buffered(&trail, "meanwhile", 1));
    assert_fails_closed(&trail);
    assert!(trail.search(&query_of("name:before"), None, 1).is_err());
    fs::rename(&away, &path).unwrap();
    trail.flush(SOON).unwrap();
    durable(&trail, "after", 1).unwrap();
    for name in ["before", "meanwhile", "durable", "after"] {
        let expected: &[u64] = if name == "durable" { &[0] } else { &[1] };
        assert_eq!(numbers(&trail, name), expected, "{name}");
    }
    assert_eq!(trail.stats().records_lost, 0);
    assert_sound(&trail);
}

#[test]
fn a_file_that_is_replaced_by_a_copy_of_itself_is_noticed() {
    let dir = tempfile::tempdir().unwrap();
    let (path, copy) = (dir.path().join("audit.db"), dir.path().join("copy.db"));
    let trail = open(dir.path());
    durable(&trail, "before", 1).unwrap();
    let original = dir.path().join("original.db");
    fs::copy(&path, &copy).unwrap();
    fs::hard_link(&path, &original).unwrap();
    fs::rename(&copy, &path).unwrap();
    assert_fails_closed(&trail);
    fs::rename(&original, &path).unwrap();
    trail.flush(SOON).unwrap();
    assert_eq!(numbers(&trail, "before"), [1]);
    assert_eq!(numbers(&trail, "durable"), [0]);
    assert_sound(&trail);
}

#[test]
fn a_file_that_is_deleted_is_noticed_and_closing_says_what_is_lost() {
    let dir = tempfile::tempdir().unwrap();
    let trail = open(dir.path());
    durable(&trail, "before", 1).unwrap();
    fs::remove_file(dir.path().join("audit.db")).unwrap();
    assert_fails_closed(&trail);
    until("the writer to try", || trail.stats().store_failures > 1);
    trail
        .close(std::time::Duration::from_millis(10))
        .unwrap_err();
    assert!(trail.stats().records_lost >= 3);
    assert!(!dir.path().join("audit.db").exists(), "nobody made it anew");
}
