//! The wrapper hides no lint and adds none.

#![deny(warnings)]

use audit_core::audit;

#[audit(fields(amount = 7))]
fn unused_argument(order: u64) {}

#[audit]
fn unused_mut(mut order: u64) -> u64 {
    order
}

#[audit]
fn unused_variable() {
    let order = 7;
}

#[audit]
fn unreachable() -> u64 {
    return 7;
    8
}

#[audit]
#[must_use]
fn important() -> u64 {
    7
}

fn forgets() {
    important();
}

#[audit]
async fn unused_argument_later(order: u64) {}

pub fn calls() {
    unused_argument(1);
    unused_mut(1);
    unused_variable();
    let _ = unreachable();
    forgets();
    drop(unused_argument_later(1));
}

#[audit]
fn dead() {}

fn main() {}
