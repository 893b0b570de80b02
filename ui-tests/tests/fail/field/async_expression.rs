//! An expression in an attribute can't wait.

use audit_core::audit;

async fn find() -> u64 {
    7
}

#[audit(fields(id = find().await))]
async fn refund() {}

fn main() {}
