//! `crate` says under which name the core is found.

use audit_core::audit;

#[audit(crate = ::ledger)]
fn refund() {}

#[audit(crate = vault)]
fn pay() {}

fn main() {}
