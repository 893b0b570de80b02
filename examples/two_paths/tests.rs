//! The matrix, on a runtime of its own.

use std::sync::{Mutex, PoisonError};

use super::*;

/// One test at a time: `tracing` asks the subscriber of whichever thread comes first whether a place is of interest, and remembers that.
static ALONE: Mutex<()> = Mutex::new(());

#[test]
fn each_path_has_its_own_switch() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let counting = Counting::default();
    let policy = Policy::from_strings(SCHEMA, POLICY, None).unwrap();
    let runtime = Runtime::builder().policy(policy).build().unwrap();
    let subscriber = tracing_subscriber::registry().with(counting.clone());
    let passes = tracing::subscriber::with_default(subscriber, || {
        let runtime = &runtime;
        Scope::new()
            .runtime(runtime.clone())
            .run(|| four_ways(runtime, &counting))
    });
    let seen: Vec<(bool, usize)> = passes
        .unwrap()
        .iter()
        .map(|pass| (pass.observed > 0, pass.audited))
        .collect();
    // Three decisions, three ends.
    assert_eq!(seen, [(false, 0), (true, 0), (false, 6), (true, 6)]);
}

#[test]
fn a_sink_that_breaks_is_told_of_and_learns_what_it_missed() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let policy = Policy::from_strings(SCHEMA, POLICY, None).unwrap();
    let runtime = Runtime::builder().policy(policy).build().unwrap();
    let told = Scope::new()
        .runtime(runtime.clone())
        .run(|| broken_sink(&runtime));
    let told = told.unwrap();
    let failures = ["1", "2", "4"].map(|n| {
        format!("the other sink: sink_failure, {n} missed: the collector does not answer")
    });
    assert_eq!(told[..3], failures);
    assert_eq!(
        told[3..],
        ["the broken one itself: loss of 6 events: the collector does not answer"]
    );
}
