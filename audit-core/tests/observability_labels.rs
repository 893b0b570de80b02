//! How many values of a label are told apart: alone in its process, which they are counted in.
#![allow(clippy::unwrap_used, reason = "it is a test")]

use std::collections::BTreeSet;

use audit_core::{Action, observability};
use metrics_exporter_prometheus::PrometheusBuilder;

mod support;

#[test]
fn actions_from_data_are_told_apart_up_to_a_thousand_whichever_thread_they_come_from() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).unwrap();
    observability::enable();
    let runtime = support::runtime();
    std::thread::scope(|threads| {
        for thread in 0..3 {
            let runtime = &runtime;
            threads.spawn(move || {
                for number in 0..500 {
                    assert!(runtime.allow(&Action::new(format!("made-up-{thread}-{number}"))));
                }
            });
        }
    });
    let metrics = handle.render();
    let lines = metrics.lines();
    let decisions: BTreeSet<_> = lines
        .filter(|line| line.starts_with("audit_decisions_total{"))
        .collect();
    assert_eq!(decisions.len(), 1001);
    let other =
        r#"audit_decisions_total{action="other",effect="allow",rule="none",mode="enforce"} 500"#;
    assert!(decisions.contains(other));
}
