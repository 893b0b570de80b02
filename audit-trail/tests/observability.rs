//! How trails stand, as metrics. In a process of their own, one after the other: the switch and the recorder are one for all.

#![cfg(test)]

mod support;

use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use audit_core::{Delivery, Recorded, observability};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use support::{Gate, SOON, buffered, durable, event, gated, put, quiet, until};

static HANDLE: LazyLock<PrometheusHandle> =
    LazyLock::new(|| PrometheusBuilder::new().install_recorder().unwrap());

/// Lets one test at a time have switch and recorder.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    LazyLock::force(&HANDLE);
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn value(series: &str) -> Option<f64> {
    let rendered = HANDLE.render();
    let mut lines = rendered.lines();
    let value = lines.find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    value.map(|value| value.parse().unwrap())
}

#[test]
fn a_trail_shows_its_size_its_end_and_what_piles_up_before_a_store_that_fails_or_hangs() {
    let _alone = alone();
    let dir = tempfile::tempdir().unwrap();
    let trail = quiet()
        .origin("ours")
        .open(dir.path().join("audit.db"))
        .unwrap();
    durable(&trail, "before", 1).unwrap();
    trail.flush(SOON).unwrap();
    assert_eq!(
        value("audit_trail_records{trail=\"ours\"}"),
        None,
        "it is off"
    );

    observability::enable();
    for number in 0..100 {
        assert!(buffered(&trail, "after", number));
    }
    trail.flush(SOON).unwrap();
    let stats = trail.stats();
    let of = |name: &str| value(&format!("{name}{{trail=\"ours\"}}"));
    #[allow(clippy::cast_precision_loss, reason = "it is small")]
    let records = stats.records as f64;
    assert_eq!(of("audit_trail_records"), Some(records));
    assert!(of("audit_trail_bytes").unwrap() > 8192.0);
    until("all is drawn", || of("audit_trail_unindexed") == Some(0.0));
    assert!(of("audit_trail_unanchored").is_some());
    assert_eq!(of("audit_trail_records_lost_total"), Some(0.0));
    assert_eq!(value("audit_queue_depth{queue=\"ours\"}"), Some(0.0));

    // A store that hangs shows nothing; whoever records does.
    let (other, gate) = (tempfile::tempdir().unwrap(), Gate::default());
    let options = quiet().origin("theirs").queue_records(10);
    let stuck = gated(other.path(), &gate, options);
    gate.hang();
    assert!(buffered(&stuck, "first", 0));
    gate.wait_until_it_hangs();
    let taken = (0..12).filter(|number| {
        let recorded = put(&stuck, &event("more", *number), Delivery::BestEffort);
        matches!(recorded, Recorded::Taken(_))
    });
    let taken = u32::try_from(taken.count()).unwrap();
    assert!((1..12).contains(&taken), "{taken}");
    let depth = value("audit_queue_depth{queue=\"theirs\"}");
    assert_eq!(depth, Some(f64::from(taken)));
    let lost = "audit_trail_records_lost_total{trail=\"theirs\"}";
    assert_eq!(value(lost), Some(f64::from(12 - taken)));
    gate.fail();
    let failures = "audit_trail_store_failures_total{trail=\"theirs\"}";
    until("its failures are shown", || value(failures) > Some(0.0));
    gate.open();
    stuck.flush(SOON).unwrap();
    assert_eq!(value("audit_queue_depth{queue=\"theirs\"}"), Some(0.0));
    observability::disable();
    stuck.close(SOON).unwrap();
}

#[test]
fn what_a_trail_loses_after_it_was_opened_again_is_counted_on() {
    let _alone = alone();
    let dir = tempfile::tempdir().unwrap();
    observability::enable();
    for lost in [2, 1] {
        let path = dir.path().join("audit.db");
        let trail = quiet().origin("again").open(path).unwrap();
        trail.close(SOON).unwrap();
        for number in 0..lost {
            assert!(!buffered(&trail, "late", number));
        }
    }
    observability::disable();
    let lost = "audit_trail_records_lost_total{trail=\"again\"}";
    assert_eq!(value(lost), Some(3.0));
}

#[test]
fn an_idle_trail_shows_how_it_stands_once_somebody_observes() {
    let _alone = alone();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("audit.db");
    let trail = quiet().origin("idle").open(path).unwrap();
    durable(&trail, "before", 1).unwrap();
    trail.flush(SOON).unwrap();
    until("it idles", || trail.stats().records_unindexed == 0);
    // Once it takes the second, the writer has shown all that came before the first.
    trail.checkpoint().unwrap();
    trail.checkpoint().unwrap();
    observability::enable();
    until("it shows how it stands", || {
        value("audit_trail_records{trail=\"idle\"}").is_some()
            && value("audit_queue_depth{queue=\"idle\"}") == Some(0.0)
    });
    observability::disable();
}
