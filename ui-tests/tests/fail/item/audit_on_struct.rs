//! The attribute goes on a function.

use audit_core::audit;

#[audit]
struct Order;

fn main() {}
