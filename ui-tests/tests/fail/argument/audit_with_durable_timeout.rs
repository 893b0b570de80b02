//! `#[audit]` refuses no call, so `durable_timeout` says nothing there.

use audit_core::audit;

#[audit(durable_timeout = "250ms", delivery = "durable")]
fn refund() {}

fn main() {}
