//! Arguments stand between commas.

#![allow(unused)]

use audit_core::audit;

#[audit(ret err)]
fn refund() -> Result<(), String> {
    Ok(())
}

#[audit(mask(to amount))]
fn pay(to: &str, amount: u64) {}

fn main() {}
