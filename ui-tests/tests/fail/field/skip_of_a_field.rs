//! What is asked for can't be skipped.

#![allow(unused)]

use audit_core::audit;

#[audit(fields(amount), skip(amount))]
fn refund(amount: u64) {}

fn main() {}
