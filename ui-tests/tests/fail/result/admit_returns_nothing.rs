//! A refusal needs a place in the result.

use audit_core::admit;

#[admit]
fn refund() {}

#[admit]
async fn refund_later() {}

fn main() {}
