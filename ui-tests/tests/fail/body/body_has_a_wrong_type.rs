//! The message is the one that the bare function gets.

use audit_core::audit;

#[audit]
fn tail() -> u64 {
    "seven"
}

#[audit]
fn statement() -> u64 {
    let amount: u64 = "seven";
    amount
}

#[audit]
fn early(order: u64) -> u64 {
    if order == 7 {
        return "seven";
    }
    order
}

#[audit]
fn nothing() -> u64 {}

#[audit]
fn semicolon() -> u64 {
    7;
}

#[audit]
fn unit() {
    7
}

fn main() {}
