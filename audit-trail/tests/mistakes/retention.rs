//! What retention takes, what stays, and what goes wrong in it.

use std::sync::Arc;
use std::time::Duration;

use audit_core::testing::ManualClock;
use audit_core::{Delivery, Recorded, Timestamp};
use audit_trail::note::TrailKey;
use audit_trail::retention::RetentionPolicy;
use audit_trail::{Trail, TrailError, TrailOptions};

use crate::support::{
    Gate, GateStore, SOON, assert_sound, durable, event_at, found, json, numbers, open, put, quiet,
    until,
};

const DAY: i64 = 86_400_000_000_000;

fn start() -> Timestamp {
    "2026-11-23T08:00:00Z".parse().unwrap()
}

fn days_on(days: i64) -> Timestamp {
    Timestamp::from_nanos(start().as_nanos() + days * DAY)
}

/// Ten days of two kinds of records, one of each kind a day.
fn ten_days(options: TrailOptions, path: &std::path::Path) -> Trail {
    let trail = options.index_at_once().open(path).unwrap();
    for day in 0..10_u64 {
        let clock = ManualClock::new(days_on(i64::try_from(day).unwrap()));
        for name in ["search", "refund"] {
            let recorded = put(&trail, &event_at(&clock, name, day), Delivery::Buffered);
            assert!(matches!(recorded, Recorded::Taken(_)));
        }
    }
    trail.flush(SOON).unwrap();
    trail
}

fn policy(rules: &[&str]) -> RetentionPolicy {
    RetentionPolicy::new(rules.iter().map(|rule| rule.parse().unwrap()))
}

#[test]
fn records_go_by_age_and_number_as_planned_and_what_stays_is_proved() {
    let dir = tempfile::tempdir().unwrap();
    let trail = ten_days(quiet(), &dir.path().join("audit.db"));
    let before = trail.stats().records;
    let policy = policy(&["search=3d", "refund=4"]);
    let plan = trail.plan_retention(&policy, days_on(9)).unwrap();
    assert_eq!(numbers(&trail, "search").len(), 10, "a plan takes nothing");
    let result = trail.prune(&plan).unwrap();
    assert_eq!(result.records, plan.records());
    assert_eq!(numbers(&trail, "search"), [6, 7, 8, 9]);
    assert_eq!(numbers(&trail, "refund"), [6, 7, 8, 9]);
    // Told of, in as many words as it takes to check it.
    let told = found(&trail, "kind:retention");
    assert_eq!(
        told.iter().map(|record| record.seq).collect::<Vec<_>>(),
        result.told_by
    );
    assert_eq!(json(&told[0])["data"]["records"], plan.records());
    trail.checkpoint().unwrap();
    let verification = trail.verify().unwrap();
    assert!(verification.is_sound(), "{:?}", verification.damage);
    assert_eq!(
        (verification.size, verification.records_pruned),
        (before + 1, plan.records())
    );
    for record in found(&trail, "name:refund") {
        trail.prove(record.seq).unwrap();
    }
    // Nothing is left to do, and nothing is done twice.
    assert_eq!(
        trail.plan_retention(&policy, days_on(9)).unwrap().records(),
        0
    );
    trail.prune(&plan).unwrap_err();
    assert_sound(&trail);
}

#[test]
fn what_the_trail_tells_of_itself_stays_whatever_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let trail = ten_days(quiet(), &dir.path().join("audit.db"));
    let plan = trail
        .plan_retention(&policy(&["*=0"]), days_on(10_000))
        .unwrap();
    assert_eq!(plan.records(), 20);
    trail.prune(&plan).unwrap();
    trail.close(SOON).unwrap();
    drop(trail);
    let trail = open(dir.path());
    assert_eq!(found(&trail, "kind:lifecycle").len(), 3);
    assert_eq!(found(&trail, "kind:retention").len(), 1);
    let again = trail
        .plan_retention(&policy(&["*=0"]), days_on(10_000))
        .unwrap();
    assert_eq!(again.records(), 0);
    assert_sound(&trail);
}

#[test]
fn a_sweep_runs_until_it_is_stopped_and_only_one_does() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::new(days_on(9)));
    let options = quiet().shared_clock(Arc::clone(&clock) as _);
    let trail = ten_days(options, &dir.path().join("audit.db"));
    let sweep = trail
        .sweep(policy(&["search=3d"]), Duration::from_millis(1))
        .unwrap();
    let second = trail.sweep(policy(&["refund=1"]), Duration::from_millis(1));
    assert!(matches!(second, Err(TrailError::SweepRuns)));
    until("a sweep", || sweep.stats().sweeps_completed > 1);
    assert_eq!(numbers(&trail, "search"), [6, 7, 8, 9]);
    clock.set_wall(days_on(11));
    until("a later sweep", || numbers(&trail, "search") == [8, 9]);
    let stats = sweep.stop();
    assert_eq!((stats.records_removed, stats.sweeps_failed), (8, 0));
    clock.set_wall(days_on(20));
    // It ended, so that another may begin.
    let sweep = trail.sweep(policy(&["refund=1"]), Duration::MAX).unwrap();
    until("the other sweep", || sweep.stats().sweeps_completed == 1);
    assert_eq!(
        (numbers(&trail, "search").len(), numbers(&trail, "refund")),
        (2, vec![9])
    );
    assert_sound(&trail);
}

#[test]
fn a_sweep_that_fails_is_counted_and_touches_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("audit.db");
    drop(ten_days(quiet().key(key()), &path));
    let gate = Gate::default();
    let trail = quiet()
        .open_store(GateStore::open(&path, &gate), key())
        .unwrap();
    gate.fail_in_pruning();
    let sweep = trail
        .sweep(policy(&["search=0"]), Duration::from_millis(1))
        .unwrap();
    until("failures", || sweep.stats().sweeps_failed > 1);
    durable(&trail, "meanwhile", 1).unwrap();
    assert_eq!(numbers(&trail, "search").len(), 10);
    gate.open();
    until("a sweep", || sweep.stats().sweeps_completed > 0);
    assert!(numbers(&trail, "search").is_empty());
    assert_sound(&trail);
    // A sweep keeps nobody from closing.
    trail.close(SOON).unwrap();
}

#[test]
fn a_sweep_ends_with_its_trail_however_long_it_rests_and_none_begins_after_that() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("audit.db");
    let trail = ten_days(quiet(), &path);
    let sweep = trail.sweep(policy(&["search=5"]), Duration::MAX).unwrap();
    until("a sweep", || sweep.stats().sweeps_completed == 1);
    assert!(!sweep.has_ended());
    // There is a handle still: the trail is closed all the same.
    trail.close(SOON).unwrap();
    until("its end", || sweep.has_ended());
    let later = trail.sweep(policy(&["search=5"]), Duration::MAX);
    assert!(matches!(later, Err(TrailError::Closed)));
    let stats = sweep.stop();
    assert_eq!((stats.sweeps_completed, stats.sweeps_failed), (1, 0));
    drop(trail);

    let trail = quiet().open(&path).unwrap();
    let sweep = trail.sweep(policy(&["refund=5"]), Duration::MAX).unwrap();
    until("a sweep", || sweep.stats().sweeps_completed == 1);
    drop(trail);
    until("its end", || sweep.has_ended());
    assert_eq!(sweep.stats().sweeps_completed, 1);
}

fn key() -> TrailKey {
    TrailKey::from_seed("trail", &[5; 32]).unwrap()
}
