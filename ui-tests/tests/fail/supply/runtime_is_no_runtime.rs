//! A runtime, or a reference to one.

use audit_core::audit;

#[audit(runtime = "main")]
fn by_name() {}

#[audit(runtime = shop)]
fn by_place(shop: &u64) {}

fn main() {}
