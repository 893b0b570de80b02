//! A type that is not there is missing once.

use audit_core::audit;

#[audit]
fn unknown(order: Order) {}

#[audit]
fn unknown_result() -> Receipt {
    7
}

#[audit]
fn lifetime(a: &str, b: &str) -> &str {
    a
}

fn main() {}
