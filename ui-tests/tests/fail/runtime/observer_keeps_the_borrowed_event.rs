//! An observer sees the event by reference, for the length of the call and no longer.

use std::sync::Mutex;

use audit_core::{DecisionEvent, Policy, Runtime};

fn install(policy: Policy) {
    let kept = Mutex::new(Vec::new());
    let _runtime = Runtime::builder()
        .policy(policy)
        .observer("keeper", move |event: &DecisionEvent<'_>| {
            if let Ok(mut kept) = kept.lock() {
                kept.push(event);
            }
        })
        .build();
}

fn main() {}
