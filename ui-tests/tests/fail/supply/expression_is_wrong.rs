//! The compiler's own words at the user's own tokens.

use audit_core::audit;

#[audit(actor = current_user())]
fn unknown_function() {}

#[audit(tenant = shop.tenant)]
fn unknown_name() {}

#[audit(resource = format!("order:{}", id.number))]
fn unknown_field(id: u64) {}

fn main() {}
