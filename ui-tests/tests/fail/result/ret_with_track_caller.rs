//! `#[track_caller]` keeps the result from the wrapper.

use audit_core::audit;

#[audit(ret)]
#[track_caller]
fn refund() -> u64 {
    7
}

fn main() {}
