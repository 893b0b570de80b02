//! The companion's name is as taken as any other.

use audit_core::audit;

#[audit(explain = explain_refund)]
fn refund() {}

fn explain_refund() {}

fn main() {}
