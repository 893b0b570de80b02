//! A refusal needs a place in the result.

use audit_core::admit;

#[admit]
fn refund() -> bool {
    true
}

#[admit]
async fn refund_later() -> bool {
    true
}

fn main() {}
