//! A refusal needs a place in the result.

use audit_core::admit;

#[admit]
fn refund() -> String {
    String::new()
}

#[admit]
async fn refund_later() -> String {
    String::new()
}

fn main() {}
