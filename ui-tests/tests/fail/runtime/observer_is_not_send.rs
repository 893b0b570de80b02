//! Calls come from any thread, so an observer may hold nothing that is bound to one.

use std::rc::Rc;

use audit_core::{DecisionEvent, Policy, Runtime};

fn install(policy: Policy) {
    let label = Rc::new("refunds");
    let _runtime = Runtime::builder()
        .policy(policy)
        .observer("labelled", move |_event: &DecisionEvent<'_>| {
            let _ = label.len();
        })
        .build();
}

fn main() {}
