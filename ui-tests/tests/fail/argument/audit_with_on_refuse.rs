//! `#[audit]` refuses no call, so `on_refuse` says nothing there.

use audit_core::audit;

#[audit(on_refuse = decline)]
fn refund() {}

fn main() {}
