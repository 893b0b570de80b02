//! A refusal needs a place in the result.

use audit_core::admit;

#[admit]
fn refund() -> Option<u64> {
    None
}

#[admit]
async fn refund_later() -> Option<u64> {
    None
}

fn main() {}
