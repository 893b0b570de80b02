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
    let decide = |thread: usize| {
        for number in 0..500 {
            assert!(runtime.allow(&Action::new(format!("made-up-{thread}-{number}"))));
        }
    };
    let warnings: Vec<String> = std::thread::scope(|threads| {
        let decide = &decide;
        let all: Vec<_> = (0..3)
            .map(|thread| threads.spawn(move || support::warnings_of(|| decide(thread)).1))
            .collect();
        let warned = all.into_iter().map(|thread| thread.join().unwrap());
        warned.flatten().collect()
    });
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    let expected =
        "metrics tell 1000 values of label `action` apart, and further ones are shown as `other`";
    assert!(warnings[0].contains(expected), "{warnings:?}");
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
