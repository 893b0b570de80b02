//! The compiler's own message, once.

use audit_core::audit;

#[audit]
fn refund(order: u64) -> u64 {
    let amount = order +;
    amount
}

fn main() {}
