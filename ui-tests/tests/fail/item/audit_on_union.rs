//! The attribute goes on a function.

use audit_core::audit;

#[audit]
union Order {
    id: u64,
}

fn main() {}
