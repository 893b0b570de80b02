//! An empty tenant is refused everywhere.

use audit_core::audit;

#[audit(tenant = "")]
fn refund() {}

fn main() {}
