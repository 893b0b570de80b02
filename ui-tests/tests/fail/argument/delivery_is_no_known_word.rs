//! Three words say how safely a record is kept.

use audit_core::audit;

#[audit(delivery = "bufered")]
fn refund() {}

#[audit(delivery = "sync")]
fn pay() {}

fn main() {}
