//! A refusal needs a place in the result.

use audit_core::admit;

#[admit]
fn refund() -> u64 {
    7
}

#[admit]
async fn refund_later() -> u64 {
    7
}

fn main() {}
