//! `#[audit]` refuses no call, so `on_unrecordable` says nothing there.

use audit_core::audit;

#[audit(on_unrecordable = "run", delivery = "durable")]
fn refund() {}

fn main() {}
