//! A refusal needs a place in the result.

use audit_core::admit;

#[admit]
fn refund() -> impl Iterator<Item = u64> {
    0..7
}

#[admit]
async fn refund_later() -> impl Iterator<Item = u64> {
    0..7
}

fn main() {}
