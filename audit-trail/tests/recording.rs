//! From an annotated function to a record that is on disk, proved and found again.
#![allow(clippy::unwrap_used, reason = "a test says what it expects")]

use std::path::Path;
use std::time::Duration;

use audit_core::{Actor, Policy, Refused, Runtime, Scope, admit, audit};
use audit_trail::Trail;

const SOON: Duration = Duration::from_secs(30);

fn policy() -> Policy {
    Policy::from_dir(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../examples/payments/policy"
    ))
    .unwrap()
}

fn runtime(trail: &Trail) -> Runtime {
    let runtime = Runtime::builder().policy(policy()).build().unwrap();
    runtime.set_recorder(trail.clone());
    runtime
}

#[admit(action = "refund", delivery = "durable")]
fn refund(order_id: &str, amount: u64) -> Result<u64, Refused> {
    let _ = order_id;
    Ok(amount)
}

#[audit(action = "refund")]
fn refund_in_shadow(order_id: &str, amount: u64) -> u64 {
    let _ = order_id;
    amount
}

fn open(dir: &Path) -> Trail {
    Trail::open(dir.join("audit.db")).unwrap()
}

#[test]
fn what_was_decided_is_there_after_the_trail_is_closed_and_opened_again() {
    let dir = tempfile::tempdir().unwrap();
    let trail = open(dir.path());
    let runtime = runtime(&trail);
    let alice = Actor::new("alice").with("role", "support");
    Scope::new().runtime(runtime).actor(alice).run(|| {
        assert_eq!(refund("o-1", 20).unwrap(), 20);
        assert!(refund("o-2", 5000).is_err());
        refund_in_shadow("o-3", 5000);
    });
    trail.close(SOON).unwrap();
    drop(trail);

    let trail = open(dir.path());
    let stats = trail.stats();
    // Opened, three decisions and outcomes, closed, opened.
    assert_eq!(stats.records, 9);
    let verification = trail.verify().unwrap();
    assert!(verification.is_sound(), "{:?}", verification.damage);
    assert_eq!(verification.records_checked, 9);
}

#[test]
fn no_filter_of_a_subscriber_keeps_a_decision_or_an_outcome_from_the_trail() {
    use tracing_subscriber::filter::LevelFilter;
    use tracing_subscriber::layer::SubscriberExt as _;

    // For the whole process: the trail's threads are under it too.
    let silent = tracing_subscriber::registry().with(LevelFilter::OFF);
    tracing::subscriber::set_global_default(silent).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let trail = open(dir.path());
    Scope::new().runtime(runtime(&trail)).run(|| {
        assert!(refund("o-1", 5000).is_err());
        assert_eq!(refund_in_shadow("o-2", 20), 20);
    });
    trail.flush(SOON).unwrap();
    for (query, records) in [
        ("kind:decision effect:block", 1),
        ("kind:outcome outcome:refused", 1),
        ("kind:decision effect:allow", 1),
        ("kind:outcome outcome:completed", 1),
    ] {
        let found = trail.search(&trail.query(query).unwrap(), None, 10);
        assert_eq!(found.unwrap().records.len(), records, "{query}");
    }
}
