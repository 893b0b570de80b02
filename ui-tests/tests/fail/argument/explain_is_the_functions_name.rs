//! The companion stands beside the function and needs a name of its own.

use audit_core::audit;

#[audit(explain = refund)]
fn refund() {}

fn main() {}
