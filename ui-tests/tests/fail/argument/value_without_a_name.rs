//! The action is said by name.

use audit_core::audit;

#[audit("refund")]
fn refund() {}

#[audit(7)]
fn pay() {}

fn main() {}
