//! `#[audit]` refuses no call, so `uninstalled` says nothing there.

use audit_core::audit;

#[audit(uninstalled = "run")]
fn refund() {}

fn main() {}
