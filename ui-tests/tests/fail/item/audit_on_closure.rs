//! A closure has no name; the attribute goes on a function.

use audit_core::audit;

fn refund() -> u64 {
    #[audit]
    let refund = |amount: u64| amount;
    refund(7)
}

fn main() {}
