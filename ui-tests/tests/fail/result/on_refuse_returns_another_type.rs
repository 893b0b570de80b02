//! What `on_refuse` makes is the function's result.

use audit_core::{admit, Refused};

fn decline(_: Refused) -> u64 {
    0
}

#[admit(on_refuse = decline)]
fn refund() -> Option<u64> {
    None
}

#[admit(on_refuse = decline)]
async fn refund_later() -> Option<u64> {
    None
}

#[admit(on_refuse = decline)]
fn nothing() {}

fn main() {}
