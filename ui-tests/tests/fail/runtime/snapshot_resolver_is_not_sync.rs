//! Several threads ask one resolver at the same time, so its state has to be shared safely.

use std::cell::Cell;

use audit_core::{Fields, Policy, ResolveContext, Runtime};

fn install(policy: Policy) {
    let asked = Cell::new(0_u32);
    let _runtime = Runtime::builder()
        .policy(policy)
        .snapshot_resolver(move |_context: &ResolveContext<'_>| {
            asked.set(asked.get() + 1);
            Ok(Fields::new().with("fraud_flag", false))
        })
        .build();
}

fn main() {}
