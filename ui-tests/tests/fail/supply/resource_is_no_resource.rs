//! A resource is named by a text.

use audit_core::audit;

#[audit(resource = id)]
fn by_place(id: u64) {}

#[audit(resource = Some("order"))]
fn by_option() {}

fn main() {}
