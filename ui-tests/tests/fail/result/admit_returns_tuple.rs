//! A refusal needs a place in the result.

use audit_core::admit;

#[admit]
fn refund() -> (u64, u64) {
    (1, 2)
}

#[admit]
async fn refund_later() -> (u64, u64) {
    (1, 2)
}

fn main() {}
