//! A tenant, its name, or an `Option` or `Result` of these.

use audit_core::audit;

#[audit(tenant = 7)]
fn by_number() {}

#[audit(tenant = shop)]
async fn by_place(shop: u64) {}

fn main() {}
