//! A crate that is not the core has no door for generated code.

use audit_core::audit;

#[audit(crate = ::std)]
fn refund() {}

fn main() {}
