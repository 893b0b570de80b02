//! Metrics, as Prometheus gets them.

use std::cell::Cell;
use std::sync::Arc;

use audit_core::observability::{METRICS, TrailQueue, TrailReport, TrailStanding, enable};
use audit_core::sink::{CallbackSink, Registration, SinkError};
use audit_core::{Mode, Refused, Runtime, admit, audit};
use metrics_exporter_prometheus::PrometheusBuilder;

use crate::seen::{alone, observe, trying};
use crate::support::{builder, policy, quietly, refund as refund_action, runtime, set_mode};

#[admit(action = "refund")]
fn refund(amount: i64) -> Result<i64, Refused> {
    Ok(amount)
}

#[test]
fn decisions_are_counted_by_action_effect_rule_and_mode() {
    let (_, seen) = observe(|| {
        let runtime = runtime();
        runtime.scope(|| {
            refund(20).unwrap();
            refund(30).unwrap();
            refund(5000).unwrap_err();
            refund(600).unwrap_err();
        });
        assert!(runtime.allow(&refund_action(1)));
    });
    let decisions = |labels: &str| seen.metric(&format!("audit_decisions_total{{{labels}}}"));
    let of = |effect: &str, rule: &str| {
        decisions(&format!(
            r#"action="refund",effect="{effect}",rule="{rule}",mode="enforce""#
        ))
        .map(str::to_owned)
    };
    assert_eq!(of("allow", "none").as_deref(), Some("3"));
    assert_eq!(of("block", "block_large").as_deref(), Some("1"));
    assert_eq!(
        of("require_approval", "approve_medium").as_deref(),
        Some("1")
    );
    let outcomes = |status: &str| {
        seen.metric(&format!(
            r#"audit_outcomes_total{{action="refund",status="{status}"}}"#
        ))
    };
    assert_eq!(outcomes("completed"), Some("2"));
    assert_eq!(outcomes("refused"), Some("2"));
    assert_eq!(
        seen.metric(r#"audit_evaluation_seconds_count{action="refund"}"#),
        Some("5")
    );
    assert!(
        seen.metrics
            .contains(r#"audit_evaluation_seconds_bucket{action="refund",le="0.01"} 5"#)
    );
    assert!(
        seen.metrics.contains(
            "# HELP audit_decisions_total Decisions.\n# TYPE audit_decisions_total counter"
        )
    );
}

#[test]
fn a_call_that_runs_in_shadow_and_would_be_refused_is_a_flip() {
    let runtime = runtime();
    set_mode(&runtime, Mode::Shadow);
    let (_, seen) = observe(|| {
        runtime.scope(|| {
            refund(5000).unwrap();
            refund(20).unwrap();
        });
        // Whoever asks by hand may do what he likes with the answer.
        assert!(!runtime.allow(&refund_action(5000)));
    });
    let flips = r#"audit_shadow_flips_total{action="refund",rule="block_large"}"#;
    assert_eq!(seen.metric(flips), Some("1"), "{}", seen.metrics);
    assert_eq!(seen.metrics.matches("audit_shadow_flips_total{").count(), 1);
}

#[test]
fn a_rule_in_shadow_that_would_refuse_is_a_flip_of_that_rule() {
    let runtime = trying();
    let (_, seen) = observe(|| runtime.scope(|| refund(6)).unwrap());
    let flips = r#"audit_shadow_flips_total{action="refund",rule="tries"}"#;
    assert_eq!(seen.metric(flips), Some("1"), "{}", seen.metrics);
}

#[audit(action = "refund")]
fn note_refund(amount: i64) -> i64 {
    amount
}

#[test]
fn what_is_never_enforced_is_no_flip_but_a_decision_in_shadow() {
    let (_, seen) = observe(|| {
        runtime().scope(|| note_refund(5000));
        trying().scope(|| note_refund(6));
    });
    let blocked =
        r#"audit_decisions_total{action="refund",effect="block",rule="block_large",mode="shadow"}"#;
    assert_eq!(seen.metric(blocked), Some("1"), "{}", seen.metrics);
    assert!(!seen.metrics.contains("audit_shadow_flips_total"));
}

#[test]
fn what_can_not_be_decided_in_shadow_is_no_flip() {
    let runtime = builder()
        .snapshot_resolver(|_| Err("the database is away".into()))
        .build()
        .unwrap();
    set_mode(&runtime, Mode::Shadow);
    let (_, seen) = observe(|| runtime.scope(|| refund(5)).unwrap());
    let indeterminate = r#"audit_indeterminate_total{action="refund",stage="snapshot"}"#;
    assert_eq!(seen.metric(indeterminate), Some("1"), "{}", seen.metrics);
    assert!(!seen.metrics.contains("audit_shadow_flips_total"));
}

#[test]
fn a_decision_that_can_not_be_made_is_counted_by_its_stage() {
    let runtime = builder()
        .snapshot_resolver(|_| Err("the database is away".into()))
        .build()
        .unwrap();
    let (_, seen) = observe(|| runtime.scope(|| refund(5)).unwrap_err());
    let indeterminate = r#"audit_indeterminate_total{action="refund",stage="snapshot"}"#;
    assert_eq!(seen.metric(indeterminate), Some("1"), "{}", seen.metrics);
    assert!(!seen.metrics.contains("away"));
}

#[test]
fn a_queued_observer_that_falls_behind_shows_what_waits_and_what_is_dropped() {
    let (seen_one, sees) = std::sync::mpsc::channel();
    let (go_on, waits) = std::sync::mpsc::channel::<()>();
    let runtime = Runtime::builder()
        .policy(policy())
        .queued_observer("slow", 2, move |_| {
            seen_one.send(()).unwrap();
            let _gone = waits.recv();
        })
        .build()
        .unwrap();
    let (_, seen) = observe(|| {
        assert!(runtime.allow(&refund_action(1)));
        sees.recv().unwrap();
        for _ in 0..5 {
            assert!(runtime.allow(&refund_action(1)));
        }
    });
    drop(go_on);
    assert_eq!(seen.metric(r#"audit_queue_depth{queue="slow"}"#), Some("2"));
    let dropped = r#"audit_events_dropped_total{queue="slow"}"#;
    assert_eq!(seen.metric(dropped), Some("3"));
}

#[test]
fn an_observer_that_panics_is_a_sink_that_failed() {
    let runtime = builder()
        .add_observer("broken", |_: &audit_core::DecisionEvent<'_>| {
            panic!("on purpose")
        })
        .build()
        .unwrap();
    let (_, seen) = observe(|| quietly(|| runtime.allow(&refund_action(1))));
    let failures = r#"audit_sink_failures_total{sink="broken"}"#;
    assert_eq!(seen.metric(failures), Some("1"), "{}", seen.metrics);
}

#[test]
fn a_trail_shows_how_it_stands() {
    let (report, seen) = observe(|| {
        let report = TrailReport::new();
        report.standing(|| TrailStanding {
            trail: "payments/audit",
            records: 12,
            bytes: Some(4096),
            unindexed: 3,
            unanchored: 4,
            store_failures: 7,
            anchor_failures: 8,
        });
        report.queue("payments/audit", || TrailQueue {
            waiting: 5,
            lost: 6,
        });
        report
    });
    for (name, value) in [
        ("audit_trail_records", "12"),
        ("audit_trail_bytes", "4096"),
        ("audit_trail_unindexed", "3"),
        ("audit_trail_unanchored", "4"),
        ("audit_trail_records_lost_total", "6"),
        ("audit_trail_store_failures_total", "7"),
        ("audit_trail_anchor_failures_total", "8"),
    ] {
        let series = format!(r#"{name}{{trail="payments/audit"}}"#);
        assert_eq!(seen.metric(&series), Some(value), "{series}");
    }
    assert_eq!(seen.metric(OF_QUEUE), Some("5"));
    // Nothing waits any more for one that is gone.
    let (_, seen) = observe(|| drop(report));
    assert_eq!(seen.metric(OF_QUEUE), Some("0"));
}

const OF_QUEUE: &str = r#"audit_queue_depth{queue="payments/audit"}"#;

/// Shows how much waits for a trail, which takes one out as soon as it was asked for that, and comes to show it too.
fn take_out(report: &TrailReport, left: &Cell<usize>) {
    report.queue("payments/audit", || {
        let waiting = left.get();
        if waiting > 0 {
            left.set(waiting - 1);
            take_out(report, left);
        }
        TrailQueue { waiting, lost: 0 }
    });
}

#[test]
fn what_was_changed_last_is_shown_however_many_came_meanwhile() {
    for waiting in [1, 5, 8, 9, 12, 40] {
        let report = TrailReport::new();
        let (_, seen) = observe(|| take_out(&report, &Cell::new(waiting)));
        assert_eq!(seen.metric(OF_QUEUE), Some("0"), "{waiting}");
    }
}

#[test]
fn what_is_taken_out_as_the_path_is_switched_off_is_shown_no_longer() {
    let (report, left) = (TrailReport::new(), Cell::new(5));
    let (_, seen) = observe(|| {
        report.queue("payments/audit", || {
            let waiting = left.take();
            audit_core::observability::disable();
            // Whoever took it out comes while that is being shown.
            report.queue("payments/audit", || unreachable!("somebody is at it"));
            TrailQueue { waiting, lost: 0 }
        });
    });
    assert_eq!(seen.metric(OF_QUEUE), Some("0"));
}

#[test]
fn a_recorder_that_is_installed_late_gets_what_is_counted_from_then_on() {
    let _alone = alone();
    enable();
    let runtime = runtime();
    assert!(runtime.allow(&refund_action(1)));
    let late = PrometheusBuilder::new().build_recorder();
    metrics::with_local_recorder(&late, || assert!(runtime.allow(&refund_action(1))));
    audit_core::observability::disable();
    let rendered = late.handle().render();
    assert!(
        rendered.contains(r#"audit_decisions_total{action="refund","#),
        "{rendered}"
    );
}

#[test]
fn the_table_in_the_documentation_lists_every_metric_with_its_kind_and_labels() {
    let text = include_str!("../../src/observability/mod.rs");
    let rows: Vec<_> = text
        .lines()
        .filter(|line| line.starts_with("//! | `audit_"))
        .collect();
    assert_eq!(rows.len(), METRICS.len());
    for metric in METRICS {
        let labels = metric.labels.iter().map(|label| format!("`{label}`"));
        let labels = labels.collect::<Vec<_>>().join(", ");
        let kind = format!("{:?}", metric.kind).to_lowercase();
        let row = format!("//! | `{}` | {kind} | {labels} | ", metric.name);
        assert!(rows.iter().any(|line| line.starts_with(&row)), "{row}");
    }
}

#[test]
fn a_sink_that_fails_is_counted_by_its_name_with_what_it_lost() {
    let runtime = runtime();
    let failing = CallbackSink::new(|_| Err(SinkError::new("the collector is away")));
    let registration = Registration::new(Arc::new(failing)).named("siem");
    let (_, seen) = observe(|| {
        runtime.register_sink(registration).unwrap();
        assert!(runtime.allow(&refund_action(1)));
        assert!(runtime.allow(&refund_action(1)));
    });
    // Two decisions; what is told of a failure does not come back to the sink that failed.
    for metric in ["audit_sink_failures_total", "audit_events_lost_total"] {
        let series = format!(r#"{metric}{{sink="siem"}}"#);
        assert_eq!(seen.metric(&series), Some("2"), "{}", seen.metrics);
    }
}
