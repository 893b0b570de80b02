//! A record without the name of its action can't be found again.

use audit_core::audit;

#[audit(action = "")]
fn refund() {}

#[audit(action = "  ")]
fn pay() {}

fn main() {}
