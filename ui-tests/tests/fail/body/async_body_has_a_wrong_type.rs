//! The message is the one that the bare function gets.

use audit_core::audit;

#[audit]
async fn tail() -> u64 {
    "seven"
}

#[audit]
async fn early(order: u64) -> u64 {
    if order == 7 {
        return "seven";
    }
    order
}

#[audit]
async fn nothing() -> u64 {}

#[audit]
async fn semicolon() -> u64 {
    7;
}

#[audit]
async fn unit() {
    7
}

fn main() {}
