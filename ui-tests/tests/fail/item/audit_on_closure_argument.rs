//! A closure has no name; the attribute goes on a function.

use audit_core::audit;

fn refunds() -> Option<u64> {
    Some(7).map(#[audit] |amount| amount + 1)
}

fn main() {}
